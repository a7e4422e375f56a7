#include "node/interfaces.hpp"

#include "base/strings.hpp"
#include "node/durable_write.hpp"

#include <utility>

namespace kiln::node {

namespace {

const std::string kMemory = "/run/kiln-node/interfaces";

/// Another device at the same address is not taken for the one that was there.
std::string identity_of(const NodeTree& tree, const std::string& address) {
    std::string text;
    for (const char* name : {"vendor", "device", "subsystem_vendor", "subsystem_device"}) {
        text += (text.empty() ? "" : ":") + tree.read_line(kPciFolder + "/" + address + "/" + name);
    }
    return text;
}

/// virtio devices have their interface a level deeper: virtio3/net/eth0.
std::vector<InterfaceFacts> interfaces_now(const NodeTree& tree, const std::string& address) {
    const std::string folder = kPciFolder + "/" + address;
    std::vector<std::string> names = tree.list(folder + "/net");
    for (const std::string& child : tree.list(folder)) {
        if (child.starts_with("virtio")) {
            const auto more = tree.list(folder + "/" + child + "/net");
            names.insert(names.end(), more.begin(), more.end());
        }
    }
    std::vector<InterfaceFacts> interfaces;
    for (const std::string& name : names) {
        const std::string net = "/sys/class/net/" + name;
        interfaces.push_back(
            {name, tree.read_line(net + "/address"), tree.read_line(net + "/operstate")}
        );
    }
    return interfaces;
}

/// Lines of the memory: the identity, then "NAME MAC" for each interface.
std::vector<InterfaceFacts> remembered(const NodeTree& tree, const std::string& address) {
    const auto text = tree.read(kMemory + "/" + address);
    if (!text) {
        return {};
    }
    const std::vector<std::string> lines = split(*text, '\n');
    std::vector<InterfaceFacts> interfaces;
    if (lines.front() == identity_of(tree, address)) {
        for (std::size_t i = 1; i < lines.size(); ++i) {
            const std::size_t space = lines[i].find(' ');
            if (space != std::string::npos) {
                interfaces.push_back(
                    {lines[i].substr(0, space), lines[i].substr(space + 1), "given away"}
                );
            }
        }
    }
    return interfaces;
}

}  // namespace

std::vector<InterfaceFacts> read_interfaces(const NodeTree& tree, const std::string& address) {
    std::vector<InterfaceFacts> interfaces = interfaces_now(tree, address);
    return interfaces.empty() ? remembered(tree, address) : interfaces;
}

void remember_interfaces(const NodeTree& tree, const std::string& address) {
    const std::vector<InterfaceFacts> interfaces = interfaces_now(tree, address);
    if (interfaces.empty()) {
        return;
    }
    std::string text = identity_of(tree, address) + "\n";
    for (const InterfaceFacts& one : interfaces) {
        text += one.name + " " + one.mac + "\n";
    }
    make_folders(tree, kMemory);
    replace_file(tree, kMemory + "/" + address, text);
}

}  // namespace kiln::node
