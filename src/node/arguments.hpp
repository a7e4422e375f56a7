#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kiln::node {

/// The words after a command's name. A command asks for the flags it knows and then finishes, which
/// refuses what is left. Mistakes are Error{usage}.
class Arguments {
public:
    explicit Arguments(std::vector<std::string> words) : words_(std::move(words)) {}

    /// Whether `--json` stands among them.
    bool flag(const std::string& name);
    /// The value of `--root DIR` or `--root=DIR`; the last one wins.
    std::optional<std::string> value(const std::string& name);
    /// What is no flag; throws when a flag is left, or when there are fewer or more words.
    std::vector<std::string> finish(std::size_t least = 0, std::size_t most = 0);

private:
    std::vector<std::string> words_;
    std::vector<std::string> known_;
};

}  // namespace kiln::node
