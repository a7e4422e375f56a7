#include "execute/builder/qemu/iso_checksum.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace kiln::exec::qemu {

namespace {

struct KnownDigest {
    std::string_view name;
    DigestAlgorithm algorithm;
    std::size_t hex_digits;
};
constexpr std::array<KnownDigest, 4> kKnownDigests = {
    {{"md5", DigestAlgorithm::md5, 32},
     {"sha1", DigestAlgorithm::sha1, 40},
     {"sha256", DigestAlgorithm::sha256, 64},
     {"sha512", DigestAlgorithm::sha512, 128}}};

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (is_letter(c) && !is_lower(c)) {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return result;
}

std::optional<FileChecksum> checksum_of(std::string_view name, std::string_view hex) {
    if (!std::all_of(hex.begin(), hex.end(), &is_hex_digit)) {
        return std::nullopt;
    }
    for (const KnownDigest& known : kKnownDigests) {
        if (known.hex_digits == hex.size() &&
            (name.empty() || equal_ignoring_case(known.name, name))) {
            return FileChecksum{known.algorithm, lower_case(hex)};
        }
    }
    return std::nullopt;
}

struct ListedChecksum {
    std::string file;  ///< "" when the line names none
    FileChecksum checksum;
};

std::optional<ListedChecksum> parse_line(std::string_view line) {
    line = trim(line);
    const std::size_t open = line.find(" (");
    const std::size_t close = line.rfind(") = ");
    if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
        const auto found = checksum_of(line.substr(0, open), line.substr(close + 4));
        return found ? std::optional(ListedChecksum{
                           std::string(line.substr(open + 2, close - open - 2)), *found})
                     : std::nullopt;
    }
    const std::size_t space = line.find(' ');
    const auto found = checksum_of("", line.substr(0, space));
    if (!found) {
        return std::nullopt;
    }
    std::string_view file = space == std::string_view::npos ? "" : trim(line.substr(space));
    if (file.starts_with('*')) {  // sha256sum's mark of binary mode
        file.remove_prefix(1);
    }
    return ListedChecksum{std::string(file), *found};
}

}  // namespace

std::optional<FileChecksum> parse_checksum(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return checksum_of("", text);
    }
    return checksum_of(text.substr(0, colon), text.substr(colon + 1));
}

std::optional<FileChecksum> find_checksum(std::string_view list, const std::string& name) {
    std::vector<ListedChecksum> nameless;
    for (const std::string& line : split(list, '\n')) {
        std::optional<ListedChecksum> listed = parse_line(line);
        if (!listed) {
            continue;
        }
        if (listed->file.empty()) {
            nameless.push_back(std::move(*listed));
        } else if (base_name(listed->file) == name) {
            return listed->checksum;
        }
    }
    return nameless.size() == 1 ? std::optional(nameless.front().checksum) : std::nullopt;
}

std::string checksum_name(DigestAlgorithm algorithm) {
    for (const KnownDigest& known : kKnownDigests) {
        if (known.algorithm == algorithm) {
            return std::string(known.name);
        }
    }
    return "digest";
}

}  // namespace kiln::exec::qemu
