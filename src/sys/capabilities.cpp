#include "sys/capabilities.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kiln::sys {

namespace {

// What a sandbox does not have of its own and shares with the host: kernel, clock, power, firewall
// and routes, disks, audit. The rest stays, as the scripts of packages own files, change root, make
// device nodes and set file capabilities; CAP_SYS_ADMIN stays for mounts, which are the sandbox's
// own and end with it (a script that loads container images needs them). CAP_LINUX_IMMUTABLE goes
// as `chattr +i` would have no effect in the image and stands in the way of removing a layer.
constexpr std::array kDropped = {
    CAP_SYS_MODULE,
    CAP_SYS_RAWIO,
    CAP_SYS_BOOT,
    CAP_SYS_TIME,
    CAP_SYS_PACCT,
    CAP_SYSLOG,
    CAP_WAKE_ALARM,
    CAP_BLOCK_SUSPEND,
    CAP_MAC_ADMIN,
    CAP_MAC_OVERRIDE,
    CAP_NET_ADMIN,
    CAP_AUDIT_CONTROL,
    CAP_AUDIT_READ,
    CAP_DAC_READ_SEARCH,  // open_by_handle_at finds any file of a disk, in the tree or not
    CAP_LINUX_IMMUTABLE,
    CAP_PERFMON,
    CAP_BPF};

}  // namespace

int drop_sandbox_capabilities() {
    // The bounding set limits what root gets at exec; the rest is for until then.
    for (const int capability : kDropped) {
        // EINVAL: a kernel that does not know it yet
        if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) {
            return errno;
        }
    }
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) {
        return errno;
    }
    for (const int capability : kDropped) {
        __user_cap_data_struct& half = sets[static_cast<std::size_t>(capability / 32)];
        const std::uint32_t others = ~(std::uint32_t{1} << (capability % 32));
        half.effective &= others;
        half.permitted &= others;
    }
    for (__user_cap_data_struct& half : sets) {
        half.inheritable = 0;
    }
    return ::syscall(SYS_capset, &header, sets.data()) == 0 ? 0 : errno;
}

}  // namespace kiln::sys
