// UEFI specification 2.10, chapter 5. All numbers are little endian; GUIDs are too, in their first
// three fields.
#include "disk/gpt.hpp"

#include "disk/little_endian.hpp"
#include "disk/uuid.hpp"

#include <algorithm>
#include <utility>
#include <zlib.h>

namespace kiln::disk {
namespace {

constexpr std::size_t kEntryBytes = 128;
constexpr std::size_t kEntryCount = 128;
constexpr std::size_t kEntriesBytes = kEntryBytes * kEntryCount;  // 32 sectors
constexpr std::uint32_t kHeaderBytes = 92;

void put_guid(std::string& bytes, std::size_t at, const std::string& guid) {
    UuidBytes order = parse_uuid(guid);
    std::reverse(order.begin(), order.begin() + 4);
    std::swap(order[4], order[5]);
    std::swap(order[6], order[7]);
    std::copy(order.begin(), order.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::uint32_t crc(const std::string& bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()))
    );
}

/// One partition of type 0xEE over the whole disk, so that tools that know no GPT keep off.
std::string protective_mbr(std::uint64_t sectors) {
    std::string mbr(kSectorBytes, '\0');
    constexpr std::size_t kEntry = 446;
    put_little_endian(
        mbr, kEntry, 0x00020000, 4
    );  // not active, starts at cylinder 0, head 0, sector 2
    put_little_endian(mbr, kEntry + 4, 0xffffffee, 4);  // type, ends at the last address there is
    put_little_endian(mbr, kEntry + 8, 1, 4);
    put_little_endian(mbr, kEntry + 12, std::min<std::uint64_t>(sectors - 1, 0xffffffff), 4);
    put_little_endian(mbr, 510, 0xaa55, 2);
    return mbr;
}

std::string entries(const DiskLayout& layout) {
    std::string bytes(kEntriesBytes, '\0');
    for (const Partition& partition : layout.partitions) {
        const std::size_t at = static_cast<std::size_t>(partition.number - 1) * kEntryBytes;
        const auto first = static_cast<std::uint64_t>(partition.offset_bytes / kSectorBytes);
        const auto count = static_cast<std::uint64_t>(partition.size_bytes / kSectorBytes);
        put_guid(bytes, at, partition.type_guid);
        put_guid(bytes, at + 16, partition.guid);
        put_little_endian(bytes, at + 32, first, 8);
        put_little_endian(bytes, at + 40, first + count - 1, 8);
        for (std::size_t i = 0; i < partition.name.size(); ++i) {
            bytes[at + 56 + 2 * i] = partition.name[i];  // ASCII, so UTF-16 is this and a zero
        }
    }
    return bytes;
}

std::string header(
    const DiskLayout& layout,
    std::uint64_t here,
    std::uint64_t other,
    std::uint64_t entries_at,
    std::uint32_t entries_crc
) {
    const auto sectors = static_cast<std::uint64_t>(layout.size_bytes / kSectorBytes);
    constexpr std::uint64_t kTableSectors = 1 + kEntriesBytes / kSectorBytes;
    std::string bytes(kHeaderBytes, '\0');
    bytes.replace(0, 8, "EFI PART");
    put_little_endian(bytes, 8, 0x00010000, 4);
    put_little_endian(bytes, 12, kHeaderBytes, 4);
    put_little_endian(bytes, 24, here, 8);
    put_little_endian(bytes, 32, other, 8);
    put_little_endian(bytes, 40, 1 + kTableSectors, 8);
    put_little_endian(bytes, 48, sectors - kTableSectors - 1, 8);
    put_guid(bytes, 56, layout.disk_guid);
    put_little_endian(bytes, 72, entries_at, 8);
    put_little_endian(bytes, 80, kEntryCount, 4);
    put_little_endian(bytes, 84, kEntryBytes, 4);
    put_little_endian(bytes, 88, entries_crc, 4);
    put_little_endian(bytes, 16, crc(bytes), 4);  // over the header with this field zero
    bytes.resize(kSectorBytes, '\0');
    return bytes;
}

}  // namespace

GptTables encode_gpt(const DiskLayout& layout) {
    const auto sectors = static_cast<std::uint64_t>(layout.size_bytes / kSectorBytes);
    const std::uint64_t last = sectors - 1;
    const std::string table = entries(layout);
    const std::uint32_t table_crc = crc(table);
    return {
        .primary = protective_mbr(sectors) + header(layout, 1, last, 2, table_crc) + table,
        .backup = table + header(layout, last, 1, last - kEntriesBytes / kSectorBytes, table_crc)};
}

}  // namespace kiln::disk
