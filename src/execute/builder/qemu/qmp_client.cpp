#include "execute/builder/qemu/qmp_client.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::exec::qemu {

namespace {

constexpr std::chrono::seconds kAnswerTime{60};

}  // namespace

QmpClient::QmpClient(sys::UniqueFd fd, const std::stop_token& stop)
    : socket_(std::move(fd), "QEMU's control socket") {
    socket_.read_line(kAnswerTime, stop);  // the greeting
    ask("qmp_capabilities", "", stop);
}

std::string QmpClient::ask(
    const std::string& command, const std::string& arguments, const std::stop_token& stop
) {
    nlohmann::json question = {{"execute", command}};
    if (!arguments.empty()) {
        question["arguments"] = nlohmann::json::parse(arguments);
    }
    socket_.write(question.dump() + "\n", stop);
    while (true) {
        const nlohmann::json answer =
            nlohmann::json::parse(socket_.read_line(kAnswerTime, stop), nullptr, false);
        if (answer.is_discarded() || !answer.is_object()) {
            throw Error(ErrorKind::network, "QEMU's control socket answers with no JSON");
        }
        if (answer.contains("return")) {
            return answer.at("return").dump();
        }
        if (answer.contains("error")) {
            throw Error(
                ErrorKind::command,
                "QEMU refuses " + command + ": " + answer["error"].value("desc", "no reason given")
            );
        }
    }
}

}  // namespace kiln::exec::qemu
