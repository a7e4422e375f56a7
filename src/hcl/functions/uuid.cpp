#include "base/uuid.hpp"

#include "base/digest.hpp"
#include "base/strings.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/print.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

// The namespaces of RFC 4122 appendix C differ in one byte.
std::string well_known_namespace(char distinction) {
    std::string bytes = "\x6b\xa7\xb8\x10\x9d\xad\x11\xd1\x80\xb4";
    bytes += std::string_view("\x00\xc0\x4f\xd4\x30\xc8", 6);
    bytes[3] = distinction;
    return bytes;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char small = static_cast<char>(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// With dashes, also in braces or behind "urn:uuid:", or 32 bare digits.
std::optional<std::string> parse_uuid(std::string_view text) {
    constexpr std::string_view kUrn = "urn:uuid:";
    if (text.starts_with(kUrn)) {
        text.remove_prefix(kUrn.size());
    } else if (text.starts_with('{') && text.ends_with('}')) {
        text = text.substr(1, text.size() - 2);
    }
    std::string digits(text);
    if (text.size() == 36) {
        const bool dashed = text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
        std::erase(digits, '-');
        if (!dashed) {
            return std::nullopt;
        }
    }
    const auto is_hex = [](char c) { return hex_digit(c) >= 0; };
    if (digits.size() != 2 * kUuidBytes || !std::all_of(digits.begin(), digits.end(), is_hex)) {
        return std::nullopt;
    }
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        bytes += static_cast<char>(hex_digit(digits[i]) * 16 + hex_digit(digits[i + 1]));
    }
    return bytes;
}

std::optional<std::string> namespace_bytes(const std::string& name) {
    constexpr std::pair<std::string_view, char> kNamespaces[] = {
        {"dns", '\x10'}, {"url", '\x11'}, {"oid", '\x12'}, {"x500", '\x14'}};
    for (const auto& [known_name, distinction] : kNamespaces) {
        if (name == known_name) {
            return well_known_namespace(distinction);
        }
    }
    return parse_uuid(name);
}

CallResult uuid_v5(const Arguments& arguments) {
    const std::string& name = arguments[0].as_string();
    const std::optional<std::string> space = namespace_bytes(name);
    if (!space) {
        return fail_at(0, quote_briefly(name) + " is none of dns, url, oid and x500 and no UUID");
    }
    Digest digest(DigestAlgorithm::sha1);
    std::string hash = digest.update(*space).update(arguments[1].as_string()).finish_bytes();
    hash.resize(kUuidBytes);
    return text_value(format_uuid(std::move(hash), 5));
}

CallResult uuid_v4(const FunctionEnvironment& environment) {
    if (!environment.random_bytes) {
        return fail("uuidv4() has no source of random bytes here");
    }
    return text_value(format_uuid(environment.random_bytes(kUuidBytes), 4));
}

}  // namespace

void add_uuid_functions(FunctionTable& table, const FunctionEnvironment& environment) {
    table.add(make_function("uuidv4", {}, Type::string(), [environment](const Arguments&) {
        return uuid_v4(environment);
    }));
    table.add(make_function("uuidv5", {text("namespace"), text("name")}, Type::string(), uuid_v5));
}

}  // namespace kiln::hcl::functions
