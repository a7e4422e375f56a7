#pragma once

#include "base/strings.hpp"
#include "lint/shell/script.hpp"

#include <string>
#include <vector>

namespace kiln::lint::shell {

/// "NAME=value [word] [word] >redirect"
inline std::string written(const Command& command) {
    std::vector<std::string> parts;
    for (const Word& word : command.assignments) {
        parts.push_back(word.text);
    }
    for (const Word& word : command.words) {
        parts.push_back("[" + word.text + "]");
    }
    for (const Redirect& redirect : command.redirects) {
        const char* sign = "<";
        switch (redirect.kind) {
            case RedirectKind::input:
                break;
            case RedirectKind::output:
                sign = ">";
                break;
            case RedirectKind::append:
                sign = ">>";
                break;
            case RedirectKind::here_document:
                sign = "<<";
                break;
            case RedirectKind::here_string:
                sign = "<<<";
                break;
        }
        parts.push_back(sign + redirect.target.text);
    }
    return join(parts, " ");
}

/// One line a pipeline: how it is joined, its commands with " | " between.
inline std::vector<std::string> pipelines(const std::string& text) {
    const Script script = read_script(text);
    std::vector<std::string> lines;
    for (const Pipeline& pipeline : script.pipelines) {
        std::vector<std::string> commands;
        for (const std::size_t index : pipeline.commands) {
            commands.push_back(written(script.commands[index]));
        }
        const char* joint = pipeline.joint == Joint::and_then  ? "&& "
                            : pipeline.joint == Joint::or_else ? "|| "
                                                               : "";
        lines.push_back(
            (pipeline.negated ? "! " : "") + std::string(joint) + join(commands, " | ")
        );
    }
    return lines;
}

}  // namespace kiln::lint::shell
