#include "lint/rules/each_run.hpp"

#include <algorithm>

namespace kiln::lint {

namespace {

bool sets_option(const shell::Invocation& run, char letter, std::string_view name) {
    for (std::size_t i = 0; i < run.arguments.size(); ++i) {
        const std::string& text = run.arguments[i].text;
        if (text.size() < 2 || text[0] != '-' || text[1] == '-') {
            continue;
        }
        if (letter != '\0' && text.find(letter) != std::string::npos) {
            return true;
        }
        if (text.back() == 'o' && i + 1 < run.arguments.size() &&
            run.arguments[i + 1].text == name) {
            return true;
        }
    }
    return false;
}

bool has_option(const Script& script, char letter, std::string_view name) {
    for (const std::string& line : {script.interpreter, script.shell.shebang}) {
        const shell::Script interpreter = shell::read_script(line);
        if (!interpreter.commands.empty()) {
            const auto& run = interpreter.commands.front().run;
            if (run && sets_option(*run, letter, name)) {
                return true;
            }
        }
    }
    bool found = false;
    each_run(script, [&](const shell::Command&, const shell::Invocation& run) {
        found |= run.program == "set" && sets_option(run, letter, name);
    });
    return found;
}

}  // namespace

bool has_errexit(const Script& script) {
    bool traps = false;
    each_run(script, [&](const shell::Command&, const shell::Invocation& run) {
        traps |=
            run.program == "trap" && !run.arguments.empty() && run.arguments.back().text == "ERR";
    });
    return traps || has_option(script, 'e', "errexit");
}

bool has_pipefail(const Script& script) {
    return has_option(script, '\0', "pipefail");
}

std::string written_text(const Script& script, const shell::Command& command) {
    std::string text(script.shell.text.substr(command.begin, command.end - command.begin));
    for (const shell::Redirect& redirect : command.redirects) {
        text += "\n";
        text += script.shell.body(redirect);
    }
    return text;
}

std::vector<WrittenFile> written_files(const shell::Command& command) {
    std::vector<WrittenFile> files;
    for (const shell::Redirect& redirect : command.redirects) {
        if (redirect.kind == shell::RedirectKind::append ||
            redirect.kind == shell::RedirectKind::output) {
            files.push_back({redirect.target, redirect.kind == shell::RedirectKind::append});
        }
    }
    const std::optional<shell::Invocation>& run = command.run;
    if (run && run->program == "tee") {
        const bool append = run->has_any_flag({"-a", "--append"});
        for (const shell::Word& word : run->arguments) {
            if (!word.text.starts_with('-')) {
                files.push_back({word, append});
            }
        }
    }
    return files;
}

}  // namespace kiln::lint
