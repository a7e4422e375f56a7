#include "hcl/functions/paths.hpp"

#include "base/strings.hpp"

#include <vector>

namespace kiln::hcl::functions {

std::string clean_path(std::string_view path) {
    const bool absolute = path.starts_with('/');
    std::vector<std::string> kept;
    for (std::string& name : split(path, '/')) {
        if (name.empty() || name == ".") {
            continue;
        }
        if (name != "..") {
            kept.push_back(std::move(name));
        } else if (!kept.empty() && kept.back() != "..") {
            kept.pop_back();
        } else if (!absolute) {
            kept.push_back(std::move(name));
        }
    }
    if (kept.empty()) {
        return absolute ? "/" : ".";
    }
    return (absolute ? "/" : "") + join(kept, "/");
}

std::string join_path(std::string_view directory, std::string_view path) {
    if (path.starts_with('/') || directory.empty()) {
        return clean_path(path);
    }
    return clean_path(std::string(directory) + "/" + std::string(path));
}

std::string base_name(std::string_view path) {
    if (path.empty()) {
        return ".";
    }
    while (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
    }
    if (path == "/") {
        return "/";
    }
    return std::string(path.substr(path.rfind('/') + 1));
}

std::string directory_name(std::string_view path) {
    return clean_path(path.substr(0, path.rfind('/') + 1));
}

ResolvedPath expand_home(const FunctionEnvironment& environment, const std::string& path) {
    if (!path.starts_with('~')) {
        return {path, {}};
    }
    if (path.size() > 1 && path[1] != '/') {
        return {{}, "only the own home directory can be written as \"~\", not that of a user"};
    }
    if (environment.home_directory.empty()) {
        return {{}, "the home directory is not known"};
    }
    return {join_path(environment.home_directory, path == "~" ? "" : path.substr(2)), {}};
}

ResolvedPath resolve_path(const FunctionEnvironment& environment, const std::string& path) {
    ResolvedPath expanded = expand_home(environment, path);
    if (expanded.error.empty()) {
        expanded.path = join_path(environment.base_directory, expanded.path);
    }
    return expanded;
}

}  // namespace kiln::hcl::functions
