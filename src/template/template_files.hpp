#pragma once

#include "base/diagnostics.hpp"
#include "hcl/functions.hpp"
#include "template/template.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::tmpl {

/// Which files a template consists of.
struct TemplateFiles {
    std::string base_directory;               ///< as the user named it
    std::vector<std::string> configurations;  ///< *.pkr.hcl by name, then *.pkr.json by name
    /// *.auto.pkrvars.hcl by name, then *.auto.pkrvars.json by name; only of a folder.
    std::vector<std::string> variable_files;
    Language language = Language::hcl2;

    bool operator==(const TemplateFiles&) const = default;
};

/// What names standard input.
inline constexpr const char* kStandardInput = "-";

/// Looks at `path`: a folder, one *.pkr.hcl or *.pkr.json, or a legacy JSON template, which any
/// other file is unless `forced` says otherwise. Nothing, and the reason in `diagnostics`, when
/// there is none.
std::optional<TemplateFiles> find_template_files(
    const std::string& path,
    std::optional<Language> forced,
    const hcl::FunctionEnvironment& world,
    Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
