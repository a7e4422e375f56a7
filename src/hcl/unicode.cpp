#include "hcl/unicode.hpp"

#include <algorithm>
#include <cstdlib>
#include <utf8proc.h>

namespace kiln::hcl {

namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

const utf8proc_uint8_t* bytes(std::string_view text) {
    return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

struct CodePoint {
    utf8proc_int32_t value = -1;  // -1: a byte that is not UTF-8
    std::size_t size = 1;
};

/// The code point at the front of a text that is not empty.
CodePoint front(std::string_view text) {
    CodePoint point;
    const utf8proc_ssize_t size =
        utf8proc_iterate(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &point.value);
    if (size > 0) {
        point.size = static_cast<std::size_t>(size);
    }
    return point;
}

template <class Map>
std::string map_code_points(std::string_view text, Map map) {
    std::string mapped;
    mapped.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = front(text);
        if (point.value < 0) {
            mapped.append(text.substr(0, 1));
        } else {
            append_utf8(mapped, static_cast<char32_t>(map(point.value)));
        }
        text.remove_prefix(point.size);
    }
    return mapped;
}

bool is_white_space(utf8proc_int32_t point) {
    if ((point >= '\t' && point <= '\r') || point == ' ' || point == 0x85) {
        return true;
    }
    const utf8proc_category_t category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

bool is_letter_or_digit(utf8proc_int32_t point) {
    const utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           category == UTF8PROC_CATEGORY_ND;
}

/// Go's word boundary of title(): in ASCII everything but letters, digits and the underscore;
/// beyond it only white space.
bool ends_word(utf8proc_int32_t point) {
    if (point < 0x80) {
        return point != '_' && !is_letter_or_digit(point);
    }
    return is_white_space(point);
}

}  // namespace

std::string normalize(std::string_view text) {
    if (is_ascii(text)) {
        return std::string(text);
    }
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        bytes(text),
        static_cast<utf8proc_ssize_t>(text.size()),
        &mapped,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE)
    );
    if (size < 0) {
        return std::string(text);
    }
    std::string normal(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
    std::free(mapped);
    return normal;
}

std::vector<std::string_view> graphemes(std::string_view text) {
    std::vector<std::string_view> clusters;
    utf8proc_int32_t state = 0;
    utf8proc_int32_t previous = -1;
    std::size_t start = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const CodePoint point = front(text.substr(at));
        const bool boundary = previous < 0 || point.value < 0 ||
                              utf8proc_grapheme_break_stateful(previous, point.value, &state);
        if (boundary && at > start) {
            clusters.push_back(text.substr(start, at - start));
            start = at;
        }
        if (previous < 0 || point.value < 0) {
            state = 0;
        }
        previous = point.value;
        at += point.size;
    }
    if (start < text.size()) {
        clusters.push_back(text.substr(start));
    }
    return clusters;
}

std::size_t count_graphemes(std::string_view text) {
    // CR LF is the one cluster of several ASCII characters.
    if (is_ascii(text) && text.find('\r') == std::string_view::npos) {
        return text.size();
    }
    return graphemes(text).size();
}

std::vector<std::string_view> code_points(std::string_view text) {
    std::vector<std::string_view> points;
    while (!text.empty()) {
        const std::size_t size = front(text).size;
        points.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return points;
}

std::string to_upper(std::string_view text) {
    // The one letter that utf8proc maps although Unicode's simple mapping leaves it alone.
    constexpr utf8proc_int32_t kSharpS = 0xDF;
    return map_code_points(text, [](utf8proc_int32_t point) {
        return point == kSharpS ? point : utf8proc_toupper(point);
    });
}

std::string to_lower(std::string_view text) {
    return map_code_points(text, utf8proc_tolower);
}

std::string to_title(std::string_view text) {
    bool starts_word = true;
    return map_code_points(text, [&starts_word](utf8proc_int32_t point) {
        const utf8proc_int32_t mapped = starts_word ? utf8proc_totitle(point) : point;
        starts_word = ends_word(point);
        return mapped;
    });
}

std::string_view trim_white_space(std::string_view text) {
    const std::vector<std::string_view> points = code_points(text);
    const auto is_space = [](std::string_view point) { return is_white_space(front(point).value); };
    const auto first = std::find_if_not(points.begin(), points.end(), is_space);
    const auto last = std::find_if_not(points.rbegin(), points.rend(), is_space);
    if (first == points.end()) {
        return {};
    }
    const char* end = last->data() + last->size();
    return {first->data(), static_cast<std::size_t>(end - first->data())};
}

void append_utf8(std::string& text, char32_t code_point) {
    utf8proc_uint8_t encoded[4];
    const utf8proc_ssize_t size =
        utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), encoded);
    text.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
}

}  // namespace kiln::hcl
