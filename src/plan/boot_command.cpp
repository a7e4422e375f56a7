#include "plan/boot_command.hpp"

#include "base/ascii.hpp"
#include "base/duration.hpp"
#include "base/strings.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

namespace kiln::plan {

namespace {

struct NamedKey {
    const char* name;
    std::uint32_t keysym;
};

// Names as Packer's documentation of boot_command spells them, values of X11's keysymdef.h.
constexpr std::array kNamedKeys = {
    NamedKey{"bs", 0xff08},         NamedKey{"del", 0xffff},       NamedKey{"down", 0xff54},
    NamedKey{"end", 0xff57},        NamedKey{"enter", 0xff0d},     NamedKey{"esc", 0xff1b},
    NamedKey{"f1", 0xffbe},         NamedKey{"f2", 0xffbf},        NamedKey{"f3", 0xffc0},
    NamedKey{"f4", 0xffc1},         NamedKey{"f5", 0xffc2},        NamedKey{"f6", 0xffc3},
    NamedKey{"f7", 0xffc4},         NamedKey{"f8", 0xffc5},        NamedKey{"f9", 0xffc6},
    NamedKey{"f10", 0xffc7},        NamedKey{"f11", 0xffc8},       NamedKey{"f12", 0xffc9},
    NamedKey{"home", 0xff50},       NamedKey{"insert", 0xff63},    NamedKey{"left", 0xff51},
    NamedKey{"leftAlt", 0xffe9},    NamedKey{"leftCtrl", 0xffe3},  NamedKey{"leftShift", 0xffe1},
    NamedKey{"leftSuper", 0xffeb},  NamedKey{"menu", 0xff67},      NamedKey{"pageDown", 0xff56},
    NamedKey{"pageUp", 0xff55},     NamedKey{"return", 0xff0d},    NamedKey{"right", 0xff53},
    NamedKey{"rightAlt", 0xffea},   NamedKey{"rightCtrl", 0xffe4}, NamedKey{"rightShift", 0xffe2},
    NamedKey{"rightSuper", 0xffec}, NamedKey{"spacebar", 0x0020},  NamedKey{"tab", 0xff09},
    NamedKey{"up", 0xff52}};

constexpr std::uint32_t kReturn = 0xff0d;
constexpr std::uint32_t kTab = 0xff09;
// Characters beyond Latin-1 are keysyms with this bit.
constexpr std::uint32_t kUnicodeKeysym = 0x01000000;
constexpr std::string_view kShifted = "~!@#$%^&*()_+{}|:\"<>?";

const NamedKey* find_key(std::string_view name) {
    for (const NamedKey& key : kNamedKeys) {
        if (equal_ignoring_case(key.name, name)) {
            return &key;
        }
    }
    return nullptr;
}

/// Decodes the code point at the front of `text` and takes it away; a byte that is no UTF-8 stands
/// for itself.
std::uint32_t take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t first = byte(0);
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (length == 1 || length > text.size()) {
        text.remove_prefix(1);
        return first;
    }
    std::uint32_t code = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        code = code << 6 | (byte(i) & 0x3fU);
    }
    text.remove_prefix(length);
    return code;
}

BootKey key_of(std::uint32_t code) {
    if (code == '\n' || code == '\r') {
        return {kReturn, false, BootKey::Action::press};
    }
    if (code == '\t') {
        return {kTab, false, BootKey::Action::press};
    }
    const bool ascii = code < 0x80;
    const char c = ascii ? static_cast<char>(code) : '\0';
    const bool shift =
        ascii && ((is_letter(c) && !is_lower(c)) || kShifted.find(c) != std::string_view::npos);
    return {code < 0x100 ? code : code | kUnicodeKeysym, shift, BootKey::Action::press};
}

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
    return text.size() > end.size() &&
           equal_ignoring_case(text.substr(text.size() - end.size()), end);
}

std::optional<BootInput> wait_of(std::string_view word) {
    constexpr std::string_view kWait = "wait";
    if (word.size() < kWait.size() || !equal_ignoring_case(word.substr(0, kWait.size()), kWait)) {
        return std::nullopt;
    }
    const std::string rest(word.substr(kWait.size()));
    if (rest.empty()) {
        return BootWait{std::chrono::seconds(1)};
    }
    constexpr std::size_t kMostDigits = 9;
    if (rest.find_first_not_of("0123456789") == std::string::npos) {
        return rest.size() > kMostDigits ? std::nullopt
                                         : std::optional<BootInput>(BootWait{
                                               std::chrono::seconds(std::atoll(rest.c_str()))});
    }
    const std::optional<std::chrono::nanoseconds> duration = parse_go_duration(rest);
    if (!duration || duration->count() < 0) {
        return std::nullopt;
    }
    return BootWait{*duration};
}

/// A key by name, or (with a toggle only) by its character.
std::optional<BootInput> key_input(std::string_view word) {
    BootKey::Action action = BootKey::Action::press;
    if (const NamedKey* key = find_key(word)) {
        return BootKey{key->keysym, false, action};
    }
    if (ends_with_ignoring_case(word, "on")) {
        action = BootKey::Action::hold;
        word.remove_suffix(2);
    } else if (ends_with_ignoring_case(word, "off")) {
        action = BootKey::Action::release;
        word.remove_suffix(3);
    } else {
        return std::nullopt;
    }
    if (const NamedKey* key = find_key(word)) {
        return BootKey{key->keysym, false, action};
    }
    if (count_code_points(word) != 1) {
        return std::nullopt;
    }
    BootKey key = key_of(take_code_point(word));
    key.shift = false;  // who holds keys holds the shift key too
    key.action = action;
    return key;
}

BootCommandProblem problem_of(std::string_view word, std::size_t begin) {
    BootCommandProblem problem;
    problem.begin = begin;
    problem.found = "<" + std::string(word) + ">";
    if (word.size() > 4 && equal_ignoring_case(word.substr(0, 4), "wait")) {
        problem.message = problem.found + " waits for no time that is known";
        problem.hint = "write <wait5>, <wait500ms> or <wait1m30s>";
        problem.is_error = true;
        return problem;
    }
    std::vector<std::string> names = {"wait"};
    for (const NamedKey& key : kNamedKeys) {
        names.emplace_back(key.name);
        names.push_back(std::string(key.name) + "On");
        names.push_back(std::string(key.name) + "Off");
    }
    const std::optional<std::string> near = did_you_mean(word, names);
    problem.message = problem.found + " is no key and no wait";
    problem.is_error = near.has_value();
    problem.hint = near ? "did you mean \"<" + *near + ">\"?" : "it is typed letter by letter";
    return problem;
}

/// The word in angle brackets at the front of `text`, if there is something like one.
std::optional<std::string_view> bracketed(std::string_view text) {
    const std::size_t end = text.find('>', 2);  // <>On> is the key ">"
    if (text.front() != '<' || end == std::string_view::npos) {
        return std::nullopt;
    }
    return text.substr(1, end - 1);
}

bool looks_like_word(std::string_view word) {
    for (const char c : word) {
        if (!is_alphanumeric(c) && c != '.') {
            return false;
        }
    }
    return !word.empty();
}

}  // namespace

BootScript parse_boot_command(std::string_view text) {
    BootScript script;
    std::string_view rest = text;
    while (!rest.empty()) {
        if (const std::optional<std::string_view> word = bracketed(rest)) {
            std::optional<BootInput> input = wait_of(*word);
            if (!input) {
                input = key_input(*word);
            }
            if (input) {
                script.inputs.push_back(*input);
                rest.remove_prefix(word->size() + 2);
                continue;
            }
            if (looks_like_word(*word)) {
                script.problems.push_back(problem_of(*word, text.size() - rest.size()));
            }
        }
        script.inputs.emplace_back(key_of(take_code_point(rest)));
    }
    return script;
}

std::string without_text_templates(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t begin = text.find("{{");
        const std::size_t end = begin == std::string_view::npos ? begin : text.find("}}", begin);
        if (end == std::string_view::npos) {
            return result + std::string(text);
        }
        result += std::string(text.substr(0, begin)) + "x";
        text.remove_prefix(end + 2);
    }
    return result;
}

}  // namespace kiln::plan
