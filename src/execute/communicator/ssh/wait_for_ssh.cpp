#include "execute/communicator/ssh/wait_for_ssh.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"

#include <optional>

namespace kiln::exec {

namespace {

constexpr std::chrono::seconds kBetweenAttempts{2};

void pause(std::chrono::nanoseconds duration, const BuildContext& context) {
    context.effects.clock.sleep_for(duration, context.stop);
    throw_if_stopped(context.stop);
}

}  // namespace

void wait_for_ssh(
    SshCommunicator& communicator,
    const std::string& host,
    const SshPatience& patience,
    const BuildContext& context,
    const std::function<void()>& look
) {
    sys::Clock& clock = context.effects.clock;
    const auto start = clock.steady_now();
    if (patience.pause_before_connecting.count() > 0) {
        context.say(
            "Pausing " + format_go_duration(patience.pause_before_connecting) +
            " before connecting..."
        );
        pause(patience.pause_before_connecting, context);
    }
    context.say("Using SSH communicator to connect: " + host);
    context.say("Waiting for SSH to become available...");
    std::int64_t refused = 0;
    for (;;) {
        std::optional<Error> failure;
        try {
            communicator.connect(context.stop);
            context.say("Connected to SSH!");
            return;
        } catch (const Error& error) {
            failure = error;
        }
        switch (failure->kind()) {
            case ErrorKind::network:
            case ErrorKind::timeout:
                break;
            case ErrorKind::permission:
                if (++refused == patience.login_attempts) {
                    throw *failure;
                }
                break;
            // clang-format off
            case ErrorKind::usage: case ErrorKind::input: case ErrorKind::not_found:
            case ErrorKind::exists: case ErrorKind::no_space: case ErrorKind::io:
            case ErrorKind::unsupported: case ErrorKind::command: case ErrorKind::interrupted:
                throw *failure;
                // clang-format on
        }
        if (patience.timeout.count() > 0 && clock.steady_now() - start >= patience.timeout) {
            Error timeout(
                ErrorKind::timeout,
                "Timeout waiting for SSH. The last attempt: " + failure->message()
            );
            for (const std::string& doing : failure->context()) {
                timeout.add_context(doing);
            }
            throw timeout.set_hint("ssh_timeout sets how long to wait");
        }
        pause(kBetweenAttempts, context);
        if (look) {
            look();
        }
    }
}

}  // namespace kiln::exec
