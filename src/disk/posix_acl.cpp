#include "disk/posix_acl.hpp"

#include "disk/little_endian.hpp"

#include <cstddef>
#include <cstdint>

namespace kiln::disk {
namespace {

// include/uapi/linux/posix_acl_xattr.h and posix_acl.h: a version, then entries of tag (16 bits),
// permissions (16 bits) and id (32 bits).
constexpr std::uint32_t kAclVersion = 2;
constexpr std::size_t kAclHeaderBytes = 4;
constexpr std::size_t kAclEntryBytes = 8;

struct AclTag {
    const char* word = nullptr;
    bool has_id = false;
};

std::optional<AclTag> acl_tag(std::uint32_t tag) {
    switch (tag) {
        case 0x01:
            return AclTag{"user", false};
        case 0x02:
            return AclTag{"user", true};
        case 0x04:
            return AclTag{"group", false};
        case 0x08:
            return AclTag{"group", true};
        case 0x10:
            return AclTag{"mask", false};
        case 0x20:
            return AclTag{"other", false};
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> posix_acl_text(std::string_view value) {
    if (value.size() < kAclHeaderBytes || (value.size() - kAclHeaderBytes) % kAclEntryBytes != 0 ||
        get_little_endian(value, 0, 4) != kAclVersion) {
        return std::nullopt;
    }
    std::string text;
    for (std::size_t at = kAclHeaderBytes; at < value.size(); at += kAclEntryBytes) {
        const std::optional<AclTag> tag = acl_tag(get_little_endian(value, at, 2));
        if (!tag) {
            return std::nullopt;
        }
        const std::uint32_t permissions = get_little_endian(value, at + 2, 2);
        text += (text.empty() ? "" : ",") + std::string(tag->word) + ":";
        text += tag->has_id ? std::to_string(get_little_endian(value, at + 4, 4)) : "";
        text += ":";
        text += (permissions & 4U) != 0 ? 'r' : '-';
        text += (permissions & 2U) != 0 ? 'w' : '-';
        text += (permissions & 1U) != 0 ? 'x' : '-';
    }
    return text;
}

}  // namespace kiln::disk
