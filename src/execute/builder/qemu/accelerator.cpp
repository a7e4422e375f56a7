#include "execute/builder/qemu/accelerator.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

namespace kiln::exec::qemu {

ChosenAccelerator choose_accelerator(const std::string& wanted, const AcceleratorFacts& facts) {
    const auto has = [&](const std::string& name) {
        return std::find(facts.built_in.begin(), facts.built_in.end(), name) !=
               facts.built_in.end();
    };
    const std::string why_no_kvm =
        has("kvm") ? facts.kvm_problem : "this QEMU is built without KVM";
    if (wanted == "none") {
        return {};
    }
    if (wanted.empty()) {
        if (why_no_kvm.empty()) {
            return {"kvm", ""};
        }
        return {"tcg", "No KVM (" + why_no_kvm + "): the machine is emulated in software, slowly"};
    }
    if (!has(wanted)) {
        throw Error(
            ErrorKind::unsupported,
            "accelerator \"" + wanted + "\" is not in this QEMU, which has " +
                join(facts.built_in, ", ")
        )
            .set_hint("leave out \"accelerator\", and the best that is there is taken");
    }
    if (wanted == "kvm" && !facts.kvm_problem.empty()) {
        throw Error(
            ErrorKind::unsupported, "accelerator \"kvm\" can not be used: " + facts.kvm_problem
        )
            .set_hint("leave out \"accelerator\", and without KVM the machine is emulated");
    }
    return {wanted, ""};
}

std::vector<std::string> accelerators_in_help(const std::string& help) {
    std::vector<std::string> names;
    for (const std::string& line : split(help, '\n')) {
        const std::string_view word = trim(line);
        if (!word.empty() && word.find(' ') == std::string_view::npos) {
            names.emplace_back(word);
        }
    }
    return names;
}

// The device may be there and of no use, as on a host that is a guest without nested
// virtualization: only a machine with a CPU shows it. (Linux, Documentation/virt/kvm/api.rst.)
std::string kvm_problem(const std::string& path) {
    const auto problem = [&](const std::string& what) {
        return path + ": " + what + std::strerror(errno);
    };
    const sys::UniqueFd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device) {
        return problem("");
    }
    if (::ioctl(device.get(), KVM_GET_API_VERSION, 0) < 0) {
        return problem("it is not KVM: ");
    }
    const sys::UniqueFd machine(::ioctl(device.get(), KVM_CREATE_VM, 0));
    if (!machine) {
        return problem("it makes no machine: ");
    }
    const sys::UniqueFd cpu(::ioctl(machine.get(), KVM_CREATE_VCPU, 0));
    return cpu ? "" : problem("it makes no CPU: ");
}

}  // namespace kiln::exec::qemu
