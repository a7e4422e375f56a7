#include "execute/provisioner/ansible/ansible_inputs.hpp"

#include "base/digest.hpp"
#include "base/environment.hpp"
#include "base/strings.hpp"
#include "execute/provisioner/local_tree.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

// Bytes. What is longer is data and names no files.
constexpr std::int64_t kLongestYaml = 1 << 20;
constexpr std::size_t kLongestName = 512;

// docs.ansible.com, "Sample Ansible setup": the folders that Ansible looks into beside a playbook.
constexpr std::array<std::string_view, 15> kFoldersOfAnsible = {
    "collections",
    "defaults",
    "files",
    "group_vars",
    "handlers",
    "host_vars",
    "library",
    "meta",
    "module_utils",
    "playbooks",
    "roles",
    "tasks",
    "templates",
    "tests",
    "vars"};

// Settings that name folders or files which a run reads (ansible-config list).
constexpr std::array<std::string_view, 6> kSettingsWithPaths = {
    "roles_path",
    "collections_path",
    "collections_paths",
    "library",
    "module_utils",
    "vault_password_file"};

bool is_yaml(std::string_view name) {
    return name.ends_with(".yml") || name.ends_with(".yaml");
}

bool is_of_ansible(const sys::DirectoryEntry& entry) {
    if (entry.type == sys::FileType::regular) {
        return is_yaml(entry.name) || entry.name.ends_with(".j2");
    }
    return entry.name.ends_with("_plugins") ||
           std::find(kFoldersOfAnsible.begin(), kFoldersOfAnsible.end(), entry.name) !=
               kFoldersOfAnsible.end();
}

bool names_paths(std::string_view setting) {
    return setting.ends_with("_plugins") ||
           std::find(kSettingsWithPaths.begin(), kSettingsWithPaths.end(), setting) !=
               kSettingsWithPaths.end();
}

/// `inner` is `outer` or in it. Both are absolute and normal.
bool is_within(const Path& inner, const Path& outer) {
    const auto [rest, unused] =
        std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    return rest == outer.end();
}

/// A folder that a system has: "/srv", "/usr/share/x". What an engineer keeps is elsewhere.
bool is_of_system(const Path& folder) {
    constexpr std::array<std::string_view, 13> kFolders = {
        "bin",
        "boot",
        "dev",
        "etc",
        "lib",
        "lib32",
        "lib64",
        "proc",
        "run",
        "sbin",
        "sys",
        "usr",
        "var"};
    const auto part = std::next(folder.begin());  // behind "/"
    const bool is_deep = part != folder.end() && std::next(part) != folder.end();
    return !is_deep ||
           std::find(kFolders.begin(), kFolders.end(), part->string()) != kFolders.end();
}

/// The words of a text, YAML or an argument, that might be names of files.
std::set<std::string> words_of(std::string_view text) {
    constexpr std::string_view kBetween = " \t\r\n'\",=@[]{}()|";
    std::set<std::string> words;
    std::size_t begin = 0;
    while ((begin = text.find_first_not_of(kBetween, begin)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        if (word.size() <= kLongestName && word.back() != ':') {
            words.emplace(word);
        }
        begin = end;
    }
    return words;
}

class Reach {
public:
    explicit Reach(const BuildContext& context)
        : context_(context), here_(context.build.text.working_directory) {}

    void add_playbook(const std::string& playbook) {
        const Path folder = Path(playbook).parent_path();
        playbook_folder_ = absolute(folder);
        // Beside the template stand also the images, manifests and logs of builds.
        const bool holds_what_builds_write = is_within(here_, playbook_folder_);
        for (const sys::DirectoryEntry& entry : files().list_directory(playbook_folder_)) {
            const bool hidden = entry.name.starts_with('.');
            if (!hidden && (!holds_what_builds_write || is_of_ansible(entry))) {
                add(folder / entry.name);
            }
        }
        add(playbook);
    }

    void add_given(const std::optional<std::string>& path) {
        if (path && !path->empty()) {
            add(*path);
        }
    }

    /// "@vars.yml", "--vault-password-file=x", "prod@x", "files=/srv/x more=y", {"files": "x/y"}.
    void add_argument(const std::string& argument) {
        std::set<std::string> names = words_of(argument);
        names.insert(argument);
        for (const std::string& name : names) {
            const Path whole = absolute(name);
            // The same name may mean a folder of the machine: those of a system are not read here.
            const bool is_meant = name.find('/') != std::string::npos && !is_within(here_, whole) &&
                                  !is_of_system(whole) && is_folder(whole);
            if (is_file(whole) || is_meant) {
                add(name);
            }
        }
    }

    /// Of an ansible.cfg: the file, and what it names.
    void add_settings(const Path& file) {
        if (!is_file(absolute(file))) {
            return;
        }
        add(file);
        for (const std::string& line :
             split(files().read_file(absolute(file), kLongestYaml), '\n')) {
            const std::size_t equals = line.find('=');
            if (equals != std::string::npos && names_paths(trim(line.substr(0, equals)))) {
                add_paths(line.substr(equals + 1), absolute(file).parent_path());
            }
        }
    }

    void add_environment(const std::map<std::string, std::string>& environment) {
        for (const auto& [name, value] : environment) {
            constexpr std::string_view kPrefix = "ANSIBLE_";
            if (!name.starts_with(kPrefix)) {
                continue;
            }
            std::string setting = name.substr(kPrefix.size());
            std::transform(setting.begin(), setting.end(), setting.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            if (names_paths(setting)) {
                add_paths(value, here_);
            }
        }
    }

    /// Files that the YAML found so far names, and those that theirs names.
    void follow() {
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const std::string name = inputs_[i].name;
            if (!is_yaml(name) || !is_file(absolute(name))) {
                continue;
            }
            const auto status = files().status_followed(absolute(name));
            if (status->size_bytes > kLongestYaml) {
                continue;
            }
            for (const std::string& word : words_of(files().read_file(absolute(name)))) {
                if (word.front() == '/') {
                    continue;  // of the machine
                }
                add_named(Path(name).parent_path() / word, word);
                add_named(playbook_folder_ / word, word);
            }
        }
    }

    void leave_out_what_galaxy_installed() {
        std::vector<std::string> installed;
        for (const StepInput& input : inputs_) {
            for (const std::string_view mark : {"meta/.galaxy_install_info", "MANIFEST.json"}) {
                if (input.name.ends_with("/" + std::string(mark))) {
                    installed.push_back(input.name.substr(0, input.name.size() - mark.size()));
                }
            }
        }
        // A folder that is listed for its mode alone may be there for what was installed in it.
        std::erase_if(inputs_, [&](const StepInput& input) {
            return input.name.ends_with('/') ||
                   std::any_of(installed.begin(), installed.end(), [&](const std::string& folder) {
                       return input.name.starts_with(folder);
                   });
        });
    }

    std::vector<StepInput> take() { return std::move(inputs_); }

private:
    sys::FileSystem& files() const { return context_.effects.files; }
    // Without a slash at the end, which would be one more part of the name.
    Path absolute(const Path& path) const {
        const Path whole = (here_ / path).lexically_normal();
        return whole.has_filename() ? whole : whole.parent_path();
    }
    bool is_folder(const Path& path) const {
        const auto status = files().status_followed(path);
        return status && status->type == sys::FileType::directory;
    }
    bool is_file(const Path& path) const {
        const auto status = files().status_followed(path);
        return status && status->type == sys::FileType::regular;
    }

    void add(const Path& path) {
        const Path whole = absolute(path);
        const bool covered = std::any_of(trees_.begin(), trees_.end(), [&](const Path& tree) {
            return is_within(whole, tree);
        });
        if (covered || !files().status_followed(whole)) {
            return;
        }
        trees_.push_back(whole);
        for (StepInput& input : local_tree_inputs(context_, path.string())) {
            inputs_.push_back(std::move(input));
        }
    }

    // A folder must be meant: with a slash in its name, and none that holds where kiln runs.
    void add_named(const Path& path, const std::string& word) {
        std::error_code unusable;
        const Path whole = absolute(path);
        if (!std::filesystem::exists(whole, unusable)) {
            return;
        }
        const bool is_meant = word.find('/') != std::string::npos && !is_within(here_, whole) &&
                              !is_within(playbook_folder_, whole);
        if (is_file(whole) || is_meant) {
            add(path);
        }
    }

    void add_paths(const std::string& list, const Path& base) {
        for (const std::string& part : split(list, ':')) {
            const std::string path(trim(part));
            if (!path.empty() && !path.starts_with('~')) {
                add(base / path);
            }
        }
    }

    const BuildContext& context_;
    Path here_;
    Path playbook_folder_;
    std::vector<Path> trees_;
    std::vector<StepInput> inputs_;
};

void add_values(
    std::vector<StepInput>& inputs, const char* name, const std::vector<std::string>& values
) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        // Values may be secrets, and inputs are kept on disk.
        inputs.push_back({name + ("[" + std::to_string(i) + "]"), sha256_hex(values[i])});
    }
}

}  // namespace

std::vector<StepInput> ansible_inputs(
    const BuildContext& context,
    const plan::AnsibleOptions& options,
    const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment
) {
    Reach reach(context);
    reach.add_playbook(options.playbook_file);
    for (const auto& path :
         {options.inventory_file,
          options.inventory_directory,
          options.galaxy.galaxy_file,
          options.roles_path,
          options.collections_path}) {
        reach.add_given(path);
    }
    for (const std::string& argument : arguments) {
        reach.add_argument(argument);
    }
    reach.add_settings(variable(environment, "ANSIBLE_CONFIG", "ansible.cfg"));
    reach.add_environment(environment);
    reach.follow();
    if (options.galaxy.galaxy_file) {
        reach.leave_out_what_galaxy_installed();
    }
    std::vector<StepInput> inputs = reach.take();
    add_values(inputs, "extra_arguments", arguments);
    add_values(inputs, "ansible_env_vars", options.ansible_env_vars);
    add_values(inputs, "groups", options.groups);
    add_values(inputs, "empty_groups", options.empty_groups);
    inputs.push_back({"playbook_file", options.playbook_file});
    inputs.push_back({"command", options.command});
    inputs.push_back({"host_alias", options.host_alias});
    inputs.push_back({"user", options.user.value_or("")});
    inputs.push_back(
        {"inventory_file_template", sha256_hex(options.inventory_file_template.value_or(""))}
    );
    return inputs;
}

}  // namespace kiln::exec
