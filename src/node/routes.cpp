#include "node/routes.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <set>

namespace kiln::node {

namespace {

const std::string kInterfaces = "/sys/class/net/";

bool is_pci_function(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    return dot != std::string::npos && dot >= 10 && dot + 2 == name.size() &&
           name[dot - 3] == ':' &&
           name.find_first_not_of("0123456789abcdef:.") == std::string::npos;
}

/// The function that an interface belongs to: the last one of its path, after bridges and ports.
std::string pci_function_of(const NodeTree& tree, const std::string& interface) {
    std::error_code problem;
    const std::filesystem::path path =
        std::filesystem::canonical(tree.at(kInterfaces + interface), problem);
    std::string found;
    for (const std::filesystem::path& part : path) {
        if (is_pci_function(part.string())) {
            found = part.string();
        }
    }
    return found;
}

void add_physical(const NodeTree& tree, const std::string& interface, std::set<std::string>& to) {
    if (!to.insert(interface).second) {
        return;
    }
    for (const std::string& name : tree.list(kInterfaces + interface)) {
        if (name.starts_with("lower_")) {
            add_physical(tree, name.substr(6), to);
        }
    }
}

}  // namespace

std::vector<std::string> default_route_interfaces(const NodeTree& tree) {
    std::vector<std::string> interfaces;
    for (const std::string& line : split(tree.read("/proc/net/route").value_or(""), '\n')) {
        const std::vector<std::string> fields = split(line, '\t');
        if (fields.size() > 7 && trim(fields[1]) == "00000000" && trim(fields[7]) == "00000000") {
            interfaces.emplace_back(trim(fields[0]));
        }
    }
    for (const std::string& line : split(tree.read("/proc/net/ipv6_route").value_or(""), '\n')) {
        const std::string interface(trim(line.substr(std::min(line.rfind(' '), line.size()))));
        if (line.starts_with(std::string(32, '0') + " 00 ") && interface != "lo") {
            interfaces.push_back(interface);
        }
    }
    return interfaces;
}

std::string carried_by(const NodeTree& tree, const std::string& address) {
    for (const std::string& interface : default_route_interfaces(tree)) {
        std::set<std::string> physical;
        add_physical(tree, interface, physical);
        for (const std::string& one : physical) {
            if (pci_function_of(tree, one) == address) {
                return "the default route (" + interface + ")";
            }
        }
    }
    return {};
}

}  // namespace kiln::node
