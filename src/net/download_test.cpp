#include "net/download.hpp"

#include "base/error.hpp"
#include "net/testing/loopback_server.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::net {
namespace {

using testing::LoopbackServer;

const std::string kContent = "0123456789abcdef";

/// What a server does that knows ranges.
std::optional<HttpResponse> ranged(const HttpRequest& request) {
    const auto range = find_header(request.headers, "Range");
    if (!range) {
        return HttpResponse{200, {}, kContent};
    }
    const std::size_t from = std::stoul(range->substr(range->find('=') + 1));
    if (from >= kContent.size()) {
        return HttpResponse{
            416, {{"Content-Range", "bytes */" + std::to_string(kContent.size())}}, "no"};
    }
    return HttpResponse{206, {}, kContent.substr(from)};
}

class Download : public ::testing::Test {
protected:
    DownloadResult fetch(const LoopbackServer& server) {
        return download(
            transport_,
            server.url() + "/image",
            file_,
            [this](std::int64_t done, std::int64_t total) {
                told_ = {done, total};
            },
            {}
        );
    }
    std::string content() { return files_.read_file(file_); }

    sys::RealFileSystem files_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent()};
    std::filesystem::path file_ = folder_.path() / "image";
    CurlTransport transport_;
    std::pair<std::int64_t, std::int64_t> told_;
};

TEST_F(Download, WritesTheFileAndTellsHowFarItIs) {
    const LoopbackServer server(ranged);
    EXPECT_EQ(fetch(server), (DownloadResult{16, 0}));
    EXPECT_EQ(content(), kContent);
    EXPECT_EQ(told_, std::pair(std::int64_t{16}, std::int64_t{16}));
}

TEST_F(Download, GoesOnBehindWhatIsThere) {
    files_.write_file_atomic(file_, kContent.substr(0, 10));
    const LoopbackServer server(ranged);
    EXPECT_EQ(fetch(server), (DownloadResult{16, 10}));
    EXPECT_EQ(content(), kContent);
    EXPECT_EQ(find_header(server.seen().at(0).request.headers, "Range"), "bytes=10-");
}

TEST_F(Download, IsDoneWhenAllIsThere) {
    files_.write_file_atomic(file_, kContent);
    const LoopbackServer server(ranged);
    EXPECT_EQ(fetch(server), (DownloadResult{16, 16}));
    EXPECT_EQ(content(), kContent);
}

TEST_F(Download, BeginsAnewWhenMoreIsThereThanTheServerHas) {
    files_.write_file_atomic(file_, kContent + "of an older image");
    const LoopbackServer server(ranged);
    EXPECT_EQ(fetch(server), (DownloadResult{16, 0}));
    EXPECT_EQ(content(), kContent);
}

TEST_F(Download, TakesAllFromAServerWithoutRanges) {
    files_.write_file_atomic(file_, "something longer than what the server has");
    const LoopbackServer server([](const HttpRequest&) { return HttpResponse{200, {}, kContent}; });
    EXPECT_EQ(fetch(server), (DownloadResult{16, 0}));
    EXPECT_EQ(content(), kContent);
}

TEST_F(Download, GoesOnByItselfWhereTheConnectionWasLost) {
    int asked = 0;
    const LoopbackServer server([&](const HttpRequest& request) -> std::optional<HttpResponse> {
        if (++asked == 2) {
            return std::nullopt;
        }
        return ranged(request);
    });
    files_.write_file_atomic(file_, kContent.substr(0, 4));
    asked = 1;
    EXPECT_EQ(fetch(server), (DownloadResult{16, 4}));
    EXPECT_EQ(content(), kContent);
}

TEST_F(Download, TellsWhatTheServerAnswers) {
    const LoopbackServer server([](const HttpRequest&) { return HttpResponse{404, {}, "none"}; });
    try {
        fetch(server);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::network);
        EXPECT_EQ(
            error.message(), server.url() + "/image answers with status 404, expected 200 or 206"
        );
    }
    EXPECT_EQ(content(), "");
}

}  // namespace
}  // namespace kiln::net
