#include "hcl/timestamp.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::hcl {

namespace {

struct Moment {
    CivilTime civil;
    std::int32_t offset = 0;
};

int hour12(const Moment& m) {
    return m.civil.hour % 12 == 0 ? 12 : m.civil.hour % 12;
}
std::string zone_hour(std::int32_t offset) {
    return format_offset(offset, "").substr(0, 3);
}
std::string two_digits(int number) {
    return fmt::format("{:02}", number);
}

/// A part of a layout and what it is replaced by.
struct Token {
    std::string_view layout;
    std::string (*text)(const Moment& moment);
    bool ends_word = false;  // not when a small letter follows: "Month" holds no "Mon"
};

// Longer ones before those they begin with.
constexpr Token kTokens[] = {
    {"January", [](const Moment& m) { return std::string(month_name(m.civil.month)); }},
    {"Jan", [](const Moment& m) { return std::string(month_name(m.civil.month), 0, 3); }, true},
    {"Monday", [](const Moment& m) { return std::string(weekday_name(m.civil.weekday)); }},
    {"Mon", [](const Moment& m) { return std::string(weekday_name(m.civil.weekday), 0, 3); }, true},
    {"MST", [](const Moment& m) { return m.offset == 0 ? "UTC" : format_offset(m.offset, ""); }},
    {"002", [](const Moment& m) { return fmt::format("{:03}", m.civil.year_day); }},
    {"01", [](const Moment& m) { return two_digits(m.civil.month); }},
    {"02", [](const Moment& m) { return two_digits(m.civil.day); }},
    {"03", [](const Moment& m) { return two_digits(hour12(m)); }},
    {"04", [](const Moment& m) { return two_digits(m.civil.minute); }},
    {"05", [](const Moment& m) { return two_digits(m.civil.second); }},
    {"06", [](const Moment& m) { return two_digits(m.civil.year % 100); }},
    {"15", [](const Moment& m) { return two_digits(m.civil.hour); }},
    {"1", [](const Moment& m) { return std::to_string(m.civil.month); }},
    {"2006", [](const Moment& m) { return fmt::format("{:04}", m.civil.year); }},
    {"2", [](const Moment& m) { return std::to_string(m.civil.day); }},
    {"__2", [](const Moment& m) { return fmt::format("{:3}", m.civil.year_day); }},
    {"_2", [](const Moment& m) { return fmt::format("{:2}", m.civil.day); }},
    {"3", [](const Moment& m) { return std::to_string(hour12(m)); }},
    {"4", [](const Moment& m) { return std::to_string(m.civil.minute); }},
    {"5", [](const Moment& m) { return std::to_string(m.civil.second); }},
    {"PM", [](const Moment& m) { return std::string(m.civil.hour < 12 ? "AM" : "PM"); }},
    {"pm", [](const Moment& m) { return std::string(m.civil.hour < 12 ? "am" : "pm"); }},
    {"-07:00", [](const Moment& m) { return format_offset(m.offset, ":"); }},
    {"-0700", [](const Moment& m) { return format_offset(m.offset, ""); }},
    {"-07", [](const Moment& m) { return zone_hour(m.offset); }},
    {"Z07:00", [](const Moment& m) { return m.offset == 0 ? "Z" : format_offset(m.offset, ":"); }},
    {"Z0700", [](const Moment& m) { return m.offset == 0 ? "Z" : format_offset(m.offset, ""); }},
    {"Z07", [](const Moment& m) { return m.offset == 0 ? "Z" : zone_hour(m.offset); }},
};

bool is_small_letter(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

const Token* find_token(std::string_view layout) {
    // "_2006" is a blank before the year and no padded day.
    if (layout.starts_with("_2006")) {
        return nullptr;
    }
    const auto matches = [layout](const Token& token) {
        const std::size_t size = token.layout.size();
        return layout.starts_with(token.layout) &&
               !(token.ends_word && layout.size() > size && is_small_letter(layout[size]));
    };
    const auto* const found = std::find_if(std::begin(kTokens), std::end(kTokens), matches);
    return found == std::end(kTokens) ? nullptr : found;
}

/// ".000" or ",000": as many digits of the fraction; ".999": those without zeros at the end. The
/// length of such a part at the front of the layout, else 0.
std::size_t fraction_length(std::string_view layout) {
    if (!(layout.starts_with('.') || layout.starts_with(',')) || layout.size() < 2 ||
        !(layout[1] == '0' || layout[1] == '9')) {
        return 0;
    }
    const std::size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
    return end < layout.size() && is_digit(layout[end]) ? 0 : end;
}

std::string fraction_text(std::string_view part, std::int32_t nanoseconds) {
    constexpr std::size_t kDigits = 9;
    std::string digits = fmt::format("{:09}", nanoseconds);
    digits.resize(std::max(kDigits, part.size() - 1), '0');
    digits.resize(part.size() - 1);
    if (part[1] == '9') {
        digits.resize(digits.find_last_not_of('0') + 1);
    }
    return digits.empty() ? digits : part[0] + digits;
}

}  // namespace

std::string format_go_layout(const Timestamp& timestamp, std::string_view layout) {
    const Moment moment{civil_time(timestamp), timestamp.offset};
    std::string text;
    while (!layout.empty()) {
        std::size_t taken = 1;
        if (const Token* const token = find_token(layout)) {
            text += token->text(moment);
            taken = token->layout.size();
        } else if (const std::size_t length = fraction_length(layout)) {
            text += fraction_text(layout.substr(0, length), timestamp.nanoseconds);
            taken = length;
        } else {
            text += layout.front();
        }
        layout.remove_prefix(taken);
    }
    return text;
}

}  // namespace kiln::hcl
