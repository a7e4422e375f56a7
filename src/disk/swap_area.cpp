// union swap_header in include/linux/swap.h: 1024 bytes for boot blocks, then version, last page,
// count of bad pages, UUID and label; the page ends with the signature.
#include "disk/swap_area.hpp"

#include "disk/little_endian.hpp"
#include "disk/uuid.hpp"

#include <algorithm>
#include <string_view>

namespace kiln::disk {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kInfo = 1024;
constexpr std::string_view kSignature = "SWAPSPACE2";

}  // namespace

std::string encode_swap_header(const FileSystem& file_system, std::int64_t size_bytes) {
    std::string page(kPage, '\0');
    put_little_endian(page, kInfo, 1, 4);
    put_little_endian(page, kInfo + 4, static_cast<std::uint64_t>(size_bytes) / kPage - 1, 4);
    const UuidBytes uuid = parse_uuid(file_system.uuid);
    std::copy(uuid.begin(), uuid.end(), page.begin() + kInfo + 12);
    std::copy(file_system.label.begin(), file_system.label.end(), page.begin() + kInfo + 28);
    std::copy(kSignature.begin(), kSignature.end(), page.end() - std::ssize(kSignature));
    return page;
}

}  // namespace kiln::disk
