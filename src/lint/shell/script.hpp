#pragma once

#include "lint/shell/invocation.hpp"
#include "lint/shell/word.hpp"

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Shell scripts taken apart as far as the rules need it: which programs are run with which words,
/// how commands hang together, and where text goes. Not a shell: nothing is expanded.
namespace kiln::lint::shell {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

enum class RedirectKind { input, output, append, here_document, here_string };

struct Redirect {
    RedirectKind kind = RedirectKind::output;
    Word target;  ///< of a here-document its delimiter
    /// Of a here-document: where its lines stand.
    std::size_t body_begin = 0;
    std::size_t body_end = 0;
};

/// `NAME=value... program word... >redirect`. The end of a group, a loop or an if is a command too
/// when something is redirected or piped there: one without words.
struct Command {
    std::vector<Word> assignments;
    std::vector<Word> words;
    std::vector<Redirect> redirects;
    /// What it runs; nothing for an assignment or the end of a group.
    std::optional<Invocation> run;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t pipeline = kNone;
    std::size_t block = 0;
    bool is_condition = false;  ///< of an if, while or until
};

/// How a pipeline depends on the one before it in its list.
enum class Joint { none, and_then, or_else };

struct Pipeline {
    std::vector<std::size_t> commands;
    Joint joint = Joint::none;
    std::size_t before = kNone;  ///< the pipeline that `joint` speaks of
    bool negated = false;
};

enum class BlockKind { root, branch, loop, choice, group, function, substitution, script };
constexpr std::size_t kBlockKindCount = 8;

/// What encloses commands. Conditions of a branch belong to it.
struct Block {
    BlockKind kind = BlockKind::root;
    std::size_t parent = kNone;
    /// The kinds of this block and of all around it, so that deep nesting costs no walk.
    std::bitset<kBlockKindCount> kinds;
};

struct Script {
    std::string_view text;
    std::string shebang;  ///< without "#!": "/bin/sh -e"; "" without one
    std::vector<Command> commands;
    std::vector<Pipeline> pipelines;
    std::vector<Block> blocks;

    std::string_view body(const Redirect& redirect) const {
        return text.substr(redirect.body_begin, redirect.body_end - redirect.body_begin);
    }
    /// Whether a block of this kind encloses the command at any depth.
    bool is_inside(const Command& command, BlockKind kind) const {
        return blocks[command.block].kinds.test(static_cast<std::size_t>(kind));
    }
};

/// Reads any text, a broken script included, in time linear in its size. `text` must outlive the
/// result. What `sh -c '...'` and a here-document of a shell hold is read too.
Script read_script(std::string_view text);

}  // namespace kiln::lint::shell
