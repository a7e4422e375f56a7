#include "execute/go_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kiln::exec {

namespace {

std::string escaped(char c) {
    switch (c) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\a':
            return "\\a";
        case '\b':
            return "\\b";
        case '\f':
            return "\\f";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        case '\v':
            return "\\v";
        default:
            const auto byte = static_cast<unsigned char>(c);
            return byte < 0x20U || byte == 0x7FU ? fmt::format("\\x{:02x}", byte)
                                                 : std::string(1, c);
    }
}

}  // namespace

std::string go_quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        out += escaped(c);
    }
    return out + "\"";
}

std::string go_list(const std::vector<std::int64_t>& numbers) {
    return fmt::format("[{}]", fmt::join(numbers, " "));
}

std::string go_format(std::string_view format, std::string_view first, std::string_view second) {
    const std::array<std::string_view, 2> values = {first, second};
    std::size_t next = 0;
    std::string out;
    while (!format.empty()) {
        if (format.front() != '%' || format.size() < 2) {
            out += format.front();
            format.remove_prefix(1);
            continue;
        }
        std::size_t verb = 1;
        std::size_t index = next;
        if (format.starts_with("%[1]") || format.starts_with("%[2]")) {
            index = format[2] == '1' ? 0 : 1;
            verb = 4;
        }
        const char kind = verb < format.size() ? format[verb] : '\0';
        if (kind == '%' && verb == 1) {
            out += '%';
        } else if ((kind == 's' || kind == 'v' || kind == 'q') && index < values.size()) {
            out += kind == 'q' ? go_quote(values[index]) : std::string(values[index]);
            next = index + 1;
        } else {
            out += format.substr(0, verb + 1);
        }
        format.remove_prefix(std::min(verb + 1, format.size()));
    }
    return out;
}

}  // namespace kiln::exec
