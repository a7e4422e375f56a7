#pragma once

#include "aws/endpoint.hpp"
#include "net/testing/loopback_server.hpp"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kiln::aws {

/// A service that is a list of answers: a real server gives them in turn, and then always the same.
class ScriptedService {
public:
    explicit ScriptedService(net::HttpResponse afterwards) : afterwards_(std::move(afterwards)) {}

    /// Closes the connection instead of answering.
    static net::HttpResponse lost() { return {0, {}, ""}; }
    /// An error as EC2 writes it.
    static net::HttpResponse error(int status, const std::string& code) {
        return {
            status,
            {},
            "<Response><Errors><Error><Code>" + code +
                "</Code><Message>m</Message></Error></Errors>"
                "<RequestID>r-9</RequestID></Response>"};
    }

    /// Leads the requests of EC2, EBS, IAM and SSM here.
    EndpointSettings endpoints() const {
        EndpointSettings settings;
        settings.configured[Service::ec2] = server_.url();
        settings.configured[Service::ebs] = server_.url();
        settings.configured[Service::iam] = server_.url();
        settings.configured[Service::ssm] = server_.url();
        return settings;
    }
    std::vector<net::testing::SeenRequest> seen() const { return server_.seen(); }

    std::deque<net::HttpResponse> answers;

private:
    std::optional<net::HttpResponse> next() {
        if (answers.empty()) {
            return afterwards_;
        }
        net::HttpResponse answer = std::move(answers.front());
        answers.pop_front();
        return answer.status == 0 ? std::nullopt : std::optional(std::move(answer));
    }

    net::HttpResponse afterwards_;
    net::testing::LoopbackServer server_{[this](const net::HttpRequest&) { return next(); }};
};

}  // namespace kiln::aws
