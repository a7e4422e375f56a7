#include "execute/builder/qemu/guest_address.hpp"

#include "base/error.hpp"
#include "execute/builder/qemu/host_facts.hpp"
#include "execute/builder/qemu/vm.hpp"
#include "execute/builder/ssh_machine.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"

namespace kiln::exec::qemu {

std::string wait_for_address(
    const plan::QemuOptions& options, const std::string& mac, Vm& vm, const BuildContext& context
) {
    if (options.communicator.ssh.ssh_host) {
        return *options.communicator.ssh.ssh_host;
    }
    if (!options.net_bridge) {
        return "127.0.0.1";
    }
    context.say("Waiting for the machine's address on " + *options.net_bridge);
    sys::Clock& clock = context.effects.clock;
    const auto patience = ssh_patience_of(options.communicator).timeout;
    const auto deadline = clock.steady_now() + patience;
    while (true) {
        vm.require_running();
        const std::string address =
            address_behind(context.effects.files.read_file("/proc/net/arp"), mac);
        if (!address.empty()) {
            return address;
        }
        if (patience.count() > 0 && clock.steady_now() > deadline) {
            throw Error(
                ErrorKind::timeout, "this host has seen no address of the machine (" + mac + ")"
            )
                .set_hint("give its address as ssh_host");
        }
        clock.sleep_for(std::chrono::seconds(1), context.stop);
        throw_if_stopped(context.stop);
    }
}

}  // namespace kiln::exec::qemu
