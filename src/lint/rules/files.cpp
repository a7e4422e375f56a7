#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/references.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/subject.hpp"

#include <algorithm>
#include <array>

namespace kiln::lint {

namespace {

/// An option that names files which kiln reads.
struct FileOption {
    std::string_view type;  ///< of the component; a builder's may end with "*"
    std::string_view option;
};

constexpr std::array kFileOptions = {
    FileOption{"shell", "script"},
    FileOption{"shell", "scripts"},
    FileOption{"shell-local", "script"},
    FileOption{"shell-local", "scripts"},
    FileOption{"file", "source"},
    FileOption{"file", "sources"},
    FileOption{"ansible", "playbook_file"},
    FileOption{"ansible", "galaxy_file"},
    FileOption{"ansible", "inventory_file"},
    FileOption{"ansible-local", "playbook_file"},
    FileOption{"ansible-local", "playbook_files"},
    FileOption{"ansible-local", "playbook_dir"},
    FileOption{"ansible-local", "role_paths"},
    FileOption{"ansible-local", "galaxy_file"},
    FileOption{"goss", "tests"},
    FileOption{"goss", "vars_file"},
    FileOption{"powershell", "script"},
    FileOption{"powershell", "scripts"},
    FileOption{"amazon-*", "user_data_file"},
    FileOption{"amazon-*", "ssh_private_key_file"},
    FileOption{"qemu", "ssh_private_key_file"},
    FileOption{"qemu", "http_directory"},
};

bool applies(const FileOption& entry, const Component& component) {
    if (entry.type.ends_with('*')) {
        return component.type.starts_with(entry.type.substr(0, entry.type.size() - 1));
    }
    return component.type == entry.type;
}

// The source of a download is on the machine; a generated one is made during the build.
bool reads_local_files(const Component& component) {
    if (component.type != "file") {
        return true;
    }
    const std::optional<Text> direction = component.options.text("direction");
    return component.role == ComponentRole::provisioner &&
           (!direction || direction->text == "upload") &&
           !component.options.boolean("generated").value_or(false);
}

// Known as a whole, and no pattern.
bool is_plain_path(std::string_view path) {
    return !path.empty() && path.find("{{") == std::string_view::npos &&
           path.find_first_of("*?[") == std::string_view::npos && !path.starts_with('~') &&
           path.find("<unknown>") == std::string_view::npos;
}

template <class Look>
void each_path(const Subject& subject, Look look) {
    for (const Component* component : subject.components()) {
        for (const FileOption& entry : kFileOptions) {
            if (!applies(entry, *component) || !reads_local_files(*component)) {
                continue;
            }
            for (const Text& path : component->options.texts(entry.option)) {
                if (is_plain_path(path.text)) {
                    look(path);
                }
            }
        }
    }
}

std::string in_folder(const std::string& folder, const std::string& path) {
    return folder.empty() || folder == "." ? path : folder + "/" + path;
}

bool is_relative(std::string_view path) {
    return !path.starts_with('/');
}

// What stands in the folder of the path and is spelled almost like it.
std::string similar_name(const Subject& subject, const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
    std::vector<std::string> names;
    try {
        for (const hcl::DirectoryEntry& entry : subject.world().list_directory(folder)) {
            names.push_back(entry.name);
        }
    } catch (const Error&) {
        return {};
    }
    return did_you_mean_hint(path.substr(slash + 1), names);
}

}  // namespace

void check_missing_file(const Subject& subject, Findings& findings) {
    each_path(subject, [&](const Text& path) {
        if (!subject.is_missing(path.text)) {
            return;
        }
        const std::string beside = in_folder(subject.source().base_directory, path.text);
        std::string hint;
        if (is_relative(path.text) && !subject.is_missing(beside)) {
            hint =
                "paths start from the working directory; it stands beside the template: "
                "${path.root}/" +
                path.text;
        } else {
            hint = similar_name(subject, path.text);
        }
        findings.add(
            path.range, "there is no file or folder \"" + path.text + "\"", std::move(hint)
        );
    });
}

void check_cwd_path(const Subject& subject, Findings& findings) {
    each_path(subject, [&](const Text& path) {
        const bool is_fixed = path.expression != nullptr &&
                              hcl::references(*path.expression).empty() &&
                              path.expression->range.text().find("{{") == std::string_view::npos;
        if (is_fixed && is_relative(path.text) && !subject.is_missing(path.text)) {
            findings.add(
                path.range,
                "\"" + path.text + "\" is found from one working directory only",
                "begin with ${path.root} (in JSON templates: {{template_dir}})"
            );
        }
    });
}

}  // namespace kiln::lint
