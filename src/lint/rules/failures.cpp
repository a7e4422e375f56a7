#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/each_run.hpp"

#include <algorithm>
#include <string>

namespace kiln::lint {

namespace {

using shell::Invocation;
using shell::Word;

// Programs whose failure means that the image lacks something.
bool matters(const Invocation& run) {
    return run.is_one_of({"apt",     "apt-get", "aws",    "cargo", "cmake", "crictl", "ctr",
                          "curl",    "dnf",     "docker", "git",   "go",    "gunzip", "helm",
                          "kubeadm", "kubectl", "make",   "ninja", "npm",   "pip",    "pip3",
                          "tar",     "unzip",   "wget",   "xz",    "yum",   "zcat"});
}

bool is_builder(const Invocation& run) {
    return run.is_one_of({"packer", "kiln"}) && run.first_operand() != nullptr &&
           (run.first_operand()->text == "build" || run.first_operand()->text == "validate");
}

bool has_no_effect(const Invocation& run) {
    return run.is_one_of(
        {"echo",
         "exit",
         "true",
         ":",
         "set",
         "export",
         "printf",
         "return",
         "local",
         "readonly",
         "shift",
         "unset",
         "umask",
         "declare",
         "date",
         "hostname",
         "[",
         "test",
         "[["}
    );
}

// Commands that run whether or not the one before failed.
int independent_commands(const Script& script) {
    int count = 0;
    for (const shell::Pipeline& pipeline : script.shell.pipelines) {
        const shell::Command& command = script.shell.commands[pipeline.commands.front()];
        const auto& run = command.run;
        if (run && pipeline.joint == shell::Joint::none && !command.is_condition &&
            !has_no_effect(*run) &&
            !script.shell.is_inside(command, shell::BlockKind::substitution)) {
            ++count;
        }
        if (count > 1) {
            break;
        }
    }
    return count;
}

bool is_reboot(const Invocation& run) {
    if (run.is_one_of({"reboot", "poweroff", "halt"})) {
        return true;
    }
    const Word* first = run.first_operand();
    if (run.program == "shutdown") {
        const bool later = first != nullptr && first->text.starts_with('+') && first->text != "+0";
        return !run.has_flag("-c") && !later;
    }
    if (run.program == "systemctl") {
        return first != nullptr && (first->text == "reboot" || first->text == "poweroff" ||
                                    first->text == "kexec" || first->text == "halt");
    }
    return run.is_one_of({"init", "telinit"}) && first != nullptr &&
           (first->text == "6" || first->text == "0");
}

bool allows_disconnect(const Component& step) {
    // What Packer and kiln report for a connection that is lost while a command runs.
    constexpr const char* kDisconnected = "2300218";
    const std::vector<Text> codes = step.options.texts("valid_exit_codes");
    return step.options.boolean("expect_disconnect").value_or(false) ||
           std::any_of(codes.begin(), codes.end(), [&](const Text& code) {
               return code.text == kDisconnected;
           });
}

}  // namespace

void check_no_errexit(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (!has_errexit(*script) && independent_commands(*script) > 1) {
            findings.add(
                script->first_line(),
                "a command that fails does not stop this script, and its last one decides whether "
                "it "
                "succeeded",
                "begin with set -euo pipefail (bash) or set -eu (sh)"
            );
        }
    }
}

void check_pipe_failure(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (!has_errexit(*script) || has_pipefail(*script)) {
            continue;
        }
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            for (std::size_t i = 0; i + 1 < pipeline.commands.size(); ++i) {
                const shell::Command& command = script->shell.commands[pipeline.commands[i]];
                const auto& run = command.run;
                if (run && matters(*run) && !command.is_condition) {
                    findings.add(
                        script->range(*run),
                        "when " + run->program + " fails, the pipe hides it",
                        "set -o pipefail (bash), or write to a file first"
                    );
                    break;
                }
            }
        }
    }
}

void check_lost_exit_status(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (has_pipefail(*script) ||
            script->shell.text.find("PIPESTATUS") != std::string_view::npos) {
            continue;
        }
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            for (std::size_t i = 0; i + 1 < pipeline.commands.size(); ++i) {
                const auto& run = script->shell.commands[pipeline.commands[i]].run;
                if (run && is_builder(*run)) {
                    findings.add(
                        script->range(*run),
                        "the exit status of " + run->program +
                            " is lost in the pipe: a failed build looks like a good one",
                        "set -o pipefail (bash), or look at ${PIPESTATUS[0]} afterwards"
                    );
                }
            }
        }
    }
}

void check_failure_ignored(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            if (pipeline.joint != shell::Joint::or_else || pipeline.before == shell::kNone) {
                continue;
            }
            const auto& fallback = script->shell.commands[pipeline.commands.front()].run;
            const auto& run =
                script->shell.commands[script->shell.pipelines[pipeline.before].commands.back()]
                    .run;
            if (fallback && fallback->is_one_of({"true", ":"}) && run && matters(*run) &&
                !run->has_any_flag({"remove", "purge", "autoremove", "erase", "config"})) {
                findings.add(
                    script->range(*run),
                    "whatever goes wrong with " + run->program + ", the build goes on",
                    // the text of the trap, for the user
                    "leave || true out, or allow only the failure that is meant"
                );
            }
        }
    }
}

void check_reboot_disconnect(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        for (const auto& step : build.provisioners) {
            if (step->type != "shell" || allows_disconnect(*step)) {
                continue;
            }
            for (const Script* script : step->scripts) {
                each_run(*script, [&](const shell::Command&, const Invocation& run) {
                    if (is_reboot(run)) {
                        findings.add(
                            script->range(run),
                            "the connection is lost here, and the provisioner fails",
                            "expect_disconnect = true, and pause_before on the next provisioner"
                        );
                    }
                });
            }
        }
    }
}

void check_reboot_after_join(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (script->kind != ScriptKind::user_data) {
            continue;
        }
        bool joined = false;
        each_run(*script, [&](const shell::Command& command, const Invocation& run) {
            joined |=
                run.is_one_of({"nodeadm"}) ||
                (run.program == "kubeadm" && run.first_operand() != nullptr &&
                 run.first_operand()->text == "join") ||
                written_text(*script, command).find("/etc/eks/bootstrap.sh") != std::string::npos;
            if (joined && is_reboot(run)) {
                findings.add(
                    script->range(run),
                    "the node has joined the cluster already: pods that were put on it are lost",
                    "tune and reboot first, join afterwards"
                );
            }
        });
    }
}

void check_arguments_need_reboot(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (script->kind != ScriptKind::user_data ||
            script->shell.text.find("power_state") != std::string_view::npos) {
            continue;
        }
        const shell::Command* change = nullptr;
        bool reboots = false;
        for (const shell::Command& command : script->shell.commands) {
            const auto& run = command.run;
            if (!run) {
                continue;
            }
            const std::string text = written_text(*script, command);
            const bool is_grub = run->is_one_of({"grubby", "set-kernel-arg"}) ||
                                 text.find("/etc/default/grub") != std::string::npos;
            const bool is_boot_only = text.find("isolcpus") != std::string::npos ||
                                      text.find("hugepages") != std::string::npos ||
                                      text.find("nohz_full") != std::string::npos;
            if (change == nullptr && is_grub && is_boot_only) {
                change = &command;
            }
            reboots |= is_reboot(*run) || run->program == "kexec";
        }
        if (change != nullptr && !reboots) {
            findings.add(
                script->range(*change),
                "these arguments hold from the next boot on, and nothing reboots",
                "reboot before the node joins, or put the arguments into the image"
            );
        }
    }
}

}  // namespace kiln::lint
