#include "aws/percent_encoding.hpp"

#include "base/ascii.hpp"

namespace kiln::aws {

namespace {

bool is_unreserved(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string encode(std::string_view text, bool keep_slashes) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c) || (keep_slashes && c == '/')) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
    return out;
}

}  // namespace

std::string percent_encode(std::string_view text) {
    return encode(text, false);
}

std::string percent_encode_path(std::string_view path) {
    return encode(path, true);
}

}  // namespace kiln::aws
