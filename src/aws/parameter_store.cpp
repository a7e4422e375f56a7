#include "aws/parameter_store.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::aws {

StoredParameter get_parameter(
    Client& client,
    const std::string& region,
    const std::string& name,
    bool with_decryption,
    std::stop_token stop
) {
    const nlohmann::json request = {{"Name", name}, {"WithDecryption", with_decryption}};
    const net::HttpResponse response = client.send_or_throw(
        json_call(Service::ssm, "GetParameter", request.dump()), region, std::move(stop)
    );
    // The answer itself is not shown in a message: it may be a secret.
    const nlohmann::json answer = nlohmann::json::parse(response.body, nullptr, false);
    try {
        const nlohmann::json& parameter = answer.at("Parameter");
        return {
            parameter.at("Value").get<std::string>(),
            parameter.at("Version").get<std::int64_t>(),
            parameter.at("ARN").get<std::string>()};
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::network, "GetParameter: the answer holds no parameter");
    }
}

std::vector<NamedParameter> list_parameters(
    Client& client, const std::string& region, std::stop_token stop
) {
    std::vector<NamedParameter> found;
    nlohmann::json request = {
        {"Path", "/"}, {"Recursive", true}, {"WithDecryption", false}, {"MaxResults", 10}};
    for (;;) {
        const net::HttpResponse response = client.send_or_throw(
            json_call(Service::ssm, "GetParametersByPath", request.dump()), region, stop
        );
        const nlohmann::json answer = nlohmann::json::parse(response.body, nullptr, false);
        try {
            for (const nlohmann::json& one : answer.at("Parameters")) {
                if (one.value("Type", "") != "SecureString") {
                    found.push_back(
                        {one.at("Name").get<std::string>(), one.at("Value").get<std::string>()}
                    );
                }
            }
            const auto next = answer.find("NextToken");
            if (next == answer.end() || !next->is_string() || next->get<std::string>().empty()) {
                return found;
            }
            request["NextToken"] = *next;
        } catch (const nlohmann::json::exception&) {
            throw Error(ErrorKind::network, "GetParametersByPath: the answer is no list");
        }
    }
}

}  // namespace kiln::aws
