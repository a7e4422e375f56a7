#include "execute/builder/qemu/boot_keys.hpp"

#include "base/duration.hpp"
#include "execute/builder/qemu/rfb_client.hpp"
#include "execute/builder/qemu/typing.hpp"
#include "execute/builder/qemu/vm.hpp"
#include "execute/communicator/ssh/tcp_connect.hpp"
#include "sys/clock.hpp"

namespace kiln::exec::qemu {

void type_boot_command(
    const plan::QemuOptions& options,
    const GuestValues& values,
    const Secret& vnc_password,
    Vm& vm,
    const BuildContext& context
) {
    const std::vector<BootStep> steps = render_boot_steps(options.boot, values, context);
    if (options.boot.disable_vnc || steps.empty()) {
        return;
    }
    if (options.boot.boot_wait.count() > 0) {
        context.say("Waiting " + format_go_duration(options.boot.boot_wait) + " for boot...");
        type(
            {plan::BootWait{options.boot.boot_wait}},
            {},
            nullptr,
            [&vm] { vm.require_running(); },
            context
        );
    }
    const std::string host =
        options.vnc_bind_address == "0.0.0.0" ? "127.0.0.1" : options.vnc_bind_address;
    context.say("Connecting to VM via VNC (" + host + ":" + std::to_string(vm.vnc_port()) + ")");
    constexpr std::chrono::seconds kDialTime{15};
    RfbClient screen(
        tcp_connect(host, vm.vnc_port(), kDialTime, context.stop), vnc_password, context.stop
    );
    context.say("Typing the boot commands over VNC...");
    const auto interval = key_interval(options.boot.boot_key_interval, context.effects.environment);
    for (const BootStep& step : steps) {
        if (!step.description.empty()) {
            context.say("Typing boot command for: " + step.description);
        }
        type(
            plan::parse_boot_command(step.text).inputs,
            interval,
            &screen,
            [&vm] { vm.require_running(); },
            context
        );
        if (options.boot.boot_keygroup_interval.count() > 0) {
            context.effects.clock.sleep_for(options.boot.boot_keygroup_interval, context.stop);
        }
    }
}

}  // namespace kiln::exec::qemu
