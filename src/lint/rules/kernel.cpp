#include "base/strings.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/cpu_list.hpp"
#include "lint/rules/each_run.hpp"

#include <algorithm>
#include <array>

namespace kiln::lint {

namespace {

using shell::Invocation;
using shell::Word;

constexpr std::string_view kGrubDefaults = "/etc/default/grub";

bool edits_grub_defaults(const shell::Command& command) {
    for (const WrittenFile& file : written_files(command)) {
        if (file.path.text.starts_with(kGrubDefaults)) {
            return true;
        }
    }
    const std::optional<Invocation>& run = command.run;
    return run && run->program == "sed" && run->has_any_flag({"-i", "--in-place"}) &&
           std::any_of(run->arguments.begin(), run->arguments.end(), [](const Word& word) {
               return word.text.starts_with(kGrubDefaults);
           });
}

bool changes_boot_entries(const Invocation& run) {
    return run.is_one_of({"grubby", "set-kernel-arg", "kernelstub", "kernel-install", "kiln-node"}
           ) ||
           run.has_flag("--update-bls-cmdline");
}

bool regenerates(const Invocation& run) {
    return changes_boot_entries(run) || run.is_one_of(
                                            {"update-grub",
                                             "update-grub2",
                                             "grub2-mkconfig",
                                             "grub-mkconfig",
                                             "update-bootloader"}
                                        );
}

/// What the scripts of one build do to the boot loader.
struct BootChanges {
    const Script* script = nullptr;  ///< of the first edit
    const shell::Command* edit = nullptr;
    bool regenerated = false;
    bool entries_changed = false;
    const Script* grubby_script = nullptr;
    std::optional<Invocation> grubby;
};

BootChanges boot_changes(const std::vector<const Script*>& scripts) {
    BootChanges changes;
    for (const Script* script : scripts) {
        for (const shell::Command& command : script->shell.commands) {
            if (changes.edit == nullptr && edits_grub_defaults(command)) {
                changes.script = script;
                changes.edit = &command;
            }
            const std::optional<Invocation>& run = command.run;
            if (!run) {
                continue;
            }
            changes.regenerated |= regenerates(*run);
            changes.entries_changed |= changes_boot_entries(*run);
            if (!changes.grubby && run->program == "grubby" && run->has_flag("--args")) {
                changes.grubby_script = script;
                changes.grubby = run;
            }
        }
    }
    return changes;
}

// The scripts that run on one machine: those of a build, and the user data of its own.
std::vector<std::vector<const Script*>> machines(const Build& build) {
    return {build.machine_scripts(), build.builder->scripts};
}

// Where the parameter begins in a kernel command line; "hugepagesz=" is not in
// "default_hugepagesz=".
std::size_t find_parameter(std::string_view text, std::string_view parameter) {
    std::size_t at = text.find(parameter);
    while (at != std::string_view::npos) {
        const char before = at == 0 ? ' ' : text[at - 1];
        if (before == ' ' || before == '"' || before == '\'' || before == '=' || before == '\n' ||
            before == '\t' || before == '&') {
            return at;
        }
        at = text.find(parameter, at + 1);
    }
    return at;
}

bool counts_before_size(std::string_view text) {
    const std::size_t count = find_parameter(text, "hugepages=");
    const std::size_t size = find_parameter(text, "hugepagesz=");
    return count != std::string_view::npos && size != std::string_view::npos && count < size;
}

/// The value of `parameter` in a kernel command line, flags before the list left out.
std::optional<std::string> list_of(std::string_view text, std::string_view parameter) {
    const std::size_t at = find_parameter(text, parameter);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view value = text.substr(at + parameter.size());
    value = value.substr(0, value.find_first_of(" \t\n\"'\\"));
    for (const std::string_view flag : {"managed_irq,", "domain,", "nohz,"}) {
        value.remove_prefix(value.starts_with(flag) ? flag.size() : 0);
    }
    return std::string(value);
}

/// What is wrong with the CPU sets of one kernel command line; "" when nothing is.
std::string disagreement(std::string_view text) {
    const std::optional<std::string> isolated = list_of(text, "isolcpus=");
    if (!isolated) {
        return {};
    }
    const auto cpus = read_cpu_list(*isolated);
    for (const std::string_view parameter : {"nohz_full=", "rcu_nocbs="}) {
        const std::optional<std::string> other = list_of(text, parameter);
        if (!other || *other == *isolated) {
            continue;
        }
        const auto other_cpus = read_cpu_list(*other);
        if (cpus && other_cpus && *cpus != *other_cpus) {
            return std::string(parameter) + *other + " is not the set of isolcpus=" + *isolated;
        }
    }
    const auto interrupts = read_cpu_list(list_of(text, "irqaffinity=").value_or("?"));
    if (cpus && interrupts) {
        for (const int cpu : *interrupts) {
            if (cpus->contains(cpu)) {
                return "CPU " + std::to_string(cpu) + " is isolated and takes interrupts too";
            }
        }
    }
    return {};
}

template <class Look>
void each_command_line(const Subject& subject, Look look) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Command& command : script->shell.commands) {
            look(written_text(*script, command), script->range(command));
        }
    }
    for (const Build& build : subject.builds()) {
        std::string line;
        for (const Text& argument : build.builder->options.texts("kernel_command_line")) {
            line += argument.text + " ";
        }
        look(line, build.builder->options.range("kernel_command_line"));
    }
}

// "/lib/modules/$(uname -r)" and other spellings of it.
bool names_running_kernel(std::string_view text) {
    return text.find("/lib/modules/$(uname -r)") != std::string_view::npos ||
           text.find("/lib/modules/`uname -r`") != std::string_view::npos;
}

bool covers_all_kernels(const Script& script) {
    const std::string_view text = script.shell.text;
    return text.find("dkms") != std::string_view::npos ||
           text.find("akmods") != std::string_view::npos ||
           text.find("/lib/modules/*") != std::string_view::npos;
}

}  // namespace

void check_grub_not_regenerated(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        for (const std::vector<const Script*>& scripts : machines(build)) {
            const BootChanges changes = boot_changes(scripts);
            if (changes.edit != nullptr && !changes.regenerated) {
                findings.add(
                    changes.script->range(*changes.edit),
                    "/etc/default/grub is edited, but nothing makes the boot loader read it",
                    "run update-grub (Debian, Ubuntu) or grubby --update-kernel ALL (others) "
                    "afterwards"
                );
            }
        }
    }
}

void check_grub_boot_entries(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        if (!build.distribution.has_boot_entries) {
            continue;
        }
        for (const std::vector<const Script*>& scripts : machines(build)) {
            const BootChanges changes = boot_changes(scripts);
            if (changes.edit != nullptr && changes.regenerated && !changes.entries_changed) {
                findings.add(
                    changes.script->range(*changes.edit),
                    "on " + build.distribution.name +
                        " the kernel's arguments stand in boot entries, which grub2-mkconfig "
                        "leaves as they are",
                    "grubby --update-kernel ALL --args \"...\""
                );
            }
        }
    }
}

void check_grub_sed_anchor(const Subject& subject, Findings& findings) {
    each_run(
        subject,
        [&](const Script& script, const shell::Command& command, const Invocation& run) {
            if (run.program != "sed" || !edits_grub_defaults(command)) {
                return;
            }
            for (const Word& word : run.arguments) {
                const bool substitutes =
                    word.text.starts_with("s") && word.text.size() > 3 &&
                    std::isalnum(static_cast<unsigned char>(word.text[1])) == 0;
                if (substitutes && word.text.find("GRUB_") == std::string::npos) {
                    findings.add(
                        script.range(word),
                        "where the text it looks for is missing, sed changes nothing and says "
                        "nothing",
                        "match the whole setting: s/^GRUB_CMDLINE_LINUX=\"\\(.*\\)\"/.../, or use "
                        "grubby"
                    );
                }
            }
        }
    );
}

void check_grubby_only(const Subject& subject, Findings& findings) {
    for (const Build& build : subject.builds()) {
        for (const std::vector<const Script*>& scripts : machines(build)) {
            const BootChanges changes = boot_changes(scripts);
            if (changes.grubby && changes.edit == nullptr) {
                findings.add(
                    changes.grubby_script->range(*changes.grubby),
                    "grubby changes the boot entries there are; /etc/default/grub still has the "
                    "old "
                    "arguments",
                    "change GRUB_CMDLINE_LINUX in /etc/default/grub too"
                );
            }
        }
    }
}

void check_hugepages_order(const Subject& subject, Findings& findings) {
    each_command_line(subject, [&](const std::string& text, SourceRange range) {
        if (counts_before_size(text)) {
            findings.add(
                range,
                "hugepages= before hugepagesz= counts pages of the default size",
                "write hugepagesz=1G hugepages=N, in this order"
            );
        }
    });
}

void check_cpu_sets(const Subject& subject, Findings& findings) {
    each_command_line(subject, [&](const std::string& text, SourceRange range) {
        std::string wrong = disagreement(text);
        if (!wrong.empty()) {
            findings.add(
                range,
                std::move(wrong),
                "isolcpus, nohz_full and rcu_nocbs name the same CPUs, irqaffinity the others"
            );
        }
    });
}

void check_module_one_kernel(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (covers_all_kernels(*script)) {
            continue;
        }
        each_run(*script, [&](const shell::Command&, const Invocation& run) {
            const bool installs =
                run.is_one_of({"cp", "install", "mv", "ln", "rsync"}) ||
                (run.program == "make" &&
                 std::any_of(run.arguments.begin(), run.arguments.end(), [](const Word& word) {
                     return word.text == "modules_install";
                 }));
            const auto word =
                std::find_if(run.arguments.begin(), run.arguments.end(), [](const Word& w) {
                    return names_running_kernel(w.text);
                });
            if (installs && word != run.arguments.end()) {
                findings.add(
                    script->range(*word),
                    "the module is there for the running kernel only: the next kernel boots "
                    "without "
                    "it",
                    "build it for every kernel under /lib/modules, or with DKMS"
                );
            }
        });
    }
}

}  // namespace kiln::lint
