#include "base/error.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace kiln::cli {

namespace {

/// What the shells need to know of a command.
struct Completable {
    const CommandEntry* entry;
    CommandLine line;
};

std::vector<Completable> visible_commands() {
    std::vector<Completable> all;
    for (const CommandEntry& entry : commands()) {
        if (entry.hidden) {
            continue;
        }
        all.push_back({&entry, CommandLine(std::string(entry.name))});
        // The line is asked for its flags only; what they are bound to is gone when it is read.
        entry.make()->declare(all.back().line);
    }
    return all;
}

/// First word of the commands, with the second words that may follow.
std::map<std::string, std::vector<std::string>> words_after(const std::vector<Completable>& all) {
    std::map<std::string, std::vector<std::string>> words;
    for (const Completable& command : all) {
        const std::string_view name = command.entry->name;
        std::vector<std::string>& verbs = words[std::string(command.entry->page())];
        if (name.size() > command.entry->page().size()) {
            verbs.emplace_back(name.substr(command.entry->page().size() + 1));
        }
    }
    return words;
}

std::string first_words(const std::vector<Completable>& all) {
    std::vector<std::string> words;
    for (const auto& [word, verbs] : words_after(all)) {
        words.push_back(word);
    }
    return join(words, " ");
}

std::string flag_words(const CommandLine& line) {
    std::vector<std::string> words;
    for (const FlagInfo& flag : line.flags()) {
        words.push_back("-" + flag.name);
    }
    return join(words, " ");
}

/// Flags with a closed set of values, of all commands that have them: "-on-error" and "abort ask
/// cleanup".
std::map<std::string, std::string> choices(const std::vector<Completable>& all) {
    std::map<std::string, std::set<std::string>> found;
    for (const Completable& command : all) {
        for (const FlagInfo& flag : command.line.flags()) {
            found["-" + flag.name].insert(flag.allowed.begin(), flag.allowed.end());
        }
    }
    std::map<std::string, std::string> words;
    for (const auto& [flag, values] : found) {
        if (!values.empty()) {
            words[flag] = join({values.begin(), values.end()}, " ");
        }
    }
    return words;
}

bool takes_template(const Completable& command) {
    const std::vector<std::string>& names = command.line.argument_names();
    return std::find(names.begin(), names.end(), "TEMPLATE") != names.end();
}

// Names are compared here and not by compgen, which would expand what a template says. bash cuts
// "-only=x" into three words.
constexpr const char* kBashFunctions = R"(_kiln_names() {
    local list=${word%"${word##*,}"} name
    while IFS= read -r name; do
        [[ $list$name == "$word"* ]] && COMPREPLY+=("$list$name")
    done < <("${COMP_WORDS[0]}" completion names "$@" -- "${COMP_WORDS[@]:1}" 2>/dev/null)
    compopt -o nospace 2>/dev/null
}
_kiln_files() {
    local IFS=$'\n' ending
    COMPREPLY=($(compgen -d -- "$word"))
    for ending in "$@"; do COMPREPLY+=($(compgen -f -X "!*$ending" -- "$word")); done
    compopt -o filenames 2>/dev/null
}
)";

// One function serves bash and, through its bashcompinit, zsh. What it does not know, the shell
// completes with file names.
std::string bash_script(const std::vector<Completable>& all) {
    std::string text = kBashFunctions;
    text +=
        "_kiln() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= "
        "files=\n"
        "    COMPREPLY=()\n"
        "    if [ \"$word\" = = ]; then word=\n"
        "    elif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
        "    case $before in\n"
        "        -only) _kiln_names; return ;;\n"
        "        -except) _kiln_names -except; return ;;\n"
        "        -var-file) _kiln_files .hcl .json; return ;;\n";
    for (const auto& [flag, values] : choices(all)) {
        text += fmt::format(
            "        {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n", flag, values
        );
    }
    text += "    esac\n";
    text += fmt::format("    if [ \"$COMP_CWORD\" = 1 ]; then words='{}'\n", first_words(all));
    text += "    else case \"${COMP_WORDS[1]} ${COMP_WORDS[2]} \" in\n";
    for (const Completable& command : all) {
        text += fmt::format(
            "        '{} '*) words='{}'{} ;;\n",
            command.entry->name,
            flag_words(command.line),
            takes_template(command) ? " files=yes" : ""
        );
    }
    for (const auto& [word, verbs] : words_after(all)) {
        if (!verbs.empty()) {
            text += fmt::format("        '{} '*) words='{}' ;;\n", word, join(verbs, " "));
        }
    }
    text +=
        "    esac; fi\n"
        "    case $word in -*) ;; *) [ -z \"$files\" ] || { _kiln_files .pkr.hcl .json; return; } "
        ";; esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "}\n"
        "complete -o default -F _kiln kiln\n";
    return text;
}

std::string zsh_script(const std::vector<Completable>& all) {
    return "#compdef kiln\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(all);
}

constexpr const char* kFishFunctions = R"(function __kiln_names
    set -l words (commandline -o)
    set -l list (commandline -ct | string replace -r '^-[^=]*=' '' | string replace -r '[^,]*$' '')
    for name in ($words[1] completion names $argv -- $words[2..] 2>/dev/null)
        echo "$list$name"
    end
end
)";

/// What completes the value of a flag; "" for file names.
std::string fish_values(const FlagInfo& flag) {
    if (flag.name == "only") {
        return " -f -a '(__kiln_names)'";
    }
    if (flag.name == "except") {
        return " -f -a '(__kiln_names -except)'";
    }
    return flag.allowed.empty() ? "" : " -f -a '" + join(flag.allowed, " ") + "'";
}

std::string fish_script(const std::vector<Completable>& all) {
    std::string text = kFishFunctions;
    for (const Completable& command : all) {
        const std::vector<std::string> words = split(command.entry->name, ' ');
        const std::string summary = shell_quote(command.entry->summary);
        const std::string& first = words.front();
        if (words.size() == 1) {
            text += fmt::format(
                "complete -c kiln -n __fish_use_subcommand -a {} -d {}\n", first, summary
            );
        } else {
            text += fmt::format(
                "complete -c kiln -n __fish_use_subcommand -a {0}\n"
                "complete -c kiln -f -n '__fish_seen_subcommand_from {0}' -a {1} -d {2}\n",
                first,
                words[1],
                summary
            );
        }
        for (const FlagInfo& flag : command.line.flags()) {
            text += fmt::format(
                "complete -c kiln -n '__fish_seen_subcommand_from {}' -o {}",
                words.back(),
                flag.name
            );
            if (!flag.value_name.empty()) {
                text += " -r";
            }
            text += fish_values(flag) + "\n";
        }
        if (takes_template(command)) {
            text += fmt::format(
                "complete -c kiln -k -n '__fish_seen_subcommand_from {}' "
                "-a '(__fish_complete_suffix .json; __fish_complete_suffix .pkr.hcl)'\n",
                words.back()
            );
        }
    }
    return text;
}

class Completion : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("SHELL", shell_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        print_result(session, script());
        return ExitCode::done;
    }

private:
    std::string script() const {
        const std::vector<Completable> all = visible_commands();
        if (shell_ == "bash") {
            return bash_script(all);
        }
        if (shell_ == "zsh") {
            return zsh_script(all);
        }
        if (shell_ == "fish") {
            return fish_script(all);
        }
        throw Error(ErrorKind::usage, "no completion for \"" + shell_ + "\": bash, zsh or fish");
    }

    std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion() {
    return std::make_unique<Completion>();
}

}  // namespace kiln::cli
