#include "execute/builder/qemu/halt.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "execute/builder/qemu/qemu_machine.hpp"
#include "execute/output_lines.hpp"

#include <algorithm>

namespace kiln::exec::qemu {

namespace {

constexpr std::chrono::nanoseconds kUntilPowerButtonIsHeard = std::chrono::seconds(30);

/// The connection may well go with the machine before the command has said how it ended.
void run_and_lose(Machine& machine, const std::string& command, const BuildContext& context) {
    try {
        const sys::ExitStatus status = machine.communicator().run(
            command, [](sys::OutputStream, std::string_view) {}, context.stop
        );
        if (!status.ok()) {
            context.say("The command ended with " + describe(status));
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::network && error.kind() != ErrorKind::command) {
            throw;
        }
    }
}

}  // namespace

void halt(QemuMachine& machine, const plan::QemuOptions& options, const BuildContext& context) {
    Vm& vm = machine.vm();
    const bool can_talk = options.communicator.communicator != "none";
    if (options.shutdown_command && !options.shutdown_command->empty() && can_talk) {
        context.say("Gracefully halting virtual machine...");
        run_and_lose(machine, *options.shutdown_command, context);
    } else if (can_talk) {
        context.say("Halting the virtual machine...");
        run_and_lose(machine, "sync", context);
        if (!vm.has_ended()) {
            vm.press_power_button();
        }
        if (!vm.wait_for_end(
                std::min(kUntilPowerButtonIsHeard, options.shutdown_timeout), context
            )) {
            context.say("It does not heed its power button; its power is cut");
            machine.switch_off();
        }
        return;
    } else {
        context.say(
            "Waiting up to " + format_go_duration(options.shutdown_timeout) +
            " for the virtual machine to shut itself down"
        );
    }
    if (!vm.wait_for_end(options.shutdown_timeout, context)) {
        const std::string console = vm.console_tail();
        if (!console.empty()) {
            context.say_error("The machine's serial port ends so:\n" + console);
        }
        throw Error(ErrorKind::timeout, "Timeout while waiting for machine to shut down.")
            .set_hint("shutdown_timeout sets how long to wait");
    }
}

}  // namespace kiln::exec::qemu
