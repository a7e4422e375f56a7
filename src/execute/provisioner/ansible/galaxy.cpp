#include "execute/provisioner/ansible/galaxy.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

// A key of the file's top level, as the format with both kinds has it.
bool lists(std::string_view file_text, std::string_view key) {
    const std::vector<std::string> lines = split(file_text, '\n');
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.starts_with(key) && line.substr(key.size()).starts_with(":");
    });
}

}  // namespace

std::vector<std::vector<std::string>> galaxy_commands(
    const plan::GalaxyOptions& options,
    bool force_with_deps,
    std::string_view file_text,
    const std::string& file_name,
    const GalaxyPlaces& places
) {
    const bool has_collections = lists(file_text, "collections");
    // The older format is a plain list of roles.
    const bool has_roles = lists(file_text, "roles") || !has_collections;
    std::vector<std::vector<std::string>> commands;
    const auto add = [&](const char* kind, const std::string& place) {
        std::vector<std::string> words = {kind, "install", "-r", file_name};
        if (!place.empty()) {
            words.insert(words.end(), {"-p", place});
        }
        if (options.galaxy_force_install) {
            words.emplace_back("-f");
        }
        if (force_with_deps) {
            words.emplace_back("--force-with-deps");
        }
        commands.push_back(std::move(words));
    };
    if (has_roles) {
        add("role", places.roles);
    }
    if (has_collections) {
        add("collection", places.collections);
    }
    return commands;
}

}  // namespace kiln::exec
