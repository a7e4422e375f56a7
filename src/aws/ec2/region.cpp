#include "aws/ec2/region.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <utility>

namespace kiln::aws::ec2 {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{5'000};

/// A page of a thousand images is megabytes, so it is read where it lies.
struct Answer {
    std::string body;
    pugi::xml_document document;
};

ReplyOrError read(net::HttpResponse response, const Action& action) {
    auto answer = std::make_shared<Answer>();
    answer->body = std::move(response.body);
    const auto parsed =
        answer->document.load_buffer_inplace(answer->body.data(), answer->body.size());
    if (!parsed || answer->document.document_element().empty()) {
        throw Error(
            ErrorKind::network,
            std::string(action.name) + ": the answer is no XML (" + parsed.description() + ")"
        );
    }
    pugi::xml_document* const document = &answer->document;
    return Reply(std::shared_ptr<pugi::xml_document>(std::move(answer), document));
}

}  // namespace

ReplyOrError Region::attempt(
    const Action& action, const Parameters& parameters, std::stop_token stop
) const {
    const ServiceCall call =
        query_call(Service::ec2, std::string(action.name), parameters, action.repeat);
    const auto deadline = clock_->steady_now() + action.patience;
    for (nanoseconds pause = kFirstPause;;
         pause = std::min<nanoseconds>(pause * 2, kLongestPause)) {
        CallOutcome outcome = client_->send(call, name_, stop);
        const auto* error = std::get_if<ServiceError>(&outcome);
        if (error == nullptr) {
            return read(std::get<net::HttpResponse>(std::move(outcome)), action);
        }
        if (!is_one_of(error->code, action.settling) || clock_->steady_now() + pause >= deadline) {
            return *error;
        }
        if (!clock_->sleep_for(pause, stop)) {
            throw Error(
                ErrorKind::interrupted, "interrupted while waiting for " + std::string(action.name)
            );
        }
    }
}

Reply Region::call(const Action& action, const Parameters& parameters, std::stop_token stop) const {
    ReplyOrError outcome = attempt(action, parameters, std::move(stop));
    if (const auto* error = std::get_if<ServiceError>(&outcome)) {
        throw to_error(*error, action);
    }
    return std::get<Reply>(std::move(outcome));
}

bool Region::remove(const Action& action, const Parameters& parameters, std::stop_token stop)
    const {
    const ReplyOrError outcome = attempt(action, parameters, std::move(stop));
    const auto* error = std::get_if<ServiceError>(&outcome);
    if (error != nullptr && !is_one_of(error->code, action.gone)) {
        throw to_error(*error, action);
    }
    return error == nullptr;
}

Error Region::to_error(const ServiceError& error, const Action& action) const {
    return aws::to_error(error, std::string(action.name)).add_context("asking EC2 of " + name_);
}

}  // namespace kiln::aws::ec2
