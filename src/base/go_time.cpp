#include "base/go_time.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"};
constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// A point of time in UTC taken apart.
struct Fields {
    int year, year_day;
    unsigned month, day, weekday;
    long hour, minute, second, nanosecond;

    long hour12() const { return hour % 12 == 0 ? 12 : hour % 12; }
    std::string_view month_name() const { return kMonths[month - 1]; }
    std::string_view day_name() const { return kDays[weekday]; }
};

Fields fields_of(std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    const auto midnight = floor<days>(time);
    const year_month_day date{midnight};
    const hh_mm_ss<nanoseconds> clock{time - midnight};
    const auto new_year = sys_days{date.year() / January / 1};
    return {
        static_cast<int>(date.year()),
        static_cast<int>((midnight - new_year).count()) + 1,
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        weekday{midnight}.c_encoding(),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count(),
        clock.subseconds().count()};
}

struct Example {
    std::string_view text;
    std::string (*write)(const Fields&);
};

template <auto kMember>
std::string two(const Fields& f) {
    return fmt::format("{:02}", f.*kMember);
}
template <auto kMember>
std::string plain(const Fields& f) {
    return fmt::format("{}", f.*kMember);
}
template <char kSign>
std::string utc(const Fields& /*f*/) {
    return std::string(1, kSign);
}

// Longest first where one is the beginning of another.
const Example kExamples[] = {
    {"January", [](const Fields& f) { return std::string(f.month_name()); }},
    {"Jan", [](const Fields& f) { return std::string(f.month_name().substr(0, 3)); }},
    {"Monday", [](const Fields& f) { return std::string(f.day_name()); }},
    {"Mon", [](const Fields& f) { return std::string(f.day_name().substr(0, 3)); }},
    {"MST", [](const Fields&) { return std::string("UTC"); }},
    {"002", [](const Fields& f) { return fmt::format("{:03}", f.year_day); }},
    {"01", two<&Fields::month>},
    {"02", two<&Fields::day>},
    {"03", [](const Fields& f) { return fmt::format("{:02}", f.hour12()); }},
    {"04", two<&Fields::minute>},
    {"05", two<&Fields::second>},
    {"06", [](const Fields& f) { return fmt::format("{:02}", f.year % 100); }},
    {"15", two<&Fields::hour>},
    {"1", plain<&Fields::month>},
    {"2006", [](const Fields& f) { return fmt::format("{:04}", f.year); }},
    {"2", plain<&Fields::day>},
    {"_2006", [](const Fields& f) { return fmt::format("_{:04}", f.year); }},
    {"__2", [](const Fields& f) { return fmt::format("{:3}", f.year_day); }},
    {"_2", [](const Fields& f) { return fmt::format("{:2}", f.day); }},
    {"3", [](const Fields& f) { return fmt::format("{}", f.hour12()); }},
    {"4", plain<&Fields::minute>},
    {"5", plain<&Fields::second>},
    {"PM", [](const Fields& f) { return std::string(f.hour >= 12 ? "PM" : "AM"); }},
    {"pm", [](const Fields& f) { return std::string(f.hour >= 12 ? "pm" : "am"); }},
    {"-07:00:00", [](const Fields&) { return std::string("+00:00:00"); }},
    {"-070000", [](const Fields&) { return std::string("+000000"); }},
    {"-07:00", [](const Fields&) { return std::string("+00:00"); }},
    {"-0700", [](const Fields&) { return std::string("+0000"); }},
    {"-07", [](const Fields&) { return std::string("+00"); }},
    {"Z07:00:00", utc<'Z'>},
    {"Z070000", utc<'Z'>},
    {"Z07:00", utc<'Z'>},
    {"Z0700", utc<'Z'>},
    {"Z07", utc<'Z'>},
};

bool starts_lower(std::string_view text) {
    return !text.empty() && text[0] >= 'a' && text[0] <= 'z';
}

const Example* find_example(std::string_view rest) {
    for (const Example& example : kExamples) {
        if (!rest.starts_with(example.text)) {
            continue;
        }
        const bool short_name = example.text == "Jan" || example.text == "Mon";
        // "Monkey" holds no day of the week.
        return short_name && starts_lower(rest.substr(3)) ? nullptr : &example;
    }
    return nullptr;
}

// Length of a fraction of seconds (".000", ",999") that `rest` begins with, or 0.
std::size_t fraction_size(std::string_view rest) {
    if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') ||
        (rest[1] != '0' && rest[1] != '9')) {
        return 0;
    }
    const std::size_t end = std::min(rest.find_first_not_of(rest[1], 1), rest.size());
    const bool digit_follows = end < rest.size() && rest[end] >= '0' && rest[end] <= '9';
    return digit_follows ? 0 : end;
}

// Zeros write every digit, nines leave zeros at the end away.
std::string write_fraction(std::string_view example, long nanosecond) {
    std::string digits = fmt::format("{:09}", nanosecond);
    digits.resize(example.size() - 1, '0');
    if (example[1] == '9') {
        digits.erase(digits.find_last_not_of('0') + 1);
    }
    return digits.empty() ? "" : example[0] + digits;
}

}  // namespace

std::string format_go_time(std::string_view layout, std::chrono::system_clock::time_point time) {
    const Fields fields = fields_of(time);
    std::string out;
    while (!layout.empty()) {
        std::size_t size = fraction_size(layout);
        if (size > 0) {
            out += write_fraction(layout.substr(0, size), fields.nanosecond);
        } else if (const Example* example = find_example(layout)) {
            size = example->text.size();
            out += example->write(fields);
        } else {
            size = 1;
            out += layout[0];
        }
        layout.remove_prefix(size);
    }
    return out;
}

std::string format_strftime(std::string_view format, std::chrono::system_clock::time_point time) {
    struct Verb {
        char letter;
        std::string_view layout;
    };
    constexpr Verb kVerbs[] = {
        {'A', "Monday"},
        {'a', "Mon"},
        {'B', "January"},
        {'b', "Jan"},
        {'d', "02"},
        {'H', "15"},
        {'I', "03"},
        {'M', "04"},
        {'m', "01"},
        {'p', "PM"},
        {'S', "05"},
        {'Y', "2006"},
        {'y', "06"},
        {'Z', "MST"},
        {'z', "-0700"}};
    std::string out;
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%' || at + 1 == format.size()) {
            out += format[at];
            continue;
        }
        const char letter = format[++at];
        const auto* verb = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& v) {
            return v.letter == letter;
        });
        if (letter == '%') {
            out += '%';
        } else if (letter == 'L') {
            out += format_go_time(".000", time).substr(1);
        } else if (verb != std::end(kVerbs)) {
            out += format_go_time(verb->layout, time);
        } else {
            out += {'%', letter};
        }
    }
    return out;
}

}  // namespace kiln
