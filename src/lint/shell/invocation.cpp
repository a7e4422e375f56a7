#include "lint/shell/invocation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kiln::lint::shell {

namespace {

std::string_view last_component(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

/// A program that runs the words after its own flags.
struct Wrapper {
    std::string_view name;
    std::string_view flags_with_value;  ///< letters
    int operands = 0;                   ///< words before the program it runs
};

// From the manual pages of sudo, coreutils, util-linux and time.
constexpr std::array kWrappers = {
    Wrapper{"sudo", "CDghpRrTtUu"},
    Wrapper{"doas", "Cu"},
    Wrapper{"env", "Cu"},
    Wrapper{"exec", "a"},
    Wrapper{"command", ""},
    Wrapper{"builtin", ""},
    Wrapper{"nohup", ""},
    Wrapper{"setsid", ""},
    Wrapper{"time", "fo"},
    Wrapper{"nice", "n"},
    Wrapper{"ionice", "cnp"},
    Wrapper{"stdbuf", "eio"},
    Wrapper{"timeout", "ks", 1},
    Wrapper{"chroot", "", 1},
    Wrapper{"flock", "cEw", 1},
};

const Wrapper* find_wrapper(std::string_view program) {
    const auto* found = std::find_if(kWrappers.begin(), kWrappers.end(), [&](const Wrapper& w) {
        return w.name == program;
    });
    return found == kWrappers.end() ? nullptr : found;
}

bool is_assignment(const Word& word) {
    const std::size_t equals = word.text.find('=');
    return equals != std::string::npos && equals > 0 && word.text.find_first_of("/-${") > equals;
}

// Past the flags of `wrapper`, the assignments that env and sudo take, and its operands.
std::size_t skip_own_words(
    const Wrapper& wrapper,
    const std::vector<Word>& words,
    std::size_t at,
    std::vector<Word>& assignments
) {
    int operands = wrapper.operands;
    for (; at < words.size(); ++at) {
        const std::string& text = words[at].text;
        if (text == "--") {
            return at + 1;
        }
        if (text.size() > 1 && text[0] == '-') {
            const bool short_flag = text[1] != '-' && text.size() == 2;
            at += short_flag && wrapper.flags_with_value.find(text[1]) != std::string_view::npos;
        } else if ((wrapper.name == "env" || wrapper.name == "sudo") && is_assignment(words[at])) {
            assignments.push_back(words[at]);
        } else if (operands-- <= 0) {
            break;
        }
    }
    return at;
}

bool is_flag(std::string_view argument, std::string_view flag) {
    if (argument.starts_with(flag) &&
        (argument.size() == flag.size() || argument[flag.size()] == '=')) {
        return true;
    }
    const bool is_letter = flag.size() == 2 && flag[1] != '-';
    return is_letter && argument.size() > 2 && argument[0] == '-' && argument[1] != '-' &&
           argument.find(flag[1]) != std::string_view::npos;
}

}  // namespace

bool is_shell(std::string_view program) {
    constexpr std::array<std::string_view, 6> kShells = {"sh", "bash", "dash", "ash", "ksh", "zsh"};
    return std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

std::optional<Invocation> find_invocation(
    const std::vector<Word>& assignments, const std::vector<Word>& words
) {
    Invocation result;
    result.assignments = assignments;
    std::size_t at = 0;
    while (at < words.size()) {
        const Wrapper* wrapper = find_wrapper(last_component(words[at].text));
        if (wrapper == nullptr) {
            break;
        }
        result.with_sudo |= wrapper->name == "sudo" || wrapper->name == "doas";
        at = skip_own_words(*wrapper, words, at + 1, result.assignments);
    }
    if (at >= words.size()) {
        return std::nullopt;
    }
    result.program = last_component(words[at].text);
    result.begin = words[at].begin;
    result.end = words[at].end;
    result.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
    return result;
}

bool Invocation::has_flag(std::string_view flag) const {
    return std::any_of(arguments.begin(), arguments.end(), [&](const Word& word) {
        return is_flag(word.text, flag);
    });
}

bool Invocation::has_any_flag(std::initializer_list<std::string_view> flags) const {
    return std::any_of(flags.begin(), flags.end(), [&](std::string_view flag) {
        return has_flag(flag);
    });
}

const Word* Invocation::first_operand() const {
    const auto found = std::find_if(arguments.begin(), arguments.end(), [](const Word& word) {
        return !word.text.starts_with('-');
    });
    return found == arguments.end() ? nullptr : &*found;
}

std::optional<Word> Invocation::value_of(std::string_view flag) const {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!is_flag(arguments[i].text, flag)) {
            continue;
        }
        const std::string& text = arguments[i].text;
        const std::size_t equals = text.find('=');
        if (text.starts_with("--") && equals != std::string::npos) {
            Word value = arguments[i];
            value.text = text.substr(equals + 1);
            return value;
        }
        if (i + 1 < arguments.size()) {
            return arguments[i + 1];
        }
    }
    return std::nullopt;
}

bool Invocation::is_one_of(std::initializer_list<std::string_view> programs) const {
    return std::find(programs.begin(), programs.end(), program) != programs.end();
}

}  // namespace kiln::lint::shell
