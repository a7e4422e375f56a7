#include "execute/meta_arguments.hpp"

#include "base/duration.hpp"
#include "execute/go_text.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"

#include <atomic>
#include <fmt/format.h>
#include <thread>

namespace kiln::exec {

namespace {

void pause_before(BuildContext& context, std::chrono::nanoseconds pause) {
    context.say("Pausing " + format_go_duration(pause) + " before the next provisioner...");
    if (!context.effects.clock.sleep_for(pause, context.stop)) {
        throw cancelled();
    }
}

void run_with_timeout(
    BuildContext& context,
    std::chrono::nanoseconds timeout,
    Provisioner& provisioner,
    Machine& machine
) {
    context.say(
        "Setting a " + format_go_duration(timeout) + " timeout for the next provisioner..."
    );
    std::stop_source inner_stop;
    const std::stop_callback forward(context.stop, [&] { inner_stop.request_stop(); });
    BuildContext inner = context;
    inner.stop = inner_stop.get_token();
    std::atomic<bool> is_over{false};
    try {
        const std::jthread timer([&](std::stop_token done) {
            if (context.effects.clock.sleep_for(timeout, done)) {
                is_over = true;
                context.say_error("Cancelling provisioner after a timeout...");
                inner_stop.request_stop();
            }
        });
        provisioner.run(inner, machine);
    } catch (const Error&) {
        // Here the timer has ended: its thread was joined on the way.
        if (!is_over || context.stop.stop_requested()) {
            throw;
        }
        throw Error(
            ErrorKind::timeout,
            "Provisioner was cancelled after a timeout of " + format_go_duration(timeout)
        );
    }
}

void run_once(
    BuildContext& context,
    const plan::ProvisionerStep& step,
    Provisioner& provisioner,
    Machine& machine
) {
    throw_if_stopped(context.stop);
    if (step.pause_before.count() > 0) {
        pause_before(context, step.pause_before);
        provisioner.run(context, machine);
    } else if (step.timeout.count() > 0) {
        run_with_timeout(context, step.timeout, provisioner, machine);
    } else {
        provisioner.run(context, machine);
    }
}

void run_with_retries(
    BuildContext& context,
    const plan::ProvisionerStep& step,
    Provisioner& provisioner,
    Machine& machine
) {
    for (std::int64_t left = step.max_retries;; --left) {
        try {
            run_once(context, step, provisioner, machine);
            return;
        } catch (const Error& error) {
            if (step.max_retries <= 0 || context.stop.stop_requested()) {
                throw;
            }
            if (left == 0) {
                context.say("retry limit reached.");
                throw;
            }
            context.say(fmt::format(
                "Provisioner failed with {}, retrying with {} trie(s) left",
                go_quote(error.message()),
                left
            ));
        }
    }
}

}  // namespace

void run_with_meta_arguments(
    BuildContext& context,
    const plan::ProvisionerStep& step,
    Provisioner& provisioner,
    Machine& machine
) {
    try {
        run_with_retries(context, step, provisioner, machine);
    } catch (const Error& error) {
        if (!step.continue_on_error || context.stop.stop_requested()) {
            throw;
        }
        context.warn(
            "Provisioner failed with " + go_quote(error.message()) +
            ", going on as continue_on_error is set"
        );
    }
}

}  // namespace kiln::exec
