#pragma once

#include "base/error.hpp"
#include "hcl/functions.hpp"

#include <map>
#include <string>
#include <utility>

namespace kiln::tmpl {

/// A world for tests: files by path, folders where a path has others below it, and environment
/// variables. Must outlive the environments it makes.
struct MemoryWorld {
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> variables;

    hcl::FileKind kind(const std::string& path) const {
        if (files.contains(path)) {
            return hcl::FileKind::regular;
        }
        const std::string folder = path.ends_with('/') ? path : path + "/";
        const auto below = files.lower_bound(folder);
        const bool is_folder = below != files.end() && below->first.starts_with(folder);
        return is_folder ? hcl::FileKind::directory : hcl::FileKind::missing;
    }

    hcl::FunctionEnvironment environment() const {
        hcl::FunctionEnvironment world;
        world.working_directory = "/srv";
        world.environment_variable = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
        world.read_file = [this](const std::string& path) {
            const auto found = files.find(path);
            if (found == files.end()) {
                throw Error(ErrorKind::not_found, "reading " + path + ": no such file");
            }
            return found->second;
        };
        world.file_kind = [this](const std::string& path) { return kind(path); };
        world.list_directory = [this](const std::string& path) {
            std::map<std::string, hcl::DirectoryEntry> entries;
            const std::string folder = path + "/";
            for (auto at = files.lower_bound(folder);
                 at != files.end() && at->first.starts_with(folder);
                 ++at) {
                const std::string rest = at->first.substr(folder.size());
                const std::size_t slash = rest.find('/');
                const std::string name = rest.substr(0, slash);
                entries[name] = {
                    name,
                    slash == std::string::npos ? hcl::FileKind::regular : hcl::FileKind::directory};
            }
            std::vector<hcl::DirectoryEntry> list;
            for (auto& [name, entry] : entries) {
                list.push_back(std::move(entry));
            }
            return list;
        };
        return world;
    }
};

}  // namespace kiln::tmpl
