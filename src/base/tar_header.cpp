#include "base/tar_header.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <string_view>

namespace kiln {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMostName = 100;  // bytes of the name and link fields
constexpr std::int64_t kMostSize = (std::int64_t{1} << 33) - 1;  // eleven octal digits

// The fields of a ustar header, POSIX.1-2001, pax.
struct Header {
    char name[100];
    char mode[8];
    char uid[8];
    char gid[8];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[8];  // "ustar\0" and version "00"
    char user[32];
    char group[32];
    char major[8];
    char minor[8];
    char prefix[155];
    char padding[12];
};
static_assert(sizeof(Header) == kBlock);

void put(char* field, std::size_t size, std::string_view text) {
    std::memcpy(field, text.data(), std::min(size, text.size()));
}

std::string block(
    char type, const std::string& name, const std::string& link, unsigned mode, std::int64_t size
) {
    Header header{};
    put(header.name, sizeof header.name, name);
    std::snprintf(header.mode, sizeof header.mode, "%07o", mode & 07777U);
    put(header.uid, sizeof header.uid, "0000000");
    put(header.gid, sizeof header.gid, "0000000");
    std::snprintf(
        header.size, sizeof header.size, "%011llo", static_cast<unsigned long long>(size)
    );
    put(header.mtime, sizeof header.mtime, "00000000000");
    put(header.checksum, sizeof header.checksum, "        ");  // counts as blanks
    header.type = type;
    put(header.link, sizeof header.link, link);
    put(header.magic, sizeof header.magic, std::string_view("ustar\00000", 8));
    unsigned char bytes[kBlock];
    std::memcpy(bytes, &header, kBlock);
    const unsigned sum = std::accumulate(std::begin(bytes), std::end(bytes), 0U);
    std::snprintf(header.checksum, sizeof header.checksum, "%06o", sum & 0777777U);
    return std::string(reinterpret_cast<const char*>(&header), kBlock);
}

/// "25 path=some/long/name\n": the length counts itself.
std::string pax_record(const std::string& key, const std::string& value) {
    const std::string rest = " " + key + "=" + value + "\n";
    std::size_t length = rest.size();
    while (length != rest.size() + std::to_string(length).size()) {
        length = rest.size() + std::to_string(length).size();
    }
    return std::to_string(length) + rest;
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
    const bool is_folder = entry.type == TarEntry::Type::folder;
    const std::string name = is_folder ? entry.name + "/" : entry.name;
    std::string records;
    if (name.size() > kMostName) {
        records += pax_record("path", name);
    }
    if (entry.link.size() > kMostName) {
        records += pax_record("linkpath", entry.link);
    }
    if (entry.size_bytes > kMostSize) {
        records += pax_record("size", std::to_string(entry.size_bytes));
    }
    std::string out;
    if (!records.empty()) {
        const auto size = static_cast<std::int64_t>(records.size());
        out = block('x', "pax", "", 0644, size) + records + tar_padding(size);
    }
    return out + block(
                     static_cast<char>(entry.type),
                     name.substr(0, kMostName),
                     entry.link.substr(0, kMostName),
                     entry.mode,
                     std::min(entry.size_bytes, kMostSize)
                 );
}

std::string tar_padding(std::int64_t size_bytes) {
    return std::string((kBlock - static_cast<std::size_t>(size_bytes) % kBlock) % kBlock, '\0');
}

std::string tar_end() {
    return std::string(2 * kBlock, '\0');
}

}  // namespace kiln
