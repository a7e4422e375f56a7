#include "aws/service_call.hpp"

#include "aws/percent_encoding.hpp"

namespace kiln::aws {

ServiceCall query_call(
    Service service, const std::string& action, const Parameters& parameters, Repeat repeat
) {
    ServiceCall call;
    call.service = service;
    call.action = action;
    call.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    call.body = "Action=" + action + "&Version=" + std::string(facts_of(service).version);
    for (const auto& [name, value] : parameters) {
        call.body += "&" + percent_encode(name) + "=" + percent_encode(value);
    }
    call.repeat = repeat;
    return call;
}

ServiceCall json_call(Service service, const std::string& action, std::string body) {
    ServiceCall call;
    call.service = service;
    call.action = action;
    call.headers = {
        {"Content-Type", "application/x-amz-json-1.1"},
        {"X-Amz-Target", std::string(facts_of(service).target) + "." + action}};
    call.body = std::move(body);
    return call;
}

}  // namespace kiln::aws
