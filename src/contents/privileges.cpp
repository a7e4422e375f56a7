#include "contents/privileges.hpp"

#include "base/strings.hpp"

#include <array>
#include <utility>
#include <vector>

namespace kiln::contents {
namespace {

// In the order of their numbers: include/uapi/linux/capability.h.
constexpr std::array<std::string_view, 41> kCapabilities = {
    "cap_chown",
    "cap_dac_override",
    "cap_dac_read_search",
    "cap_fowner",
    "cap_fsetid",
    "cap_kill",
    "cap_setgid",
    "cap_setuid",
    "cap_setpcap",
    "cap_linux_immutable",
    "cap_net_bind_service",
    "cap_net_broadcast",
    "cap_net_admin",
    "cap_net_raw",
    "cap_ipc_lock",
    "cap_ipc_owner",
    "cap_sys_module",
    "cap_sys_rawio",
    "cap_sys_chroot",
    "cap_sys_ptrace",
    "cap_sys_pacct",
    "cap_sys_admin",
    "cap_sys_boot",
    "cap_sys_nice",
    "cap_sys_resource",
    "cap_sys_time",
    "cap_sys_tty_config",
    "cap_mknod",
    "cap_lease",
    "cap_audit_write",
    "cap_audit_control",
    "cap_setfcap",
    "cap_mac_override",
    "cap_mac_admin",
    "cap_syslog",
    "cap_wake_alarm",
    "cap_block_suspend",
    "cap_audit_read",
    "cap_perfmon",
    "cap_bpf",
    "cap_checkpoint_restore"};

std::uint64_t word_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
        value =
            value << 8U | (at + i < bytes.size() ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
    }
    return value;
}

std::string name_of(std::size_t number) {
    return number < kCapabilities.size() ? std::string(kCapabilities[number])
                                         : "cap_" + std::to_string(number);
}

}  // namespace

// struct vfs_cap_data: revision and the effective flag, then permitted and inheritable bits, the
// lower 32 of both first (from revision 2 on the higher ones follow).
std::string capability_text(std::string_view attribute) {
    if (attribute.empty()) {
        return "";
    }
    constexpr std::uint64_t kEffective = 1;
    const std::uint64_t magic = word_at(attribute, 0);
    const std::uint64_t revision = magic >> 24U;
    if (revision < 1 || revision > 3 || attribute.size() < (revision == 1 ? 12U : 20U)) {
        return "invalid";
    }
    std::uint64_t permitted = word_at(attribute, 4);
    std::uint64_t inheritable = word_at(attribute, 8);
    if (revision > 1) {
        permitted |= word_at(attribute, 12) << 32U;
        inheritable |= word_at(attribute, 16) << 32U;
    }
    std::vector<std::string> texts;
    const std::string effective = (magic & kEffective) != 0 ? "e" : "";
    const std::array<std::pair<std::uint64_t, std::string>, 3> sets = {
        {{permitted & ~inheritable, effective + "p"},
         {permitted & inheritable, effective + "ip"},
         {inheritable & ~permitted, "i"}}};
    for (const auto& [bits, flags] : sets) {
        std::vector<std::string> names;
        for (std::size_t number = 0; number < 64; ++number) {
            if ((bits >> number & 1U) != 0) {
                names.push_back(name_of(number));
            }
        }
        if (!names.empty()) {
            texts.push_back(join(names, ",") + "=" + flags);
        }
    }
    return join(texts, " ");
}

std::map<std::string, Privilege> read_privileges(const ImageTree& tree) {
    constexpr unsigned kSetIds = 06000;
    std::map<std::string, Privilege> found;
    for (const Entry& entry : tree.entries()) {
        if (entry.type == sys::FileType::regular &&
            ((entry.mode & kSetIds) != 0 || !entry.capability.empty())) {
            found["/" + entry.path] = {
                entry.mode, entry.uid, entry.gid, capability_text(entry.capability)};
        }
    }
    return found;
}

}  // namespace kiln::contents
