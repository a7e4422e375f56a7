#include "node/boot_loader.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/boot_text.hpp"

#include <algorithm>
#include <array>

namespace kiln::node {

namespace {

constexpr const char* kGrubDefaults = "/etc/default/grub";
constexpr const char* kGrubDropIns = "/etc/default/grub.d";
constexpr const char* kGrubDropIn = "/etc/default/grub.d/99-kiln-node.cfg";
constexpr const char* kKernelCommandLine = "/etc/kernel/cmdline";
constexpr const char* kGrubLine = "GRUB_CMDLINE_LINUX";
constexpr const char* kGrubDefaultLine = "GRUB_CMDLINE_LINUX_DEFAULT";
constexpr const char* kKernelOptions = "$kernelopts";

// Where distributions mount what the loader reads.
constexpr std::array<const char*, 4> kBootFolders = {"/boot", "/efi", "/boot/efi", "/boot/efi/EFI"};
constexpr std::array<const char*, 2> kGrubFolders = {"/boot/grub2", "/boot/grub"};

std::vector<std::string> files_with_end(
    const NodeTree& tree, const std::string& folder, std::string_view end
) {
    std::vector<std::string> paths;
    for (const std::string& name : tree.list(folder)) {
        if (name.ends_with(end) && !name.starts_with('.')) {
            paths.push_back(folder + "/" + name);
        }
    }
    return paths;
}

std::vector<std::string> bls_files(const NodeTree& tree) {
    for (const char* folder : kBootFolders) {
        auto found = files_with_end(tree, std::string(folder) + "/loader/entries", ".conf");
        if (!found.empty()) {
            return found;
        }
    }
    return {};
}

std::vector<std::string> uki_files(const NodeTree& tree) {
    std::vector<std::string> paths;
    for (const char* folder : kBootFolders) {
        for (std::string& path : files_with_end(tree, std::string(folder) + "/EFI/Linux", ".efi")) {
            paths.push_back(std::move(path));
        }
    }
    return paths;
}

std::optional<std::string> first_file(const NodeTree& tree, const std::string& name) {
    for (const char* folder : kGrubFolders) {
        const std::string path = std::string(folder) + "/" + name;
        if (tree.exists(path)) {
            return path;
        }
    }
    return std::nullopt;
}

/// "/boot/vmlinuz-6.1.0-56-amd64" -> "6.1.0-56-amd64".
std::string version_in(const std::string& kernel) {
    const std::string name = std::filesystem::path(kernel).filename();
    const std::size_t dash = name.find('-');
    return dash == std::string::npos ? "" : name.substr(dash + 1);
}

bool is_rescue(const std::string& file, const std::string& title) {
    return file.find("-0-rescue") != std::string::npos || title.find("rescue") != std::string::npos;
}

std::string image_based_reason(const NodeTree& tree) {
    if (tree.exists("/run/ostree-booted")) {
        return "this system is an ostree: use rpm-ostree kargs";
    }
    const std::string release = tree.read("/etc/os-release").value_or("");
    if (release.find("ID=bottlerocket") != std::string::npos) {
        return "this system is Bottlerocket: use settings.boot.kernel-parameters";
    }
    if (release.find("ID=talos") != std::string::npos) {
        return "this system is Talos: use machine.install.extraKernelArgs";
    }
    return {};
}

std::optional<std::string> environment_value(const NodeTree& tree, const std::string& name) {
    const auto path = first_file(tree, "grubenv");
    const auto block = path ? tree.read(*path) : std::nullopt;
    return block ? grub_environment_value(*block, name) : std::nullopt;
}

std::vector<BootMenuEntry> bls_entries(
    const NodeTree& tree, const std::vector<std::string>& files
) {
    std::vector<BootMenuEntry> entries;
    for (const std::string& file : files) {
        const BlsEntry entry = parse_bls_entry(tree.read(file).value_or(""));
        std::string line = entry.options;
        if (line.find(kKernelOptions) != std::string::npos) {
            line = replace_all(
                line, kKernelOptions, environment_value(tree, "kernelopts").value_or("")
            );
        }
        const std::string version = entry.version.empty() ? version_in(entry.linux) : entry.version;
        entries.push_back({file, entry.title, version, line, false, is_rescue(file, entry.title)});
    }
    return entries;
}

/// Which entry boots, as far as files tell: `wanted` is its file name without ".conf" or its
/// title; without one it is the last by name, which is the newest kernel.
void mark_default(std::vector<BootMenuEntry>& entries, const std::string& wanted) {
    const auto is_wanted = [&](const BootMenuEntry& entry) {
        const std::string stem = std::filesystem::path(entry.file).stem();
        return !wanted.empty() &&
               (stem == wanted || entry.title == wanted || glob_match(wanted, stem + ".conf"));
    };
    auto chosen = std::find_if(entries.begin(), entries.end(), is_wanted);
    if (chosen == entries.end()) {
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            if (!entry->is_rescue) {
                chosen = entry;
            }
        }
    }
    if (chosen != entries.end()) {
        chosen->is_default = true;
    }
}

/// "default" of a loader.conf.
std::string loader_default(const NodeTree& tree) {
    for (const char* folder : kBootFolders) {
        const auto text = tree.read(std::string(folder) + "/loader/loader.conf");
        for (const std::string& line : split(text.value_or(""), '\n')) {
            const std::string_view words = trim(line);
            if (words.starts_with("default ")) {
                return std::string(trim(words.substr(8)));
            }
        }
    }
    return {};
}

void add_source(
    const std::string& file, const std::optional<std::string>& line, BootConfiguration& to
) {
    if (line) {
        to.sources.push_back({file, *line});
    }
}

/// GRUB_CMDLINE_LINUX as the main file and its drop-ins leave it. Later files win, or extend what
/// is there with "$GRUB_CMDLINE_LINUX ...".
std::optional<std::string> grub_line(const NodeTree& tree) {
    std::vector<std::string> files = {kGrubDefaults};
    for (std::string& file : files_with_end(tree, kGrubDropIns, ".cfg")) {
        files.push_back(std::move(file));
    }
    std::optional<std::string> line;
    for (const std::string& file : files) {
        if (const auto value = shell_assignment(tree.read(file).value_or(""), kGrubLine)) {
            std::string whole = *value;
            for (const char* reference : {"$GRUB_CMDLINE_LINUX", "${GRUB_CMDLINE_LINUX}"}) {
                whole = replace_all(whole, reference, line.value_or(""));
            }
            line = whole;
        }
    }
    return line;
}

BootConfiguration read_grub(const NodeTree& tree, const std::string& config) {
    BootConfiguration found{.loader = BootLoader::grub};
    for (GrubEntry& entry : parse_grub_config(tree.read(config).value_or(""))) {
        const bool rescue = is_rescue("", entry.title);
        found.entries.push_back(
            {config,
             std::move(entry.title),
             version_in(entry.kernel),
             std::move(entry.line),
             found.entries.empty(),
             rescue}
        );
    }
    add_source(kGrubDefaults, grub_line(tree), found);
    return found;
}

BootConfiguration read_bls(const NodeTree& tree, const std::vector<std::string>& files) {
    const bool grub = tree.exists("/boot/grub2") || tree.exists(kGrubDefaults);
    BootConfiguration found{.loader = grub ? BootLoader::bls_grub : BootLoader::systemd_boot};
    found.entries = bls_entries(tree, files);
    mark_default(
        found.entries,
        grub ? environment_value(tree, "saved_entry").value_or("") : loader_default(tree)
    );
    add_source(kKernelCommandLine, tree.read(kKernelCommandLine), found);
    if (grub) {
        add_source(kGrubDefaults, grub_line(tree), found);
    }
    return found;
}

BootConfiguration read_ukis(const NodeTree& tree, const std::vector<std::string>& files) {
    BootConfiguration found{.loader = BootLoader::uki};
    for (const std::string& file : files) {
        const std::string stem = std::filesystem::path(file).stem();
        found.entries.push_back(
            {file,
             stem,
             version_in(stem),
             uki_command_line(tree.read(file).value_or("")).value_or(""),
             false,
             is_rescue(file, "")}
        );
    }
    mark_default(found.entries, loader_default(tree));
    add_source(kKernelCommandLine, tree.read(kKernelCommandLine), found);
    return found;
}

void refuse_long_line(const std::string& where, const std::string& line) {
    if (line.size() > kKernelLineLimitBytes) {
        throw Error(
            ErrorKind::input,
            "the command line in " + where + " would be " + std::to_string(line.size()) +
                " bytes long; the kernel reads " + std::to_string(kKernelLineLimitBytes)
        )
            .set_hint("shorten the CPU lists, or take arguments out of the profile");
    }
}

/// Gathers the edits of one plan: what does not differ is no edit.
class Editor {
public:
    explicit Editor(const NodeTree& tree) : tree_(tree) {}

    template <class Edit>
    void edit(const std::string& path, Edit&& new_text) {
        const std::string before = tree_.read(path).value_or("");
        std::string after = new_text(before);
        if (after != before) {
            edits.files.push_back({path, std::move(after)});
        }
    }

    BootEdits edits;

private:
    const NodeTree& tree_;
};

std::string edit_plain_line(const std::string& text, const KernelArgumentChange& change) {
    const std::string merged = merge_kernel_arguments(text, change);
    return join(split_kernel_line(text), " ") == merged ? text : merged + "\n";
}

void edit_kernel_command_line(
    const NodeTree& tree, const KernelArgumentChange& change, Editor& editor
) {
    if (tree.exists(kKernelCommandLine)) {
        editor.edit(kKernelCommandLine, [&](const std::string& text) {
            return edit_plain_line(text, change);
        });
    }
}

void edit_bls_entries(
    const NodeTree& tree,
    const BootConfiguration& configuration,
    const KernelArgumentChange& change,
    Editor& editor
) {
    bool from_environment = false;
    for (const BootMenuEntry& entry : configuration.entries) {
        if (entry.is_rescue) {
            continue;
        }
        refuse_long_line(entry.file, merge_kernel_arguments(entry.line, change));
        const std::string text = tree.read(entry.file).value_or("");
        if (parse_bls_entry(text).options.find(kKernelOptions) != std::string::npos) {
            from_environment = true;
        } else {
            editor.edit(entry.file, [&](const std::string& before) {
                return edit_bls_entry(before, change);
            });
        }
    }
    const auto environment = first_file(tree, "grubenv");
    if (from_environment && environment) {
        editor.edit(*environment, [&](const std::string& block) {
            return edit_grub_environment(block, "kernelopts", change);
        });
    }
}

/// Classic GRUB. Our words are in a drop-in of their own where the system reads drop-ins; words
/// that they replace go from the other files, for the kernel would see both.
void edit_grub_sources(
    const NodeTree& tree, bool drop_ins, const KernelArgumentChange& change, Editor& editor
) {
    KernelArgumentChange only_remove = change;
    for (const std::string& word : change.set) {
        only_remove.remove.push_back(kernel_argument_key(word));
    }
    only_remove.set.clear();
    const auto take_out = [&](std::string text) {
        for (const char* name : {kGrubLine, kGrubDefaultLine}) {
            const auto value = shell_assignment(text, name);
            if (value && !replaced_kernel_arguments(*value, only_remove).empty()) {
                text = edit_shell_assignment(text, name, only_remove);
            }
        }
        return text;
    };
    if (drop_ins) {
        editor.edit(kGrubDefaults, take_out);
        for (const std::string& file : files_with_end(tree, kGrubDropIns, ".cfg")) {
            if (file != kGrubDropIn) {
                editor.edit(file, take_out);
            }
        }
        const std::string ours =
            change.set.empty()
                ? ""
                : "# kiln-node; do not edit\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX " +
                      join(change.set, " ") + "\"\n";
        editor.edit(kGrubDropIn, [&](const std::string&) { return ours; });
        return;
    }
    editor.edit(kGrubDefaults, [&](const std::string& text) {
        const auto plain = shell_assignment(text, kGrubDefaultLine);
        const std::string without = plain && !replaced_kernel_arguments(*plain, only_remove).empty()
                                        ? edit_shell_assignment(text, kGrubDefaultLine, only_remove)
                                        : text;
        const auto line = shell_assignment(without, kGrubLine);
        return line && kernel_argument_differences(*line, change).empty()
                   ? without
                   : edit_shell_assignment(without, kGrubLine, change);
    });
}

void edit_grub_config_file(
    const BootConfiguration& configuration, const KernelArgumentChange& change, Editor& editor
) {
    if (configuration.entries.empty()) {
        return;
    }
    for (const BootMenuEntry& entry : configuration.entries) {
        refuse_long_line(entry.file, merge_kernel_arguments(entry.line, change));
    }
    editor.edit(configuration.entries.front().file, [&](const std::string& text) {
        for (const GrubEntry& entry : parse_grub_config(text)) {
            if (!kernel_argument_differences(entry.line, change).empty()) {
                return edit_grub_config(text, change);
            }
        }
        return text;
    });
}

/// Beside its modules, as Fedora and systemd have it, or in /boot, as Debian has it.
std::string installed_kernel(const NodeTree& tree, const std::string& version) {
    const std::string debian = "/boot/vmlinuz-" + version;
    std::string beside_modules = "/lib/modules/" + version + "/vmlinuz";
    return !tree.exists(beside_modules) && tree.exists(debian) ? debian : beside_modules;
}

void edit_ukis(
    const NodeTree& tree,
    const BootConfiguration& configuration,
    const KernelArgumentChange& change,
    Editor& editor
) {
    const auto differs = [&](const BootMenuEntry& entry) {
        return !entry.is_rescue && !kernel_argument_differences(entry.line, change).empty();
    };
    if (!std::any_of(configuration.entries.begin(), configuration.entries.end(), differs)) {
        edit_kernel_command_line(tree, change, editor);
        return;
    }
    const std::string base = tree.exists(kKernelCommandLine)
                                 ? tree.read(kKernelCommandLine).value_or("")
                                 : configuration.entries.front().line;
    editor.edit(kKernelCommandLine, [&](const std::string&) {
        return edit_plain_line(base, change);
    });
    for (const BootMenuEntry& entry : configuration.entries) {
        if (!differs(entry)) {
            continue;
        }
        if (tree.exists("/usr/bin/kernel-install") && !entry.kernel.empty()) {
            editor.edits.commands.push_back(
                {"kernel-install", "add", entry.kernel, installed_kernel(tree, entry.kernel)}
            );
        } else {
            editor.edits.notes.push_back(
                entry.file + " holds its command line inside: rebuild it from " +
                kKernelCommandLine + " with ukify or kernel-install"
            );
        }
    }
}

}  // namespace

std::string name_of(BootLoader loader) {
    switch (loader) {
        case BootLoader::bls_grub:
            return "grub with BLS entries";
        case BootLoader::grub:
            return "grub";
        case BootLoader::systemd_boot:
            return "systemd-boot";
        case BootLoader::uki:
            return "unified kernel images";
        case BootLoader::image_based:
            return "image-based";
        case BootLoader::none:
            break;
    }
    return "none";
}

BootConfiguration read_boot_configuration(const NodeTree& tree) {
    if (std::string reason = image_based_reason(tree); !reason.empty()) {
        return {.loader = BootLoader::image_based, .unsupported = std::move(reason)};
    }
    if (const auto files = bls_files(tree); !files.empty()) {
        return read_bls(tree, files);
    }
    if (const auto config = first_file(tree, "grub.cfg")) {
        return read_grub(tree, *config);
    }
    if (const auto files = uki_files(tree); !files.empty()) {
        return read_ukis(tree, files);
    }
    return {
        .loader = BootLoader::none,
        .unsupported =
            "found no boot loader that is known (BLS entries, grub.cfg, unified kernel "
            "images): is /boot mounted?"};
}

BootEdits plan_boot_edits(
    const NodeTree& tree, const BootConfiguration& configuration, const KernelArgumentChange& change
) {
    Editor editor(tree);
    switch (configuration.loader) {
        case BootLoader::none:
        case BootLoader::image_based:
            throw Error(
                ErrorKind::unsupported,
                "the kernel command line can not be changed here: " + configuration.unsupported
            );
        case BootLoader::bls_grub:
            edit_kernel_command_line(tree, change, editor);
            if (tree.exists(kGrubDefaults)) {
                edit_grub_sources(tree, false, change, editor);
            }
            edit_bls_entries(tree, configuration, change, editor);
            break;
        case BootLoader::systemd_boot:
            edit_kernel_command_line(tree, change, editor);
            edit_bls_entries(tree, configuration, change, editor);
            break;
        case BootLoader::grub:
            edit_grub_sources(tree, tree.exists(kGrubDropIns), change, editor);
            edit_grub_config_file(configuration, change, editor);
            break;
        case BootLoader::uki:
            edit_ukis(tree, configuration, change, editor);
            break;
    }
    return std::move(editor.edits);
}

std::vector<BootLineProblem> boot_line_problems(
    const BootConfiguration& configuration, const KernelArgumentChange& change
) {
    std::vector<BootLineProblem> problems;
    for (const BootMenuEntry& entry : configuration.entries) {
        if (entry.is_rescue) {
            continue;
        }
        for (std::string& what : kernel_argument_differences(entry.line, change)) {
            problems.push_back(
                {entry.file + " (" + entry.title + ")", std::move(what), entry.is_default}
            );
        }
    }
    for (const BootLineSource& source : configuration.sources) {
        for (std::string& what : kernel_argument_differences(source.line, change)) {
            problems.push_back({source.file, std::move(what), false});
        }
    }
    return problems;
}

}  // namespace kiln::node
