#include "execute/builder/amazon/polling.hpp"

#include "base/environment.hpp"
#include "base/error.hpp"

#include <charconv>

namespace kiln::exec {

namespace {

using std::chrono::seconds;

// Packer's, when only the number of attempts or the timeout is given.
constexpr std::int64_t kDelaySeconds = 2;

std::int64_t number_of(
    const std::map<std::string, std::string>& environment, const std::string& name
) {
    const std::string text = variable(environment, name);
    if (text.empty()) {
        return 0;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) {
        throw Error(ErrorKind::input, "the variable " + name + " is \"" + text + "\"")
            .set_hint("it is a whole number");
    }
    return number;
}

}  // namespace

Patience patience_of(
    const std::optional<plan::AwsPollingOptions>& polling,
    const std::map<std::string, std::string>& environment,
    Patience usual
) {
    std::int64_t delay = number_of(environment, "AWS_POLL_DELAY_SECONDS");
    std::int64_t attempts = number_of(environment, "AWS_MAX_ATTEMPTS");
    std::int64_t timeout = number_of(environment, "AWS_TIMEOUT_SECONDS");
    if (polling && polling->delay_seconds > 0) {
        delay = polling->delay_seconds;
    }
    if (polling && polling->max_attempts > 0) {
        attempts = polling->max_attempts;
        timeout = 0;
    }
    if (delay == 0 && (attempts > 0 || timeout > 0)) {
        delay = kDelaySeconds;
    }
    if (delay > 0) {
        usual.first = usual.longest = seconds(delay);
    }
    if (timeout > 0) {
        usual.total = seconds(timeout);
    } else if (attempts > 0) {
        usual.total = seconds(delay * attempts);
    }
    return usual;
}

}  // namespace kiln::exec
