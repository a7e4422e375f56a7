#include "aws/session_manager.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::aws {

std::variant<PortSession, ServiceError> start_port_session(
    Client& client, const std::string& region, const PortForwarding& wanted, std::stop_token stop
) {
    const auto list_of = [](int port) {
        return nlohmann::ordered_json::array({std::to_string(port)});
    };
    const nlohmann::ordered_json request = {
        {"Target", wanted.instance_id},
        {"DocumentName", "AWS-StartPortForwardingSession"},
        {"Parameters",
         {{"portNumber", list_of(wanted.remote_port)},
          {"localPortNumber", list_of(wanted.local_port)}}}};
    PortSession session;
    session.request = request.dump();
    ServiceCall call = json_call(Service::ssm, "StartSession", session.request);
    call.repeat = Repeat::unsafe;
    const CallOutcome outcome = client.send(call, region, std::move(stop));
    if (const auto* error = std::get_if<ServiceError>(&outcome)) {
        return *error;
    }
    const auto answer = nlohmann::ordered_json::parse(
        std::get<net::HttpResponse>(outcome).body, nullptr, /*allow_exceptions=*/false
    );
    try {
        session.id = answer.at("SessionId").get<std::string>();
        session.token = Secret(answer.at("TokenValue").get<std::string>());
        session.answer = Secret(nlohmann::ordered_json{
            {"SessionId", session.id},
            {"TokenValue", session.token.reveal()},
            {"StreamUrl", answer.at("StreamUrl").get<std::string>()}}
                                    .dump());
    } catch (const nlohmann::json::exception&) {
        // The answer itself is not shown: it holds the token.
        throw Error(ErrorKind::network, "StartSession: the answer holds no session");
    }
    return session;
}

void terminate_session(
    Client& client, const std::string& region, const std::string& session_id, std::stop_token stop
) {
    const nlohmann::json request = {{"SessionId", session_id}};
    client.send_or_throw(
        json_call(Service::ssm, "TerminateSession", request.dump()), region, std::move(stop)
    );
}

}  // namespace kiln::aws
