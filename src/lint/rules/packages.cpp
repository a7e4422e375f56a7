#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/each_run.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace kiln::lint {

namespace {

using Family = Distribution::Family;
using shell::Invocation;
using shell::Word;

bool is_apt(const Invocation& run) {
    return run.is_one_of({"apt-get", "apt"});
}

bool is_yum(const Invocation& run) {
    return run.is_one_of({"yum", "dnf", "microdnf"});
}

bool has_verb(const Invocation& run, std::initializer_list<std::string_view> verbs) {
    return std::any_of(run.arguments.begin(), run.arguments.end(), [&](const Word& word) {
        return std::find(verbs.begin(), verbs.end(), word.text) != verbs.end();
    });
}

bool changes_packages(const Invocation& run) {
    return (is_apt(run) && has_verb(
                               run,
                               {"install",
                                "upgrade",
                                "dist-upgrade",
                                "full-upgrade",
                                "remove",
                                "purge",
                                "autoremove"}
                           )) ||
           (is_yum(run) && has_verb(
                               run,
                               {"install",
                                "update",
                                "upgrade",
                                "remove",
                                "erase",
                                "localinstall",
                                "groupinstall",
                                "reinstall",
                                "downgrade"}
                           ));
}

bool only_simulates(const Invocation& run) {
    return run.has_any_flag(
        {"-s",
         "--simulate",
         "--dry-run",
         "--just-print",
         "--assumeno",
         "--downloadonly",
         "--download-only",
         "-h",
         "--help",
         "--version"}
    );
}

bool says_yes(const Invocation& run) {
    if (is_apt(run) && run.has_any_flag({"-qq", "--assume-yes"})) {
        return true;
    }
    return run.has_any_flag({"-y", "--yes", "--assumeyes", "--force-yes"});
}

bool is_answered(const Script& script, const shell::Command& command) {
    const auto& first =
        script.shell.commands[script.shell.pipelines[command.pipeline].commands.front()].run;
    return first && first->program == "yes";
}

// A local file needs no list of packages.
bool installs_files_only(const Invocation& run) {
    bool files = false;
    for (const Word& word : run.arguments) {
        if (word.text.starts_with('-') || word.text == "install") {
            continue;
        }
        if (!word.text.ends_with(".deb")) {
            return false;
        }
        files = true;
    }
    return files;
}

// Ansible and its like may do anything to the machine.
bool is_unreadable(const Component& provisioner) {
    return provisioner.type != "shell" && provisioner.type != "file" &&
           provisioner.type != "shell-local" && provisioner.type != "sleep" &&
           provisioner.type != "breakpoint";
}

bool mentions(const Script& script, std::string_view text) {
    return script.shell.text.find(text) != std::string_view::npos;
}

bool gives_variable(const Component& step, std::string_view name) {
    for (const auto& [key, value] : step.options.entries("env")) {
        if (key == name) {
            return true;
        }
    }
    for (const Text& entry : step.options.texts("environment_vars")) {
        if (entry.text.starts_with(std::string(name) + "=")) {
            return true;
        }
    }
    const std::optional<Text> command = step.options.text("execute_command");
    return command && command->text.find(name) != std::string::npos;
}

// In a branch the script may well have asked which system it is on.
bool is_conditional(const Script& script, const shell::Command& command) {
    return script.shell.is_inside(command, shell::BlockKind::branch) ||
           script.shell.is_inside(command, shell::BlockKind::choice) ||
           script.shell.pipelines[command.pipeline].joint != shell::Joint::none;
}

// A letter too few or too many; "level" and "devel" are both words.
bool is_one_letter_off(std::string_view word, std::string_view wanted) {
    const std::string_view shorter = word.size() < wanted.size() ? word : wanted;
    const std::string_view longer = word.size() < wanted.size() ? wanted : word;
    if (longer.size() - shorter.size() != 1) {
        return false;
    }
    std::size_t same = 0;
    while (same < shorter.size() && shorter[same] == longer[same]) {
        ++same;
    }
    return shorter.substr(same) == longer.substr(same + 1);
}

}  // namespace

void check_apt_no_update(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        bool updated = build.distribution.family == Family::redhat;
        for (const auto& step : build.provisioners) {
            updated |= is_unreadable(*step);
            for (const Script* script : step->scripts) {
                if (script->local) {
                    continue;
                }
                each_run(*script, [&](const shell::Command&, const Invocation& run) {
                    if (!is_apt(run)) {
                        return;
                    }
                    updated |= has_verb(run, {"update"});
                    if (!updated && has_verb(run, {"install"}) && !installs_files_only(run)) {
                        findings.add(
                            script->range(run),
                            "nothing has run apt-get update before: the machine's lists of "
                            "packages "
                            "are old or empty",
                            "run apt-get update in front of it"
                        );
                        updated = true;  // once
                    }
                });
            }
        }
    }
}

void check_apt_noninteractive(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        for (const auto& step : build.provisioners) {
            if (gives_variable(*step, "DEBIAN_FRONTEND")) {
                continue;
            }
            for (const Script* script : step->scripts) {
                if (script->local || mentions(*script, "DEBIAN_FRONTEND")) {
                    continue;
                }
                bool told = false;
                each_run(*script, [&](const shell::Command&, const Invocation& run) {
                    if (!told && is_apt(run) && changes_packages(run)) {
                        told = true;  // once a script
                        findings.add(
                            script->range(run),
                            "packages may ask questions that nobody answers",
                            "export DEBIAN_FRONTEND=noninteractive, or set it in environment_vars"
                        );
                    }
                });
            }
        }
    }
}

void check_install_asks(const Subject& subject, Findings& findings) {
    each_run(
        subject,
        [&](const Script& script, const shell::Command& command, const Invocation& run) {
            if (changes_packages(run) && !says_yes(run) && !only_simulates(run) &&
                !is_answered(script, command) && !mentions(script, "Assume-Yes") &&
                !mentions(script, "assumeyes")) {
                findings.add(
                    script.range(run),
                    run.program + " asks before it goes on, and nobody answers",
                    "add -y"
                );
            }
        }
    );
}

void check_wrong_package_manager(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        if (!build.distribution.is_known()) {
            continue;
        }
        const bool is_debian = build.distribution.family == Family::debian;
        for (const Script* script : build.machine_scripts()) {
            each_run(*script, [&](const shell::Command& command, const Invocation& run) {
                const bool foreign = is_debian ? is_yum(run) : is_apt(run) || run.program == "dpkg";
                if (foreign && !is_conditional(*script, command)) {
                    findings.add(
                        script->range(run),
                        build.distribution.name + " has no " + run.program + ": build \"" +
                            build.name + "\" fails here",
                        is_debian ? "use apt-get" : "use dnf or yum"
                    );
                }
            });
        }
    }
}

void check_package_typo(const Subject& subject, Findings& findings) {
    constexpr std::array<std::string_view, 2> kEndings = {"devel", "headers"};
    each_run(subject, [&](const Script& script, const shell::Command&, const Invocation& run) {
        if (!is_yum(run) || !has_verb(run, {"install"})) {
            return;
        }
        for (const Word& word : run.arguments) {
            const std::size_t dash = word.text.rfind('-');
            if (dash == std::string::npos || dash == 0 || word.expands) {
                continue;
            }
            const std::string_view ending = std::string_view(word.text).substr(dash + 1);
            for (const std::string_view wanted : kEndings) {
                if (is_one_letter_off(ending, wanted)) {
                    findings.add(
                        script.range(word),
                        "there is hardly a package of this name, and yum goes on without it",
                        "did you mean \"" + word.text.substr(0, dash + 1) + std::string(wanted) +
                            "\"?"
                    );
                }
            }
        }
    });
}

void check_sleep_for_boot(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        const std::vector<const Script*> scripts = build.machine_scripts();
        if (!build.builder->type.starts_with("amazon-") || scripts.empty()) {
            continue;
        }
        const Script& first = *scripts.front();
        if (first.shell.commands.empty() || mentions(first, "cloud-init")) {
            continue;
        }
        const auto& run = first.shell.commands.front().run;
        if (run && run->program == "sleep") {
            findings.add(
                first.range(*run),
                "whether the machine is ready after that long is luck",
                "wait for it: cloud-init status --wait"
            );
        }
    }
}

}  // namespace kiln::lint
