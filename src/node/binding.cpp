#include "node/binding.hpp"

#include "base/strings.hpp"
#include "node/durable_write.hpp"
#include "node/interfaces.hpp"
#include "sys/clock.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::node {

namespace {

const std::string kDrivers = "/sys/bus/pci/drivers/";
const std::string kNoIommuSwitch = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

constexpr auto kPoll = std::chrono::milliseconds(20);
constexpr auto kDeadline = std::chrono::seconds(15);     // for each step with a device
constexpr auto kNodeDeadline = std::chrono::seconds(5);  // udev makes device nodes within ms

bool waits_until(
    sys::Clock& clock, std::chrono::nanoseconds limit, const std::function<bool()>& is_so
) {
    const auto end = clock.steady_now() + limit;
    while (!is_so()) {
        if (clock.steady_now() >= end) {
            return false;
        }
        clock.sleep_for(kPoll, {});
    }
    return true;
}

/// Writes in a child with a deadline: taking a device from vfio-pci blocks the writer for as long
/// as a process holds the device, and nothing else ends that wait.
int write_with_deadline(const NodeHands& hands, const std::string& path, const std::string& value) {
    const pid_t child = ::fork();
    if (child < 0) {
        return errno;
    }
    if (child == 0) {
        ::_exit(write_kernel_file(hands.tree, path, value));
    }
    int status = 0;
    const bool ended = waits_until(hands.clock, kDeadline, [&] {
        return ::waitpid(child, &status, WNOHANG) == child;
    });
    if (!ended) {
        ::kill(child, SIGKILL);
        return ETIMEDOUT;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

std::string driver_of(const NodeTree& tree, const std::string& address) {
    return tree.link_name(kPciFolder + "/" + address + "/driver").value_or("");
}

/// Who has the group's device node open, as "name (pid)".
std::string holder_of(const NodeTree& tree, const std::string& group) {
    const std::filesystem::path node = "/dev/vfio/" + group;
    for (const std::string& pid : tree.list("/proc")) {
        if (pid.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        for (const std::string& fd : tree.list("/proc/" + pid + "/fd")) {
            std::error_code problem;
            if (std::filesystem::read_symlink(tree.at("/proc/" + pid + "/fd/" + fd), problem) ==
                node) {
                return tree.read_line("/proc/" + pid + "/comm") + " (" + pid + ")";
            }
        }
    }
    return "a process";
}

Error step_error(
    const NodeTree& tree, const PciFunction& function, const std::string& path, int problem
) {
    if (problem == ETIMEDOUT) {
        return Error(
                   ErrorKind::timeout,
                   function.address + " is held by " + holder_of(tree, function.iommu_group)
        )
            .set_hint("stop it and apply again");
    }
    return write_error("writing to", path, problem);
}

void step(
    const NodeHands& hands,
    const PciFunction& function,
    const std::string& path,
    const std::string& value
) {
    if (const int problem = write_with_deadline(hands, path, value); problem != 0) {
        throw step_error(hands.tree, function, path, problem);
    }
}

void set_override(const NodeHands& hands, const PciFunction& function, const std::string& driver) {
    // A zero-byte write would do nothing; a line end clears it.
    step(hands, function, kPciFolder + "/" + function.address + "/driver_override", driver + "\n");
}

void unbind(const NodeHands& hands, const PciFunction& function) {
    const std::string driver = driver_of(hands.tree, function.address);
    if (!driver.empty()) {
        step(hands, function, kDrivers + driver + "/unbind", function.address);
    }
}

std::string device_node(
    const NodeTree& tree, const PciFunction& function, const std::string& driver
) {
    if (driver == "vfio-pci") {
        const std::string group =
            tree.link_name(kPciFolder + "/" + function.address + "/iommu_group").value_or("");
        const bool unsafe =
            tree.read_line("/sys/kernel/iommu_groups/" + group + "/name") == "vfio-noiommu";
        return "/dev/vfio/" + (unsafe ? "noiommu-" + group : group);
    }
    const auto nodes = tree.list(kPciFolder + "/" + function.address + "/uio");
    return nodes.empty() ? "" : "/dev/" + nodes.front();
}

void bind_new_driver(
    const NodeHands& hands, const PciFunction& function, const BindDevice& action
) {
    // The override comes first: between unbind and bind no other driver may take the device.
    set_override(hands, function, action.driver);
    unbind(hands, function);
    const std::string bind = kDrivers + action.driver + "/bind";
    if (const int problem = write_with_deadline(hands, bind, function.address);
        problem != 0 && driver_of(hands.tree, function.address) != action.driver) {
        throw step_error(hands.tree, function, bind, problem);
    }
    if (driver_of(hands.tree, function.address) != action.driver) {
        throw Error(ErrorKind::io, function.address + " did not take the driver " + action.driver)
            .set_hint("see the kernel log");
    }
    const bool has_node = waits_until(hands.clock, kNodeDeadline, [&] {
        const std::string node = device_node(hands.tree, function, action.driver);
        return !node.empty() && hands.tree.exists(node);
    });
    if (!has_node) {
        throw Error(
            ErrorKind::io,
            function.address + " is bound to " + action.driver + ", but has no device node"
        )
            .set_hint("is udev running?");
    }
}

/// Back to what it was. Says what remains to be done by hand when that fails too.
std::string roll_back(const NodeHands& hands, const PciFunction& before) {
    try {
        set_override(hands, before, before.driver_override);
        if (!before.driver.empty() && driver_of(hands.tree, before.address) != before.driver) {
            unbind(hands, before);
            write_with_deadline(hands, "/sys/bus/pci/drivers_probe", before.address);
            const bool back = waits_until(hands.clock, kNodeDeadline, [&] {
                return driver_of(hands.tree, before.address) == before.driver;
            });
            if (!back) {
                return "; its driver " + before.driver + " did not come back";
            }
        }
        return before.driver.empty() ? "" : "; it is on " + before.driver + " again";
    } catch (const Error& error) {
        return "; going back failed too: " + error.message();
    }
}

int count_of(const std::string& text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

PciFunction read_pci_function(const NodeTree& tree, const std::string& address) {
    const std::string folder = kPciFolder + "/" + address;
    PciFunction function{.address = address};
    function.exists = tree.exists(folder + "/class");
    function.device_class = tree.read_line(folder + "/class");
    function.driver = driver_of(tree, address);
    function.driver_override = tree.read_line(folder + "/driver_override");
    if (function.driver_override == "(null)") {
        function.driver_override.clear();
    }
    function.iommu_group = tree.link_name(folder + "/iommu_group").value_or("");
    function.virtual_functions = count_of(tree.read_line(folder + "/sriov_numvfs"));
    function.noiommu_possible = tree.exists(kNoIommuSwitch);
    if (function.iommu_group.empty()) {
        return function;
    }
    const std::string group = "/sys/kernel/iommu_groups/" + function.iommu_group + "/devices";
    for (const std::string& other : tree.list(group)) {
        const std::string other_class = tree.read_line(kPciFolder + "/" + other + "/class");
        if (other != address && !other_class.starts_with("0x0604")) {
            function.siblings.push_back({other, driver_of(tree, other)});
        }
    }
    return function;
}

std::optional<BindRefusal> bind_refusal(
    const PciFunction& function,
    const BindDevice& action,
    const std::vector<std::string>& with,
    const std::string& protected_because
) {
    if (!function.exists) {
        return BindRefusal{
            "there is no PCI device " + function.address,
            "see kiln-node facts for those that are there"};
    }
    if (!function.device_class.starts_with("0x02")) {
        return BindRefusal{
            function.address + " is no network device (class " + function.device_class + ")",
            "correct the address"};
    }
    if (!protected_because.empty()) {
        return BindRefusal{
            function.address + " carries " + protected_because +
                "; without it the node is not "
                "reachable",
            "choose another device"};
    }
    if (function.virtual_functions > 0) {
        return BindRefusal{
            function.address + " has " + std::to_string(function.virtual_functions) +
                " virtual functions in use",
            "bind the virtual functions instead"};
    }
    if (action.driver != "vfio-pci") {
        return std::nullopt;
    }
    if (function.iommu_group.empty()) {
        if (!action.allow_noiommu) {
            return BindRefusal{
                "there is no IOMMU, and vfio-pci needs one",
                "boot with intel_iommu=on on hardware that has one, use igb_uio, or allow the "
                "unsafe no-IOMMU mode"};
        }
        if (!function.noiommu_possible) {
            return BindRefusal{
                "there is no IOMMU, and this kernel's vfio has no no-IOMMU mode",
                "use igb_uio, or a kernel with CONFIG_VFIO_NOIOMMU"};
        }
        return std::nullopt;
    }
    for (const PciFunction::Sibling& sibling : function.siblings) {
        const bool goes_too = std::find(with.begin(), with.end(), sibling.address) != with.end();
        if (!goes_too && !sibling.driver.empty() && sibling.driver != "vfio-pci") {
            return BindRefusal{
                function.address + " shares IOMMU group " + function.iommu_group + " with " +
                    sibling.address + " on " + sibling.driver,
                "bind all of the group, or none"};
        }
    }
    return std::nullopt;
}

ActionResult bind_device(
    const NodeHands& hands,
    const BindDevice& action,
    const std::vector<std::string>& with,
    const std::string& protected_because
) {
    const PciFunction before = read_pci_function(hands.tree, action.address);
    const std::string subject = action.address;
    if (!before.exists && (action.optional || !hands.tree.is_live())) {
        return {subject, Outcome::not_here, "not plugged in", ""};
    }
    if (before.driver == action.driver && before.driver_override == action.driver) {
        return {subject, Outcome::unchanged, "on " + action.driver, ""};
    }
    if (const auto refusal = bind_refusal(before, action, with, protected_because)) {
        return {subject, Outcome::failed, refusal->why, refusal->remedy};
    }
    if (!hands.tree.exists(kDrivers + action.driver)) {
        return {
            subject,
            Outcome::failed,
            "there is no driver " + action.driver,
            "load its module; drivers are spelled with a dash (vfio-pci)"};
    }
    hands.record.append(
        {{ChangeEntry::Kind::bind, action.address, before.driver, 0, 0, 0}},
        ChangeRecord::Survive::kill
    );
    try {
        remember_interfaces(hands.tree, action.address);
        if (before.iommu_group.empty() && action.driver == "vfio-pci") {
            step(hands, before, kNoIommuSwitch, "1");
        }
        if (before.driver == action.driver) {
            set_override(hands, before, action.driver);
            return {subject, Outcome::changed, "override set, so that it lasts", ""};
        }
        bind_new_driver(hands, before, action);
    } catch (const Error& error) {
        return {subject, Outcome::failed, error.message() + roll_back(hands, before), error.hint()};
    }
    return {
        subject,
        Outcome::changed,
        (before.driver.empty() ? "no driver" : before.driver) + " -> " + action.driver,
        ""};
}

ActionResult release_device(const NodeHands& hands, const std::string& address) {
    const PciFunction before = read_pci_function(hands.tree, address);
    if (!before.exists) {
        return {address, Outcome::failed, "there is no PCI device " + address, ""};
    }
    if (before.driver_override.empty() && before.driver != "vfio-pci" &&
        before.driver != "igb_uio" && before.driver != "uio_pci_generic") {
        return {
            address,
            Outcome::unchanged,
            before.driver.empty() ? "has no driver" : "on " + before.driver,
            ""};
    }
    try {
        set_override(hands, before, "");
        unbind(hands, before);
        step(hands, before, "/sys/bus/pci/drivers_probe", address);
    } catch (const Error& error) {
        return {address, Outcome::failed, error.message(), error.hint()};
    }
    const std::string driver = driver_of(hands.tree, address);
    return {
        address,
        Outcome::changed,
        before.driver + " -> " + (driver.empty() ? "no driver" : driver),
        ""};
}

std::optional<std::string> noiommu_problem(const NodeTree& tree, bool allowed) {
    const std::string state = tree.read_line(kNoIommuSwitch);
    const bool on = state == "Y" || state == "1";
    const bool has_iommu = !tree.list("/sys/class/iommu").empty();
    if (on && has_iommu) {
        return "vfio's unsafe no-IOMMU mode is on although there is an IOMMU";
    }
    if (on && !allowed) {
        return "vfio's unsafe no-IOMMU mode is on and the profile does not allow it";
    }
    return std::nullopt;
}

}  // namespace kiln::node
