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
// What a field of eleven octal digits holds, and one of seven.
constexpr std::int64_t kMostLong = (std::int64_t{1} << 33) - 1;
constexpr std::int64_t kMostShort = (std::int64_t{1} << 21) - 1;

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

template <std::size_t kSize>
void put_octal(char (&field)[kSize], std::int64_t value) {
    const int digits = static_cast<int>(kSize) - 1;
    std::snprintf(field, kSize, "%0*llo", digits, static_cast<unsigned long long>(value));
}

/// One header. What does not fit its field is cut off: a pax record before it has the whole.
std::string block(const TarEntry& entry, char type) {
    Header header{};
    put(header.name, sizeof header.name, entry.name);
    put_octal(header.mode, entry.mode & 07777U);
    put_octal(header.uid, std::min<std::int64_t>(entry.owner, kMostShort));
    put_octal(header.gid, std::min<std::int64_t>(entry.group, kMostShort));
    put_octal(header.size, std::min(entry.size_bytes, kMostLong));
    put_octal(
        header.mtime, std::clamp<std::int64_t>(entry.modified.tv_sec, std::int64_t{0}, kMostLong)
    );
    put(header.checksum, sizeof header.checksum, "        ");  // counts as blanks
    header.type = type;
    put(header.link, sizeof header.link, entry.link);
    put(header.magic, sizeof header.magic, std::string_view("ustar\00000", 8));
    if (entry.type == TarEntry::Type::character_device ||
        entry.type == TarEntry::Type::block_device) {
        put_octal(header.major, entry.device_major & 07777777U);
        put_octal(header.minor, entry.device_minor & 07777777U);
    }
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

/// Seconds since 1970 with their fraction, as pax writes them: "1600000000.5". Before 1970 the
/// fraction counts from the whole second below, as in a timespec, and pax's away from zero.
std::string pax_time(const timespec& time) {
    const bool is_negative = time.tv_sec < 0 && time.tv_nsec != 0;
    const std::int64_t seconds = is_negative ? -(time.tv_sec + 1) : time.tv_sec;
    const long fraction = is_negative ? 1'000'000'000 - time.tv_nsec : time.tv_nsec;
    std::string digits = std::to_string(1'000'000'000 + fraction).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    return (is_negative ? "-" : "") + std::to_string(seconds) +
           (digits.empty() ? "" : "." + digits);
}

std::string pax_records(const TarEntry& entry) {
    std::string records;
    if (entry.name.size() > kMostName) {
        records += pax_record("path", entry.name);
    }
    if (entry.link.size() > kMostName) {
        records += pax_record("linkpath", entry.link);
    }
    if (entry.size_bytes > kMostLong) {
        records += pax_record("size", std::to_string(entry.size_bytes));
    }
    if (entry.owner > kMostShort) {
        records += pax_record("uid", std::to_string(entry.owner));
    }
    if (entry.group > kMostShort) {
        records += pax_record("gid", std::to_string(entry.group));
    }
    const timespec& time = entry.modified;
    if (time.tv_nsec != 0 || time.tv_sec < 0 || time.tv_sec > kMostLong) {
        records += pax_record("mtime", pax_time(time));
    }
    for (const auto& [key, value] : entry.records) {
        records += pax_record(key, value);
    }
    return records;
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
    TarEntry written = entry;
    if (entry.type == TarEntry::Type::folder) {
        written.name += "/";
    }
    std::string out;
    if (const std::string records = pax_records(written); !records.empty()) {
        TarEntry pax;
        pax.name = "pax";
        pax.size_bytes = static_cast<std::int64_t>(records.size());
        out = block(pax, 'x') + records + tar_padding(pax.size_bytes);
    }
    return out + block(written, static_cast<char>(written.type));
}

std::string tar_padding(std::int64_t size_bytes) {
    return std::string((kBlock - static_cast<std::size_t>(size_bytes) % kBlock) % kBlock, '\0');
}

std::string tar_end() {
    return std::string(2 * kBlock, '\0');
}

}  // namespace kiln
