#include "node/tar_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <numeric>

namespace kiln::node {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMostName = 100;  // of the name and link fields

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

void TarWriter::add_file(const std::string& name, std::string_view content) {
    if (add_parents(name)) {
        add_entry('0', name, "", content);
    }
}

void TarWriter::add_link(const std::string& name, const std::string& target) {
    if (add_parents(name)) {
        add_entry('2', name, target, "");
    }
}

bool TarWriter::add_parents(const std::string& name) {
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
        const std::string folder = name.substr(0, slash);
        if (names_.insert(folder).second) {
            add_entry('5', folder + "/", "", "");
        }
    }
    return names_.insert(name).second;
}

void TarWriter::add_entry(
    char type, const std::string& name, const std::string& link, std::string_view content
) {
    std::string records;
    if (name.size() > kMostName) {
        records += pax_record("path", name);
    }
    if (link.size() > kMostName) {
        records += pax_record("linkpath", link);
    }
    if (!records.empty()) {
        add_header('x', "pax", "", records.size());
        add_padded(records);
    }
    add_header(type, name.substr(0, kMostName), link.substr(0, kMostName), content.size());
    add_padded(content);
}

void TarWriter::add_header(
    char type, const std::string& name, const std::string& link, std::size_t size
) {
    Header header{};
    put(header.name, sizeof header.name, name);
    put(header.mode, sizeof header.mode, type == '5' ? "0000755" : "0000644");
    put(header.uid, sizeof header.uid, "0000000");
    put(header.gid, sizeof header.gid, "0000000");
    std::snprintf(header.size, sizeof header.size, "%011zo", size);
    put(header.mtime, sizeof header.mtime, "00000000000");
    put(header.checksum, sizeof header.checksum, "        ");  // counts as blanks
    header.type = type;
    put(header.link, sizeof header.link, link);
    put(header.magic, sizeof header.magic, std::string_view("ustar\00000", 8));
    unsigned char bytes[kBlock];
    std::memcpy(bytes, &header, kBlock);
    const unsigned sum = std::accumulate(std::begin(bytes), std::end(bytes), 0U);
    std::snprintf(header.checksum, sizeof header.checksum, "%06o", sum & 0777777U);
    archive_.append(reinterpret_cast<const char*>(&header), kBlock);
}

void TarWriter::add_padded(std::string_view content) {
    archive_ += content;
    archive_.append((kBlock - content.size() % kBlock) % kBlock, '\0');
}

std::string TarWriter::finish() {
    archive_.append(2 * kBlock, '\0');
    return std::move(archive_);
}

}  // namespace kiln::node
