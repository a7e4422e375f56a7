#include "base/error.hpp"
#include "base/strings.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/each_run.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kiln::lint {

namespace {

bool is_configuration(std::string_view path) {
    return path.starts_with("/etc/") || path.starts_with("/boot/");
}

bool is_sysctl(std::string_view path) {
    return path == "/etc/sysctl.conf" || path.starts_with("/etc/sysctl.d/");
}

/// What a script does with a file before it appends to it, so that appending repeats nothing.
class Guards {
public:
    explicit Guards(const Script& script) : script_(script) {
        for (std::size_t i = 0; i < script.shell.commands.size(); ++i) {
            const shell::Command& command = script.shell.commands[i];
            if (command.is_condition) {
                conditions_[command.block].push_back(i);
            }
            note_replaced(command, i);
        }
    }

    bool guard(std::size_t index, const std::string& path) const {
        const shell::Command& command = script_.shell.commands[index];
        const auto replaced = replaced_.find(path);
        return (replaced != replaced_.end() && replaced->second < index) ||
               is_alternative_to_search(command, path) || is_in_branch(command, path);
    }

private:
    // Written anew, removed, or cleared of old lines.
    void note_replaced(const shell::Command& command, std::size_t index) {
        for (const WrittenFile& file : written_files(command)) {
            if (!file.append) {
                replaced_.emplace(file.path.text, index);
            }
        }
        const std::optional<shell::Invocation>& run = command.run;
        if (run && (run->is_one_of({"rm", "cp", "mv", "install", "truncate"}) ||
                    (run->program == "sed" && run->has_any_flag({"-i", "--in-place"})))) {
            for (const shell::Word& word : run->arguments) {
                replaced_.emplace(word.text, index);
            }
        }
    }

    bool looks_for(std::size_t index, const std::string& path) const {
        const shell::Command& command = script_.shell.commands[index];
        const std::optional<shell::Invocation>& run = command.run;
        return run && (run->is_one_of({"grep", "egrep", "fgrep", "awk"}) ||
                       written_text(script_, command).find(path) != std::string::npos);
    }

    bool any_looks_for(const std::vector<std::size_t>& commands, const std::string& path) const {
        constexpr std::size_t kMaxCommands = 100;  // of one pipeline or condition; as kMaxLevels
        const std::size_t count = std::min(commands.size(), kMaxCommands);
        return std::any_of(
            commands.end() - static_cast<std::ptrdiff_t>(count),
            commands.end(),
            [&](std::size_t index) { return looks_for(index, path); }
        );
    }

    // grep -q x f || echo x >>f
    bool is_alternative_to_search(const shell::Command& command, const std::string& path) const {
        const shell::Pipeline& pipeline = script_.shell.pipelines[command.pipeline];
        return pipeline.joint != shell::Joint::none && pipeline.before != shell::kNone &&
               any_looks_for(script_.shell.pipelines[pipeline.before].commands, path);
    }

    bool is_in_branch(const shell::Command& command, const std::string& path) const {
        constexpr int kMaxLevels = 32;  // nobody nests deeper; keeps the work linear
        std::size_t at = command.block;
        for (int level = 0; at != shell::kNone && level < kMaxLevels; ++level) {
            const auto found = conditions_.find(at);
            if (found != conditions_.end() && any_looks_for(found->second, path)) {
                return true;
            }
            at = script_.shell.blocks[at].parent;
        }
        return false;
    }

    const Script& script_;
    std::map<std::size_t, std::vector<std::size_t>> conditions_;  ///< by block
    std::map<std::string, std::size_t> replaced_;                 ///< path: first command
};

template <class Report>
void each_repeated_append(const Subject& subject, Report report) {
    for (const auto& script : subject.scripts()) {
        const Guards guards(*script);
        for (std::size_t i = 0; i < script->shell.commands.size(); ++i) {
            for (const WrittenFile& file : written_files(script->shell.commands[i])) {
                if (file.append && is_configuration(file.path.text) &&
                    !guards.guard(i, file.path.text)) {
                    report(*script, file.path);
                }
            }
        }
    }
}

// The local file that `cat` in a script of the build reads: one that a file provisioner uploads.
std::optional<std::string> uploaded_file(
    const Subject& subject, const Build& build, const std::string& remote_path
) {
    const std::string name = base_name(remote_path);
    for (const auto& step : build.provisioners) {
        if (step->type != "file") {
            continue;
        }
        std::vector<Text> sources = step->options.texts("sources");
        if (std::optional<Text> source = step->options.text("source")) {
            sources.push_back(std::move(*source));
        }
        for (const Text& source : sources) {
            const std::string below = source.text + (source.text.ends_with('/') ? "" : "/") + name;
            for (const std::string& path : {source.text, below}) {
                if (path.ends_with("/" + name) &&
                    subject.world().file_kind(path) == hcl::FileKind::regular) {
                    return path;
                }
            }
        }
    }
    return std::nullopt;
}

bool lacks_final_newline(const Subject& subject, const std::string& path) {
    try {
        const std::string text = subject.world().read_file(path);
        return !text.empty() && text.back() != '\n';
    } catch (const Error&) {
        return false;
    }
}

// The word of a command that makes the text it appends end without a newline.
const shell::Word* unfinished_text(
    const Subject& subject, const Build& build, const shell::Invocation& run
) {
    if (run.arguments.empty()) {
        return nullptr;
    }
    const shell::Word& first = run.arguments.front();
    if (run.program == "echo" && first.text == "-n") {
        return &first;
    }
    if (run.program == "printf" && !first.expands && !first.text.ends_with("\\n") &&
        !first.text.ends_with('\n')) {
        return &first;
    }
    if (run.program == "cat") {
        const std::optional<std::string> path =
            uploaded_file(subject, build, run.arguments.back().text);
        if (path && lacks_final_newline(subject, *path)) {
            return &run.arguments.back();
        }
    }
    return nullptr;
}

}  // namespace

void check_sysctl_append(const Subject& subject, Findings& findings) {
    each_repeated_append(subject, [&](const Script& script, const shell::Word& path) {
        if (is_sysctl(path.text)) {
            findings.add(
                script.range(path),
                "appending to " + path.text + " repeats its lines with every run",
                "write the values to a file of their own, /etc/sysctl.d/90-NAME.conf, with >"
            );
        }
    });
}

void check_config_append(const Subject& subject, Findings& findings) {
    each_repeated_append(subject, [&](const Script& script, const shell::Word& path) {
        if (!is_sysctl(path.text) && !path.text.starts_with("/etc/default/grub")) {
            findings.add(
                script.range(path),
                "appending to " + path.text + " repeats its lines with every run",
                "write a file of its own where the program reads a folder, or look first: grep -q "
                "LINE FILE || ..."
            );
        }
    });
}

void check_append_no_newline(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        for (const Script* script : build.machine_scripts()) {
            for (const shell::Pipeline& pipeline : script->shell.pipelines) {
                const shell::Command& last = script->shell.commands[pipeline.commands.back()];
                const std::vector<WrittenFile> files = written_files(last);
                const auto appended =
                    std::find_if(files.begin(), files.end(), [](const WrittenFile& file) {
                        return file.append && is_configuration(file.path.text);
                    });
                const auto& run = script->shell.commands[pipeline.commands.front()].run;
                if (appended == files.end() || !run) {
                    continue;
                }
                if (const shell::Word* word = unfinished_text(subject, build, *run)) {
                    findings.add(
                        script->range(*word),
                        "what is appended to " + appended->path.text +
                            " does not end with a newline: the next line joins its last one",
                        "end the text with a newline"
                    );
                }
            }
        }
    }
}

}  // namespace kiln::lint
