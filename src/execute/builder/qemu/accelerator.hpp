#pragma once

#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// What this host can run machines with.
struct AcceleratorFacts {
    std::vector<std::string> built_in;  ///< of this QEMU: "tcg", "kvm", ...
    std::string kvm_problem;            ///< why /dev/kvm can not be used, or ""

    bool operator==(const AcceleratorFacts&) const = default;
};

struct ChosenAccelerator {
    std::string name;  ///< "" for "none": QEMU decides
    std::string note;  ///< for people, where the choice is not what they may have hoped for

    bool operator==(const ChosenAccelerator&) const = default;
};

/// The accelerator that `wanted` names ("": none was named, then KVM where it can be used, else
/// software emulation). Pure. Throws Error{unsupported} when a named one is not there.
ChosenAccelerator choose_accelerator(const std::string& wanted, const AcceleratorFacts& facts);

/// The names in the text that `qemu-system-ARCH -accel help` prints. Pure.
std::vector<std::string> accelerators_in_help(const std::string& help);

/// Makes a machine with a CPU, and lets it go; why that fails, or "".
std::string kvm_problem(const std::string& path = "/dev/kvm");

}  // namespace kiln::exec::qemu
