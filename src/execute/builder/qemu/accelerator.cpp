#include "execute/builder/qemu/accelerator.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>

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

std::string kvm_problem() {
    const sys::UniqueFd device(::open("/dev/kvm", O_RDWR | O_CLOEXEC));
    return device ? "" : std::string("/dev/kvm: ") + std::strerror(errno);
}

}  // namespace kiln::exec::qemu
