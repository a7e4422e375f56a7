#include "template/template_files.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace kiln::tmpl {

namespace {

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string inside(const std::string& directory, const std::string& name) {
    return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

std::vector<std::string> names_ending_with(
    const std::vector<std::string>& names, const std::string& directory, std::string_view ending
) {
    std::vector<std::string> found;
    for (const std::string& name : names) {
        if (name.ends_with(ending)) {
            found.push_back(inside(directory, name));
        }
    }
    return found;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

TemplateFiles scan(const std::string& directory, const hcl::FunctionEnvironment& world) {
    std::vector<std::string> names;
    for (const hcl::DirectoryEntry& entry : world.list_directory(directory)) {
        if (entry.kind != hcl::FileKind::directory) {
            names.push_back(entry.name);
        }
    }
    std::sort(names.begin(), names.end());
    TemplateFiles files;
    files.base_directory = directory;
    files.configurations = names_ending_with(names, directory, ".pkr.hcl");
    append(files.configurations, names_ending_with(names, directory, ".pkr.json"));
    files.variable_files = names_ending_with(names, directory, ".auto.pkrvars.hcl");
    append(files.variable_files, names_ending_with(names, directory, ".auto.pkrvars.json"));
    return files;
}

}  // namespace

std::optional<TemplateFiles> find_template_files(
    const std::string& path,
    std::optional<Language> forced,
    const hcl::FunctionEnvironment& world,
    Diagnostics& diagnostics
) {
    if (path == kStandardInput) {
        return TemplateFiles{".", {path}, {}, forced.value_or(Language::legacy_json)};
    }
    const hcl::FileKind kind = world.file_kind(path);
    if (kind == hcl::FileKind::missing) {
        diagnostics.error({}, "there is no template at \"" + path + "\"");
        return std::nullopt;
    }
    if (kind == hcl::FileKind::directory) {
        TemplateFiles files = scan(path, world);
        if (files.configurations.empty()) {
            diagnostics.error(
                {},
                "Could not find any config file in " + path,
                "files of a template end with .pkr.hcl or .pkr.json"
            );
            return std::nullopt;
        }
        return files;
    }
    const bool is_hcl = path.ends_with(".pkr.hcl") || path.ends_with(".pkr.json");
    const Language language = forced.value_or(is_hcl ? Language::hcl2 : Language::legacy_json);
    return TemplateFiles{parent_of(path), {path}, {}, language};
}

}  // namespace kiln::tmpl
