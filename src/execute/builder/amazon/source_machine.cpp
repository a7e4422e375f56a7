#include "execute/builder/amazon/source_machine.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/amazon/launch.hpp"
#include "execute/builder/amazon/session_tunnel.hpp"
#include "execute/builder/no_machine.hpp"
#include "execute/builder/ssh_machine.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

/// The address that `ssh_interface` names; without it the public one, and the private one where
/// there is none. "" while the instance has none yet.
std::string address_of(const ec2::Instance& instance, const std::string& interface) {
    if (interface == "public_ip") {
        return instance.public_ip;
    }
    if (interface == "private_ip") {
        return instance.private_ip;
    }
    if (interface == "public_dns") {
        return instance.public_dns;
    }
    if (interface == "private_dns") {
        return instance.private_dns;
    }
    if (interface == "ipv6") {
        return instance.ipv6;
    }
    return instance.public_ip.empty() ? instance.private_ip : instance.public_ip;
}

std::string find_address(
    const Ec2Build& build, const plan::InstanceOptions& options, const ec2::Instance& instance
) {
    if (options.communicator.ssh.ssh_host) {
        return *options.communicator.ssh.ssh_host;
    }
    const std::string interface = options.ssh_interface.value_or("");
    std::string address = address_of(instance, interface);
    if (address.empty()) {
        build.wait_until("an address of " + instance.id, {.total = std::chrono::seconds(30)}, [&] {
            const auto found =
                ec2::describe_instances(build.region(), {.ids = {instance.id}}, build.stop());
            address = found.empty() ? "" : address_of(found.front(), interface);
            return !address.empty();
        });
    }
    return address;
}

/// What may say why nobody can log in; "" when EC2 has nothing to tell.
std::string end_of_console(const Ec2Build& build, const std::string& id) {
    constexpr std::size_t kLines = 20;
    try {
        const std::string text = ec2::console_output(build.region(), id, build.stop());
        std::vector<std::string> lines = split(trim(text), '\n');
        lines.erase(
            lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(kLines, lines.size()))
        );
        return to_valid_utf8(join(lines, "\n"));
    } catch (const Error&) {
        return "";  // the error that led here is the one that counts
    }
}

constexpr const char* kLoopback = "127.0.0.1";

/// It lives as long as the machine that is reached through it.
SshCommunicator::OpenWay make_tunnel(
    const Ec2Build& build, const plan::InstanceOptions& options, const ec2::Instance& instance
) {
    if (options.pause_before_ssm.count() > 0) {
        build.context().say(
            "Waiting " + format_go_duration(options.pause_before_ssm) +
            " for establishing the SSM session..."
        );
        build.context().effects.clock.sleep_for(options.pause_before_ssm, build.stop());
        throw_if_stopped(build.stop());
    }
    auto tunnel = std::make_shared<SessionTunnel>(
        build,
        instance.id,
        static_cast<int>(options.communicator.ssh.ssh_port),
        static_cast<int>(options.session_manager_port)
    );
    return [tunnel](bool was_lost, const std::stop_token& stop) {
        return tunnel->open(was_lost, stop);
    };
}

void throw_if_ended(const Ec2Build& build, const std::string& id) {
    const auto now = look_if_possible(build, id, build.stop());
    if (now && !may_be_reached(*now)) {
        throw Error(
            ErrorKind::network,
            "the instance " + id + " ended before anybody could log in: it is " + state_text(*now)
        );
    }
}

std::map<std::string, std::string> values_of(
    const Ec2Build& build, std::map<std::string, std::string> values
) {
    values.insert(build.source_values().begin(), build.source_values().end());
    return values;
}

}  // namespace

std::unique_ptr<Machine> reach_instance(
    const Ec2Build& build,
    const plan::InstanceOptions& options,
    const ec2::Instance& instance,
    const BuildKeys& keys
) {
    if (options.communicator.communicator == "none") {
        return std::make_unique<NoMachine>(values_of(build, {{"ID", instance.id}}));
    }
    const plan::SshOptions& ssh = options.communicator.ssh;
    const int port = static_cast<int>(ssh.ssh_port);
    SshCommunicator::OpenWay tunnel;
    if (options.uses_session_manager()) {
        tunnel = make_tunnel(build, options, instance);
    }
    const std::string host = tunnel ? kLoopback : find_address(build, options, instance);
    SshTarget target = ssh_target_of(ssh, host, port, ssh_user_of(build.context()));
    target.host_key = keys.host_key;
    if (!keys.private_key.empty()) {
        target.machine.private_key = keys.private_key;
    }
    try {
        return std::make_unique<SshMachine>(
            std::move(target),
            ssh_patience_of(options.communicator),
            values_of(build, ssh_build_values(ssh, host, port, instance.id)),
            build.context(),
            std::move(tunnel),
            [&] { throw_if_ended(build, instance.id); }
        );
    } catch (Error& error) {
        if (error.kind() != ErrorKind::interrupted) {
            if (const std::string console = end_of_console(build, instance.id); !console.empty()) {
                build.context().say_error(
                    "The console of " + instance.id + " ends so:\n" + console
                );
            }
        }
        throw;
    }
}

void forget_the_build(
    const Ec2Build& build,
    const plan::InstanceOptions& options,
    const BuildKeys& keys,
    Machine& machine
) {
    std::string script;
    if (options.communicator.ssh.ssh_clear_authorized_keys && !keys.private_key.empty()) {
        build.context().say("Trying to remove ephemeral keys from authorized_keys files");
        // EC2 writes the pair's name behind the key.
        const std::string edit = "sed -i.bak " + shell_quote("/ " + keys.name + "$/d");
        for (const char* file : {"~/.ssh/authorized_keys", "/root/.ssh/authorized_keys"}) {
            const std::string path = file;
            const std::string command = edit + " " + path + " && rm -f " + path + ".bak";
            script += path.starts_with('~') ? command + "; "
                                            : "$sudo sh -c " + shell_quote(command) + "; ";
        }
    }
    if (!keys.host_key.empty()) {
        const std::string host_key = "/etc/ssh/ssh_host_ed25519_key";
        const std::string key_text = keys.host_key.substr(keys.host_key.find(' ') + 1);
        script += "$sudo sh -c " +
                  shell_quote(
                      "grep -qsF " + shell_quote(key_text) + " " + host_key + ".pub && rm -f " +
                      host_key + " " + host_key +
                      ".pub; rm -f /var/lib/cloud/instances/*/user-data.txt* "
                      "/var/lib/cloud/instances/*/cloud-config.txt"
                  ) +
                  "; ";
    }
    if (script.empty()) {
        return;
    }
    const auto unheard = [](sys::OutputStream, std::string_view) {};
    try {
        machine.communicator().run(
            "sudo=$([ \"$(id -u)\" = 0 ] || echo 'sudo -n'); " + script + "true",
            unheard,
            build.stop()
        );
    } catch (const Error& error) {
        build.context().warn("the build's traces may be left in the image: " + error.message());
    }
}

}  // namespace kiln::exec
