#include "execute/builder/qemu/http_server.hpp"

#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::exec::qemu {
namespace {

net::HttpResponse fetch(const HttpServer& server, const std::string& path) {
    net::CurlTransport transport;
    net::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    return std::get<net::HttpResponse>(transport.send(request, {}));
}

TEST(HttpServer, ServesTextsByPath) {
    const HttpServer server({{}, {{"/preseed.cfg", "d-i"}}}, "127.0.0.1", 18100, 18200);
    EXPECT_EQ(fetch(server, "/preseed.cfg?x=1").body, "d-i");
    EXPECT_EQ(fetch(server, "/other").status, 404);
}

TEST(HttpServer, ServesAFolder) {
    sys::RealFileSystem files;
    const sys::TempDirectory folder(files, sys::default_temp_parent());
    files.make_directories(folder.path() / "served/a b");
    files.write_file_atomic(folder.path() / "served/a b/ks.cfg", std::string(300000, 'k'));
    files.write_file_atomic(folder.path() / "secret", "not served");
    const HttpServer server({folder.path() / "served", {}}, "127.0.0.1", 18100, 18200);
    EXPECT_EQ(fetch(server, "/a%20b/ks.cfg").body, std::string(300000, 'k'));
    EXPECT_EQ(fetch(server, "/..%2fsecret").status, 400);
    EXPECT_EQ(fetch(server, "/a%20b").status, 404);
}

TEST(HttpServer, TwoTakeTwoPortsAndNoneIsAnError) {
    const HttpServer first({}, "127.0.0.1", 18300, 18301);
    const HttpServer second({}, "127.0.0.1", 18300, 18301);
    EXPECT_NE(first.port(), second.port());
    try {
        const HttpServer third({}, "127.0.0.1", 18300, 18301);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(
            error.message(), "no port from 18300 to 18301 is free (http_port_min to http_port_max)"
        );
    }
}

TEST(HttpQuestion, IsReadFromTheFirstLine) {
    EXPECT_EQ(parse_http_question("GET /a%2Fb?c=d HTTP/1.1\r"), (HttpQuestion{"GET", "/a/b"}));
    EXPECT_EQ(parse_http_question("GET /../x HTTP/1.1"), std::nullopt);
    EXPECT_EQ(parse_http_question("GET /%zz HTTP/1.1"), std::nullopt);
    EXPECT_EQ(parse_http_question("GET /%00 HTTP/1.1"), std::nullopt);
    EXPECT_EQ(parse_http_question("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace kiln::exec::qemu
