#include "node/kexec.hpp"

#include "base/error.hpp"
#include "node/boot_loader.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/kexec.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kiln::node {

namespace {

KexecPlan refused(const std::string& why) {
    KexecPlan plan;
    plan.problem = why;
    return plan;
}

/// The first of the names that distributions give these files.
std::string first_of(const NodeTree& tree, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        if (tree.exists(path)) {
            return path;
        }
    }
    return {};
}

sys::UniqueFd open_file(const NodeTree& tree, const std::string& path) {
    sys::UniqueFd file(::open(tree.resolved(path).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        throw system_error("opening " + path, errno);
    }
    return file;
}

}  // namespace

KexecPlan plan_kexec(const NodeTree& tree) {
    if (tree.read_line("/proc/sys/kernel/kexec_load_disabled") == "1") {
        return refused("kernel.kexec_load_disabled is 1 until the next boot");
    }
    const std::string lockdown = tree.read_line("/sys/kernel/security/lockdown");
    if (lockdown.find("[integrity]") != std::string::npos ||
        lockdown.find("[confidentiality]") != std::string::npos) {
        return refused("the kernel is locked down (Secure Boot) and takes signed kernels alone");
    }
    const BootConfiguration boot = read_boot_configuration(tree);
    const BootMenuEntry* next = nullptr;
    for (const BootMenuEntry& entry : boot.entries) {
        next = entry.is_default ? &entry : next;
    }
    if (next == nullptr || next->kernel.empty()) {
        return refused("the boot loader does not say which kernel boots next");
    }
    const std::string& version = next->kernel;
    KexecPlan plan;
    plan.line = next->line;
    plan.kernel =
        first_of(tree, {"/boot/vmlinuz-" + version, "/lib/modules/" + version + "/vmlinuz"});
    plan.initrd = first_of(
        tree,
        {"/boot/initramfs-" + version + ".img",
         "/boot/initrd.img-" + version,
         "/boot/initrd-" + version}
    );
    if (plan.kernel.empty()) {
        return refused("there is no /boot/vmlinuz-" + version);
    }
    return plan;
}

// The kernel that is started inherits devices as they are and hugepages uncleared; units are
// stopped in order first, which is systemd's part.
void load_kexec(const NodeTree& tree, const KexecPlan& plan) {
    const sys::UniqueFd kernel = open_file(tree, plan.kernel);
    const sys::UniqueFd initrd =
        plan.initrd.empty() ? sys::UniqueFd() : open_file(tree, plan.initrd);
    const unsigned long flags = initrd ? 0UL : static_cast<unsigned long>(KEXEC_FILE_NO_INITRAMFS);
    const long problem = ::syscall(
        SYS_kexec_file_load,
        kernel.get(),
        initrd ? initrd.get() : -1,
        plan.line.size() + 1,
        plan.line.c_str(),
        flags
    );
    if (problem != 0) {
        throw system_error("loading " + plan.kernel + " for kexec", errno)
            .set_hint("reboot in the usual way: the boot loader has the same command line");
    }
}

}  // namespace kiln::node
