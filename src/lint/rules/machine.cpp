#include "base/strings.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/each_run.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace kiln::lint {

namespace {

using shell::Invocation;
using shell::Word;

// "eth" and a number or a variable as a word of its own: eth1, eth$i, /sys/class/net/eth2/device.
std::size_t find_eth(std::string_view text) {
    for (std::size_t at = text.find("eth"); at != std::string_view::npos;
         at = text.find("eth", at + 1)) {
        const char before = at == 0 ? ' ' : text[at - 1];
        const char after = at + 3 < text.size() ? text[at + 3] : ' ';
        if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_' &&
            before != '-' &&
            (std::isdigit(static_cast<unsigned char>(after)) != 0 || after == '$')) {
            return at;
        }
    }
    return std::string_view::npos;
}

// limits.conf(5)
constexpr std::array<std::string_view, 19> kLimitItems = {
    "core",
    "data",
    "fsize",
    "memlock",
    "nofile",
    "rss",
    "stack",
    "cpu",
    "nproc",
    "as",
    "maxlogins",
    "maxsyslogins",
    "nonewprivs",
    "priority",
    "locks",
    "sigpending",
    "msgqueue",
    "nice",
    "rtprio"};

// What is wrong with a line of limits.conf; "" when nothing is or it can not be told.
std::string mistake_in_limit(std::string_view line) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with('#') || text.find('$') != std::string_view::npos) {
        return {};
    }
    std::vector<std::string> columns;
    for (std::string& column : split(replace_all(std::string(text), "\t", " "), ' ')) {
        if (!column.empty()) {
            columns.push_back(std::move(column));
        }
    }
    const auto is_item = [](const std::string& word) {
        return std::find(kLimitItems.begin(), kLimitItems.end(), word) != kLimitItems.end();
    };
    if (columns.size() == 3 && is_item(columns[1])) {
        return "\"" + std::string(text) + "\" lacks the type (soft, hard or -), and is ignored";
    }
    if (columns.size() >= 3 && columns[1] != "soft" && columns[1] != "hard" && columns[1] != "-" &&
        columns.size() == 4) {
        return "\"" + columns[1] + "\" is no type of a limit: soft, hard or -";
    }
    if (columns.size() == 4 && !is_item(columns[2])) {
        return "\"" + columns[2] + "\" is no limit that limits.conf knows";
    }
    return {};
}

// The literal text that a command puts out: arguments of echo and printf, here-documents.
std::string literal_output(const Script& script, const shell::Command& command) {
    std::string text;
    const auto& run = command.run;
    if (run && run->is_one_of({"echo", "printf"})) {
        for (const Word& word : run->arguments) {
            text += word.text + " ";
        }
        text = replace_all(text, "\\n", "\n") + "\n";
    }
    for (const shell::Redirect& redirect : command.redirects) {
        text += script.shell.body(redirect);
    }
    return text;
}

bool writes_limits(const Script& script, const shell::Pipeline& pipeline) {
    for (const std::size_t index : pipeline.commands) {
        for (const WrittenFile& file : written_files(script.shell.commands[index])) {
            if (file.path.text.starts_with("/etc/security/limits")) {
                return true;
            }
        }
    }
    return false;
}

// "kernel.core_pattern" of `sysctl -w kernel.core_pattern=x`
std::string sysctl_key(std::string_view assignment) {
    return std::string(trim(assignment.substr(0, assignment.find('='))));
}

// Words of what the scripts write into files that sysctl reads at every boot.
std::set<std::string> persisted_words(const std::vector<const Script*>& scripts) {
    std::set<std::string> words;
    for (const Script* script : scripts) {
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            bool to_file = false;
            std::string text;
            for (const std::size_t index : pipeline.commands) {
                const shell::Command& command = script->shell.commands[index];
                for (const WrittenFile& file : written_files(command)) {
                    to_file |= file.path.text.find("sysctl") != std::string::npos;
                }
                text += written_text(*script, command) + "\n";
            }
            if (to_file) {
                std::replace_if(
                    text.begin(),
                    text.end(),
                    [](char c) {
                        return std::string_view("\n\t=\"'\\").find(c) != std::string_view::npos;
                    },
                    ' '
                );
                for (std::string& word : split(text, ' ')) {
                    words.insert(std::move(word));
                }
            }
        }
    }
    return words;
}

bool is_kernel_file(std::string_view path) {
    return path.starts_with("/proc/sys/") || path.starts_with("/sys/");
}

}  // namespace

void check_runtime_only(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        const std::vector<const Script*> scripts = build.machine_scripts();
        const std::set<std::string> persisted = persisted_words(scripts);
        for (const Script* script : scripts) {
            for (const shell::Command& command : script->shell.commands) {
                const auto& run = command.run;
                if (run && run->program == "sysctl") {
                    for (const Word& word : run->arguments) {
                        if (!word.text.starts_with('-') &&
                            word.text.find('=') != std::string::npos && !word.expands &&
                            !persisted.contains(sysctl_key(word.text))) {
                            findings.add(
                                script->range(word),
                                "sets " + sysctl_key(word.text) +
                                    " of the machine that builds: the image does not have it",
                                "write it to /etc/sysctl.d/90-NAME.conf"
                            );
                        }
                    }
                }
                for (const WrittenFile& file : written_files(command)) {
                    if (is_kernel_file(file.path.text)) {
                        findings.add(
                            script->range(file.path),
                            "writes to the kernel of the machine that builds: the image does not "
                            "have it",
                            "sysctl.d, tmpfiles.d, modprobe.d, a unit or the kernel command line "
                            "keep it"
                        );
                    }
                }
            }
        }
    }
}

void check_eth_names(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        if (!build.distribution.has_predictable_names) {
            continue;
        }
        std::vector<const Script*> scripts = build.machine_scripts();
        scripts.insert(scripts.end(), build.builder->scripts.begin(), build.builder->scripts.end());
        for (const Script* script : scripts) {
            if (script->shell.text.find("net.ifnames=0") != std::string_view::npos) {
                continue;
            }
            each_run(*script, [&](const shell::Command&, const Invocation& run) {
                for (const Word& word : run.arguments) {
                    if (find_eth(word.text) != std::string_view::npos) {
                        findings.add(
                            script->range(word),
                            "on " + build.distribution.name +
                                " interfaces are called after their place (ens5), not eth0",
                            "find them by PCI address or MAC"
                        );
                    }
                }
            });
        }
    }
}

void check_numa_nodes(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Command& command : script->shell.commands) {
            for (const WrittenFile& file : written_files(command)) {
                const std::size_t at = file.path.text.find("/sys/devices/system/node/node");
                const std::size_t number = at + 29;
                if (at != std::string::npos && number < file.path.text.size() &&
                    std::isdigit(static_cast<unsigned char>(file.path.text[number])) != 0) {
                    findings.add(
                        script->range(file.path),
                        "speaks of one NUMA node: others keep what they had, and there may be none "
                        "of this number",
                        "go over /sys/devices/system/node/node*"
                    );
                }
            }
        }
    }
}

void check_limits_columns(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            if (!writes_limits(*script, pipeline)) {
                continue;
            }
            const shell::Command& command = script->shell.commands[pipeline.commands.front()];
            for (const std::string& line : split(literal_output(*script, command), '\n')) {
                std::string mistake = mistake_in_limit(line);
                if (!mistake.empty()) {
                    findings.add(
                        script->range(command),
                        std::move(mistake),
                        "four columns: who, soft|hard|-, item, value"
                    );
                }
            }
        }
    }
}

void check_dmesg_lookup(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            const shell::Command& command = script->shell.commands[pipeline.commands.front()];
            const auto& run = command.run;
            if (run && run->program == "dmesg" && pipeline.commands.size() > 1 &&
                script->shell.is_inside(command, shell::BlockKind::substitution)) {
                findings.add(
                    script->range(*run),
                    "the kernel's messages are overwritten in time: later, this finds nothing",
                    "read it from /sys"
                );
            }
        }
    }
}

void check_pci_path_field(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            bool lists_links = false;
            for (const std::size_t index : pipeline.commands) {
                const shell::Command& command = script->shell.commands[index];
                const auto& run = command.run;
                if (!run) {
                    continue;
                }
                if (lists_links && run->program == "cut" &&
                    (run->has_flag("-f") || run->has_flag("--fields") ||
                     written_text(*script, command).find("-f") != std::string::npos)) {
                    findings.add(
                        script->range(*run),
                        "a field counted from the left is the bridge, not the card, when it sits "
                        "behind one",
                        "basename \"$(readlink -f /sys/class/net/NAME/device)\""
                    );
                }
                lists_links |=
                    written_text(*script, command).find("/sys/class/net") != std::string::npos;
            }
        }
    }
}

void check_sudo_in_user_data(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (script->kind != ScriptKind::user_data) {
            continue;
        }
        each_run(*script, [&](const shell::Command& command, const Invocation& run) {
            if (run.with_sudo && command.words.front().text == "sudo" && !run.has_flag("-u") &&
                command.words.size() > 1 && command.words[1].text != "-u") {
                findings.add(
                    script->range(command.words.front()),
                    "user data runs as root already, and without a terminal",
                    "leave sudo out"
                );
            }
        });
    }
}

}  // namespace kiln::lint
