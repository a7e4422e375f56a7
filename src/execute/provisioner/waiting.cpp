#include "execute/provisioner/waiting.hpp"

#include "execute/prompter.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"

#include <utility>

namespace kiln::exec {

namespace {

/// A step that does nothing to the machine.
class WaitingProvisioner : public Provisioner {
public:
    bool shapes_machine() const override { return false; }
    std::vector<StepInput> inputs(const BuildContext& /*context*/) const override { return {}; }
};

class SleepProvisioner final : public WaitingProvisioner {
public:
    explicit SleepProvisioner(plan::SleepOptions options) : options_(options) {}

    void run(BuildContext& context, Machine& /*machine*/) override {
        if (!context.effects.clock.sleep_for(options_.duration, context.stop)) {
            throw cancelled();
        }
    }

private:
    plan::SleepOptions options_;
};

class BreakpointProvisioner final : public WaitingProvisioner {
public:
    explicit BreakpointProvisioner(plan::BreakpointOptions options)
        : options_(std::move(options)) {}

    void run(BuildContext& context, Machine& /*machine*/) override {
        if (options_.disable) {
            context.say("Breakpoint provisioner is disabled; continuing...");
            return;
        }
        context.say(
            options_.note.empty()
                ? "Pausing at breakpoint provisioner."
                : "Pausing at breakpoint provisioner with note \"" + options_.note + "\"."
        );
        if (context.options.prompter == nullptr) {
            context.warn("there is nobody to ask at a breakpoint; going on");
            return;
        }
        context.options.prompter->ask(
            context.build.name, "Press enter to continue.", Prompter::Echo::shown, context.stop
        );
        throw_if_stopped(context.stop);
    }

private:
    plan::BreakpointOptions options_;
};

}  // namespace

std::unique_ptr<Provisioner> make_sleep_provisioner(plan::SleepOptions options) {
    return std::make_unique<SleepProvisioner>(options);
}

std::unique_ptr<Provisioner> make_breakpoint_provisioner(plan::BreakpointOptions options) {
    return std::make_unique<BreakpointProvisioner>(std::move(options));
}

}  // namespace kiln::exec
