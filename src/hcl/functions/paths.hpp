#pragma once

#include "hcl/functions.hpp"

#include <string>
#include <string_view>

namespace kiln::hcl::functions {

/// The shortest path that means the same by its text alone: no `.`, no inner `..`, no doubled
/// slash; "." for nothing.
std::string clean_path(std::string_view path);

/// `path` when it is absolute, else below `directory`; clean.
std::string join_path(std::string_view directory, std::string_view path);

/// The last name of a path, "/" for the root and "." for nothing.
std::string base_name(std::string_view path);
/// What stands before the last slash, clean; "." when there is none.
std::string directory_name(std::string_view path);

struct ResolvedPath {
    std::string path;
    std::string error;
};

/// A leading `~` or `~/` as the home directory; `~name` is an error.
ResolvedPath expand_home(const FunctionEnvironment& environment, const std::string& path);

/// What file() and its kin mean by a path: home expanded, relative to the base directory.
ResolvedPath resolve_path(const FunctionEnvironment& environment, const std::string& path);

}  // namespace kiln::hcl::functions
