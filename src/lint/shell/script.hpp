#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Shell scripts taken apart as far as the rules need it: which programs are run with which words,
/// how commands hang together, and where text goes. Not a shell: nothing is expanded.
namespace kiln::lint::shell {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// One word, quotes and backslashes removed. Expansions stay as they are written: "${A}/b",
/// "$(uname -r)". Offsets are bytes of the script's text.
struct Word {
    std::string text;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool quoted = false;   ///< some of it stands in quotes
    bool expands = false;  ///< holds an expansion, so that what is run may differ
};

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

/// What encloses commands. Conditions of a branch belong to it.
struct Block {
    BlockKind kind = BlockKind::root;
    std::size_t parent = kNone;
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
    bool is_inside(const Command& command, BlockKind kind) const;
};

/// Reads any text, a broken script included, in time linear in its size. `text` must outlive the
/// result. What `sh -c '...'` and a here-document of a shell hold is read too.
Script read_script(std::string_view text);

}  // namespace kiln::lint::shell
