#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/functions/glob.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/functions/paths.hpp"
#include "hcl/print.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kiln::hcl::functions {

namespace {

/// Finds the regular files below a directory whose relative path matches a pattern.
class FileFinder {
public:
    FileFinder(const FunctionEnvironment& environment, std::string root)
        : environment_(environment), root_(std::move(root)) {}

    void find(const std::string& pattern) { walk("", split(clean_path(pattern), '/'), 0); }

    const std::set<std::string>& files() const { return files_; }

private:
    using Names = std::vector<std::string>;

    std::string below_root(const std::string& relative) const {
        return relative.empty() ? root_ : join_path(root_, relative);
    }

    static std::string extend(const std::string& relative, const std::string& name) {
        return relative.empty() ? name : relative + "/" + name;
    }

    FileKind kind_of(const std::string& relative) const {
        return environment_.file_kind(below_root(relative));
    }

    /// Matches the names from `at` on against what is in the directory `relative`.
    void walk(const std::string& relative, const Names& names, std::size_t at) {
        const std::string& name = names[at];
        const bool last = at + 1 == names.size();
        if (name == "**") {
            walk_everywhere(relative, names, at);
        } else if (!has_wildcards(name)) {
            enter(extend(relative, name), kind_of(extend(relative, name)), names, at, last);
        } else {
            for (const DirectoryEntry& entry : environment_.list_directory(below_root(relative))) {
                if (match_name(name, entry.name)) {
                    enter(extend(relative, entry.name), entry.kind, names, at, last);
                }
            }
        }
    }

    void enter(
        const std::string& relative, FileKind kind, const Names& names, std::size_t at, bool last
    ) {
        if (last && kind == FileKind::regular) {
            files_.insert(clean_path(relative));
        } else if (!last && kind == FileKind::directory) {
            walk(relative, names, at + 1);
        }
    }

    /// `**`: any number of directories, none included; at the end of the pattern also any file.
    /// Links to directories are not followed there, since they may lead round in a circle.
    void walk_everywhere(const std::string& relative, const Names& names, std::size_t at) {
        const bool last = at + 1 == names.size();
        if (!last) {
            walk(relative, names, at + 1);
        }
        for (const DirectoryEntry& entry : environment_.list_directory(below_root(relative))) {
            const std::string path = extend(relative, entry.name);
            if (last && entry.kind == FileKind::regular) {
                files_.insert(clean_path(path));
            } else if (entry.kind == FileKind::directory && !entry.is_symlink) {
                walk_everywhere(path, names, at);
            }
        }
    }

    const FunctionEnvironment& environment_;
    std::string root_;
    std::set<std::string> files_;
};

bool is_valid_pattern(const std::string& pattern) {
    const std::vector<std::string> names = split(pattern, '/');
    return std::all_of(names.begin(), names.end(), is_valid_name_pattern);
}

CallResult fileset(const FunctionEnvironment& environment, const Arguments& arguments) {
    const ResolvedPath root = resolve_path(environment, arguments[0].as_string());
    if (!root.error.empty()) {
        return fail_at(0, root.error);
    }
    const auto patterns = expand_braces(arguments[1].as_string());
    if (!patterns || !std::all_of(patterns->begin(), patterns->end(), is_valid_pattern)) {
        return fail_at(1, quote_briefly(arguments[1].as_string()) + " is no valid pattern");
    }
    if (!environment.file_kind || !environment.list_directory) {
        return fail("files cannot be looked at here");
    }
    try {
        FileFinder finder(environment, root.path);
        if (environment.file_kind(root.path) == FileKind::directory) {
            std::for_each(patterns->begin(), patterns->end(), [&finder](const std::string& p) {
                finder.find(p);
            });
        }
        Elements paths;
        for (const std::string& path : finder.files()) {
            paths.push_back(text_value(path));
        }
        return Value::set(Type::string(), std::move(paths));
    } catch (const Error& error) {
        return fail_at(0, error.message());
    }
}

}  // namespace

void add_fileset_function(FunctionTable& table, const FunctionEnvironment& environment) {
    table.add(make_function(
        "fileset",
        {text("path"), text("pattern")},
        Type::set(Type::string()),
        [environment](const Arguments& arguments) { return fileset(environment, arguments); }
    ));
}

}  // namespace kiln::hcl::functions
