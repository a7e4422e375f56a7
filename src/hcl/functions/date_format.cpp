#include "hcl/functions/date_format.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::hcl::functions {

namespace {

struct Moment {
    CivilTime civil;
    std::int32_t offset = 0;
};

std::string two_digits(int number) {
    return fmt::format("{:02}", number);
}
int hour12(const Moment& m) {
    return m.civil.hour % 12 == 0 ? 12 : m.civil.hour % 12;
}
std::string zone(const Moment& m) {
    return format_offset(m.offset, "");
}
std::string colon_zone(const Moment& m) {
    return format_offset(m.offset, ":");
}

struct Verb {
    std::string_view name;
    std::string (*text)(const Moment& moment);
};

constexpr Verb kVerbs[] = {
    {"YYYY", [](const Moment& m) { return fmt::format("{:04}", m.civil.year); }},
    {"YY", [](const Moment& m) { return two_digits(m.civil.year % 100); }},
    {"MMMM", [](const Moment& m) { return std::string(month_name(m.civil.month)); }},
    {"MMM", [](const Moment& m) { return std::string(month_name(m.civil.month), 0, 3); }},
    {"MM", [](const Moment& m) { return two_digits(m.civil.month); }},
    {"M", [](const Moment& m) { return std::to_string(m.civil.month); }},
    {"DD", [](const Moment& m) { return two_digits(m.civil.day); }},
    {"D", [](const Moment& m) { return std::to_string(m.civil.day); }},
    {"EEEE", [](const Moment& m) { return std::string(weekday_name(m.civil.weekday)); }},
    {"EEE", [](const Moment& m) { return std::string(weekday_name(m.civil.weekday), 0, 3); }},
    {"hh", [](const Moment& m) { return two_digits(m.civil.hour); }},
    {"h", [](const Moment& m) { return std::to_string(m.civil.hour); }},
    {"HH", [](const Moment& m) { return two_digits(hour12(m)); }},
    {"H", [](const Moment& m) { return std::to_string(hour12(m)); }},
    {"AA", [](const Moment& m) { return std::string(m.civil.hour < 12 ? "AM" : "PM"); }},
    {"aa", [](const Moment& m) { return std::string(m.civil.hour < 12 ? "am" : "pm"); }},
    {"mm", [](const Moment& m) { return two_digits(m.civil.minute); }},
    {"m", [](const Moment& m) { return std::to_string(m.civil.minute); }},
    {"ss", [](const Moment& m) { return two_digits(m.civil.second); }},
    {"s", [](const Moment& m) { return std::to_string(m.civil.second); }},
    {"Z", [](const Moment& m) { return m.offset == 0 ? "Z" : colon_zone(m); }},
    {"ZZZ", [](const Moment& m) { return m.offset == 0 ? "UTC" : zone(m); }},
    {"ZZZZ", zone},
    {"ZZZZZ", colon_zone},
};

/// The verbs of one letter for a message: `"YYYY" or "YY"`.
std::string verbs_of(char letter) {
    std::string list;
    for (const Verb& verb : kVerbs) {
        if (verb.name[0] == letter) {
            list += (list.empty() ? "\"" : " or \"") + std::string(verb.name) + "\"";
        }
    }
    return list;
}

std::string unknown_verb(std::string_view name) {
    const std::string verbs = verbs_of(name[0]);
    const std::string quoted = "\"" + std::string(name) + "\" is no verb of a date format; ";
    return quoted + (verbs.empty() ? "put literal letters in single quotes" : "use " + verbs);
}

/// The text between single quotes at the front of `rest`, two of them inside meaning one; moves
/// behind it. Nothing when it is not closed.
std::optional<std::string> take_literal(std::string_view& rest) {
    std::string literal;
    rest.remove_prefix(1);
    while (!rest.empty()) {
        const bool doubled = rest.starts_with("''");
        if (rest.front() == '\'' && !doubled) {
            rest.remove_prefix(1);
            return literal;
        }
        literal += rest.front();
        rest.remove_prefix(doubled ? 2 : 1);
    }
    return std::nullopt;
}

}  // namespace

FormattedDate format_date(std::string_view format, const Timestamp& timestamp) {
    const Moment moment{civil_time(timestamp), timestamp.offset};
    std::string text;
    while (!format.empty()) {
        const char c = format.front();
        if (format.starts_with("''")) {
            text += '\'';
            format.remove_prefix(2);
        } else if (c == '\'') {
            const std::optional<std::string> literal = take_literal(format);
            if (!literal) {
                return {{}, "a single quote in the date format is not closed"};
            }
            text += *literal;
        } else if (is_letter(c)) {
            const std::size_t length = std::min(format.find_first_not_of(c), format.size());
            const std::string_view name = format.substr(0, length);
            const auto* const verb =
                std::find_if(std::begin(kVerbs), std::end(kVerbs), [name](const Verb& candidate) {
                    return candidate.name == name;
                });
            if (verb == std::end(kVerbs)) {
                return {{}, unknown_verb(name)};
            }
            text += verb->text(moment);
            format.remove_prefix(length);
        } else {
            text += c;
            format.remove_prefix(1);
        }
    }
    return {text, {}};
}

}  // namespace kiln::hcl::functions
