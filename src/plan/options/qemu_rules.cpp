#include "plan/options/qemu_rules.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace kiln::plan {

namespace {

struct Digest {
    std::string_view name;
    std::size_t hex_digits;
};
constexpr std::array<Digest, 4> kDigests = {
    {{"md5", 32}, {"sha1", 40}, {"sha256", 64}, {"sha512", 128}}};

}  // namespace

bool is_disk_size(std::string_view text) {
    constexpr std::string_view kUnits = "bkmgtBKMGT";
    if (!text.empty() && kUnits.find(text.back()) != std::string_view::npos) {
        text.remove_suffix(1);
    }
    return !text.empty() && std::all_of(text.begin(), text.end(), &is_digit);
}

std::string checksum_problem(std::string_view text) {
    if (text.starts_with("file:")) {
        return "";
    }
    const std::size_t colon = text.find(':');
    const std::string_view kind = colon == std::string_view::npos ? "" : text.substr(0, colon);
    const std::string_view hex = colon == std::string_view::npos ? text : text.substr(colon + 1);
    const auto digest = std::find_if(kDigests.begin(), kDigests.end(), [&](const Digest& d) {
        return kind.empty() ? d.hex_digits == hex.size() : d.name == kind;
    });
    if (digest == kDigests.end()) {
        return kind.empty() ? "a digest of " + std::to_string(hex.size()) +
                                  " characters is of no kind that is known"
                            : "there is no digest \"" + std::string(kind) + "\"";
    }
    if (hex.empty()) {
        return "";
    }
    if (hex.size() != digest->hex_digits || !std::all_of(hex.begin(), hex.end(), &is_hex_digit)) {
        return "a " + std::string(digest->name) + " digest has " +
               std::to_string(digest->hex_digits) + " hexadecimal digits";
    }
    return "";
}

}  // namespace kiln::plan
