#include "base/strings.hpp"
#include "prove/hygiene.hpp"
#include "prove/tree_look.hpp"

namespace kiln::prove {
namespace {

using contents::Entry;

// machine-id(5), "First boot semantics": absent, empty and "uninitialized" make systemd choose one.
Findings find_machine_id(Subject& subject) {
    Findings found;
    const std::string id(trim(small_text(subject.tree(), "etc/machine-id")));
    if (!id.empty() && id != "uninitialized") {
        found.push_back(
            {Status::fail,
             "/etc/machine-id",
             "is " + id + "; expected an empty file or \"uninitialized\"",
             "truncate -s 0 /etc/machine-id"}
        );
    }
    // Mostly a symlink to the other, which was looked at.
    const Entry* const copy = subject.tree().find("var/lib/dbus/machine-id");
    if (has_content(copy)) {
        found.push_back(
            {Status::fail,
             shown(copy->path),
             "is " + std::string(trim(small_text(subject.tree(), copy->path))) +
                 "; expected a symlink to /etc/machine-id, or no file",
             "rm -f /var/lib/dbus/machine-id"}
        );
    }
    return found;
}

Findings find_random_seed(Subject& subject) {
    Findings found;
    for (const char* path :
         {"var/lib/systemd/random-seed",
          "var/lib/urandom/random-seed",
          "var/lib/random-seed",
          "boot/loader/random-seed",
          "boot/efi/loader/random-seed",
          "efi/loader/random-seed"}) {
        if (has_content(subject.tree().find(path))) {
            found.push_back(
                {Status::fail,
                 shown(path),
                 "begins the random numbers of every machine alike",
                 "rm -f " + shown(path)}
            );
        }
    }
    return found;
}

Findings find_hostname(Subject& subject) {
    const std::string name(trim(small_text(subject.tree(), "etc/hostname")));
    if (name.empty() || name.starts_with('#') || name == "localhost" ||
        name.starts_with("localhost.")) {
        return {};
    }
    return {
        {Status::warn,
         "/etc/hostname",
         "calls every machine \"" + name + "\"; expected none or \"localhost\"",
         "truncate -s 0 /etc/hostname"}};
}

Findings find_resolver(Subject& subject) {
    // A symlink is what a service of the machine writes behind.
    const Entry* const file = subject.tree().find("etc/resolv.conf");
    if (!has_content(file)) {
        return {};
    }
    for (const std::string& line : split(small_text(subject.tree(), file->path), '\n')) {
        if (trim(line).starts_with("nameserver")) {
            return {
                {Status::warn,
                 "/etc/resolv.conf",
                 "has the line \"" + std::string(trim(line)) + "\", of the network of the build",
                 "truncate -s 0 /etc/resolv.conf, or link it to /run/systemd/resolve/stub-resolv."
                 "conf"}};
        }
    }
    return {};
}

Findings find_leases(Subject& subject) {
    Findings found;
    for (const char* folder :
         {"var/lib/dhcp",
          "var/lib/dhclient",
          "var/lib/dhcpcd",
          "var/lib/NetworkManager",
          "var/lib/wicked",
          "var/lib/connman"}) {
        for (const Entry* const entry : subject.tree().children(folder)) {
            const std::string_view name = contents::file_name(entry->path);
            if (has_content(entry) && name.find("lease") != std::string_view::npos) {
                found.push_back(
                    {Status::fail,
                     shown(entry->path),
                     "is the DHCP lease of the machine that built the image",
                     "rm -f " + shown(entry->path)}
                );
            }
        }
    }
    return found;
}

Findings find_network_names(Subject& subject) {
    const std::string path = "etc/udev/rules.d/70-persistent-net.rules";
    if (small_text(subject.tree(), path).find("SUBSYSTEM==\"net\"") == std::string::npos) {
        return {};
    }
    return {
        {Status::fail,
         shown(path),
         "names interfaces after the addresses of the machine that built the image",
         "rm -f " + shown(path)}};
}

Findings find_cloud_init(Subject& subject) {
    Findings found;
    const auto add = [&](const Entry& entry, const char* what) {
        found.push_back(
            {Status::fail,
             shown(entry.path),
             what,
             "cloud-init clean --logs at the end of the build"}
        );
    };
    for (const char* path : {"var/lib/cloud/instance", "var/lib/cloud/instance-id"}) {
        if (const Entry* const entry = subject.tree().find(path)) {
            add(*entry, "says which instance built the image");
        }
    }
    for (const Entry* const entry : subject.tree().children("var/lib/cloud/instances")) {
        add(*entry, "is what cloud-init knows of the instance that built the image");
    }
    for (const Entry* const entry : subject.tree().children("var/lib/cloud/sem")) {
        add(*entry, "keeps cloud-init from doing on new machines what was done once");
    }
    return found;
}

}  // namespace

std::vector<Check> identity_checks() {
    return {
        {"", "machine-id", "each machine makes its own", find_machine_id},
        {"", "random-seed", "no random seed", find_random_seed},
        {"", "hostname", "no machine's name", find_hostname},
        {"", "resolver", "no name servers of the build's network", find_resolver},
        {"", "dhcp-leases", "no DHCP leases", find_leases},
        {"", "network-names", "no interface names by address", find_network_names},
        {"", "cloud-init", "cloud-init has not run", find_cloud_init},
    };
}

}  // namespace kiln::prove
