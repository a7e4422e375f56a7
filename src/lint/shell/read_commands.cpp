#include "lint/shell/reader.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace kiln::lint::shell {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
           });
}

}  // namespace

bool Reader::at_command_start() const {
    return command_.words.empty() && command_.assignments.empty() && !list_.compound;
}

void Reader::begin_command() {
    if (at_command_start() && command_.redirects.empty()) {
        command_.begin = pos_;
    }
}

void Reader::take_word(Word word) {
    if (word.text.empty() && !word.quoted) {
        return;  // the number of a descriptor
    }
    if (at_command_start() && !word.quoted && take_keyword(word)) {
        return;
    }
    if (list_.skip_words > 0) {
        --list_.skip_words;
        return;
    }
    if (at_command_start() && command_.redirects.empty()) {
        command_.begin = word.begin;
    }
    command_.end = word.end;
    const std::size_t equals = word.text.find('=');
    if (command_.words.empty() && equals != std::string::npos &&
        is_name(std::string_view(word.text).substr(
            0, equals - (equals > 0 && word.text[equals - 1] == '+' ? 1 : 0)
        ))) {
        command_.assignments.push_back(std::move(word));
    } else {
        command_.words.push_back(std::move(word));
    }
}

void Reader::finish_command() {
    if (at_command_start() && command_.redirects.empty()) {
        return;
    }
    command_.block = frame().block;
    command_.is_condition = frame().in_condition;
    if (!list_.after_pipe || list_.pipeline == kNone) {
        list_.pipeline = script_.pipelines.size();
        script_.pipelines.push_back({{}, list_.joint, list_.before, list_.negated});
        list_.joint = Joint::none;
        list_.before = kNone;
        list_.negated = false;
    }
    command_.pipeline = list_.pipeline;
    const std::size_t index = script_.commands.size();
    script_.pipelines[list_.pipeline].commands.push_back(index);
    await_documents(index);
    command_.run = find_invocation(command_.assignments, command_.words);
    script_.commands.push_back(std::exchange(command_, {}));
    list_.compound = false;
    list_.after_pipe = false;
    read_quoted_script(index);
}

// The here-documents that the command has just asked for: they stand last in the line's list.
void Reader::await_documents(std::size_t command) {
    for (auto at = pending_.rbegin(); at != pending_.rend() && at->command == kNone; ++at) {
        at->command = command;
    }
}

// `sh -c 'script'`, `eval "script"`
void Reader::read_quoted_script(std::size_t index) {
    const Command& command = script_.commands[index];
    const std::optional<Invocation>& run = command.run;
    if (!run || run->arguments.empty()) {
        return;
    }
    std::optional<Word> inner;
    if (is_shell(run->program) || run->program == "su") {
        inner = run->value_of("-c");
    } else if (run->program == "eval") {
        inner = run->arguments.front();
    }
    if (!inner || inner->end - inner->begin < 2) {
        return;
    }
    const char quote = text_[inner->begin];
    if ((quote == '\'' || quote == '"') && text_[inner->end - 1] == quote) {
        read_inside(inner->begin + 1, inner->end - 1, BlockKind::script, command.block);
    }
}

}  // namespace kiln::lint::shell
