#include "execute/datasource/read_data.hpp"

#include "hcl/print.hpp"
#include "net/curl_transport.hpp"
#include "net/testing/loopback_server.hpp"
#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::HasSubstr;

struct ReadData : testing::Test {
    tmpl::MemoryWorld world;
    SourceMap sources;
    Diagnostics diagnostics;
    net::CurlTransport http;

    std::shared_ptr<const tmpl::Template> load(const std::string& text) {
        world.files["t.pkr.hcl"] = text;
        tmpl::LoadRequest request;
        request.path = "t.pkr.hcl";
        request.read_data = data_reader(
            {}, {}, {.http = [this]() -> net::HttpTransport& { return http; }, .aws = {}}
        );
        return tmpl::load_template(request, world.environment(), sources, diagnostics);
    }

    std::string local(const tmpl::Template& source, const std::string& name) {
        for (const tmpl::Local& local : source.locals) {
            if (local.name == name) {
                return hcl::print_console(local.value);
            }
        }
        return "no local " + name;
    }

    std::string mistakes() { return render(diagnostics); }
};

TEST_F(ReadData, NullGivesBackWhatItIsGiven) {
    const auto source = load(R"(
        data "null" "a" { input = "x${local.b}" }
        locals {
          c = upper(data.null.a.output)
          b = "y"
        }
    )");
    EXPECT_EQ(mistakes(), "");
    EXPECT_EQ(local(*source, "c"), "XY");
}

TEST_F(ReadData, HttpAsksAsItIsTold) {
    net::testing::LoopbackServer server([](const net::HttpRequest& request) {
        net::HttpResponse response;
        response.status = 201;
        response.headers = {{"x-version", "7"}, {"X-Version", "8"}};
        response.body = request.method + " " + request.body + " " +
                        net::find_header(request.headers, "X-Asked").value_or("nothing");
        return response;
    });
    const auto source =
        load("data \"null\" \"where\" { input = \"" + server.url() + "/a\" }\n" + R"(
        data "http" "a" {
          url             = data.null.where.output
          method          = "POST"
          request_body    = "hello"
          request_headers = { X-Asked = "politely" }
        }
        locals {
          body    = data.http.a.body
          url     = data.http.a.url
          version = data.http.a.request_headers["X-Version"]
        }
    )");
    EXPECT_EQ(mistakes(), "");
    EXPECT_EQ(local(*source, "body"), "POST hello politely");
    EXPECT_EQ(local(*source, "url"), server.url() + "/a");
    EXPECT_EQ(local(*source, "version"), "7, 8");
}

TEST_F(ReadData, HttpFollowsRedirects) {
    net::testing::LoopbackServer server([](const net::HttpRequest& request) {
        net::HttpResponse response;
        if (request.url == "/old") {
            response.status = 302;
            response.headers = {{"Location", "/new"}};
            response.body = "moved";
        } else {
            response.status = 200;
            response.body = "here";
        }
        return response;
    });
    const auto source = load(
        "data \"http\" \"a\" { url = \"" + server.url() +
        "/old\" }\nlocals { body = data.http.a.body }"
    );
    EXPECT_EQ(mistakes(), "");
    EXPECT_EQ(local(*source, "body"), "here");
}

TEST_F(ReadData, AnAnswerThatIsNoneIsAnErrorAtTheBlock) {
    net::testing::LoopbackServer server([](const net::HttpRequest&) {
        net::HttpResponse response;
        response.status = 404;
        return response;
    });
    load("data \"http\" \"a\" { url = \"" + server.url() + "/x\" }");
    EXPECT_THAT(mistakes(), HasSubstr("t.pkr.hcl:1:1: error: data source \"http.a\": "));
    EXPECT_THAT(mistakes(), HasSubstr("/x answers with status 404, expected 200 to 299"));
}

TEST_F(ReadData, BytesThatAreNoTextAreAnError) {
    net::testing::LoopbackServer server([](const net::HttpRequest&) {
        net::HttpResponse response;
        response.status = 200;
        response.body = "\xff\xfe";
        return response;
    });
    load("data \"http\" \"a\" { url = \"" + server.url() + "\" }");
    EXPECT_THAT(mistakes(), HasSubstr("bytes that are not UTF-8"));
}

TEST_F(ReadData, ACircleThroughADataSourceIsNamedInFull) {
    load(R"(
        data "null" "a" { input = local.b }
        locals { b = data.null.a.output }
    )");
    EXPECT_THAT(mistakes(), HasSubstr("in a circle: local.b -> data.null.a -> local.b"));
}

TEST_F(ReadData, ADataSourceThatIsNotThereIsNamed) {
    load(R"(
        data "null" "alpha" { input = "" }
        locals { b = data.null.alhpa.output }
    )");
    EXPECT_THAT(mistakes(), HasSubstr("there is no data source \"null.alhpa\""));
    EXPECT_THAT(mistakes(), HasSubstr("null.alpha"));
}

TEST_F(ReadData, AServerThatIsNotThereIsAnError) {
    load(R"(data "http" "a" { url = "http://127.0.0.1:1/" })");
    EXPECT_THAT(mistakes(), HasSubstr("asking http://127.0.0.1:1/"));
}

TEST_F(ReadData, WhatDependsOnTheUnknownIsUnknown) {
    const auto source = load(R"(
        data "amazon-ami" "base" { }
        data "null" "a" { input = data.amazon-ami.base.id }
        locals { b = data.null.a.output }
    )");
    EXPECT_EQ(mistakes(), "");
    EXPECT_FALSE(source->locals.front().value.is_wholly_known());
}

}  // namespace
}  // namespace kiln::exec
