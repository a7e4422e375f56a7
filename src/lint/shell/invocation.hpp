#pragma once

#include "lint/shell/word.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::lint::shell {

/// The program that a command comes down to, behind sudo, env, exec, timeout and their like.
struct Invocation {
    std::string program;            ///< last component of its path: "curl"
    std::vector<Word> arguments;    ///< after the program
    std::vector<Word> assignments;  ///< before the command and those that env and sudo were given
    bool with_sudo = false;
    std::size_t begin = 0;  ///< of the program's word
    std::size_t end = 0;

    /// One of the arguments is this flag, alone, as "--flag=value", or a letter among others
    /// ("-sfL" has "-L").
    bool has_flag(std::string_view flag) const;
    bool has_any_flag(std::initializer_list<std::string_view> flags) const;
    /// The first argument that is no flag; null when there is none.
    const Word* first_operand() const;
    /// The argument after the flag, or what follows "=" in it.
    std::optional<Word> value_of(std::string_view flag) const;
    bool is_one_of(std::initializer_list<std::string_view> programs) const;
};

/// The program that the words of a command run; nothing when they run none: an assignment, the end
/// of a group, `sudo -i`.
std::optional<Invocation> find_invocation(
    const std::vector<Word>& assignments, const std::vector<Word>& words
);

bool is_shell(std::string_view program);

}  // namespace kiln::lint::shell
