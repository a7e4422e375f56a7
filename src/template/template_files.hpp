#pragma once

#include "base/diagnostics.hpp"
#include "hcl/functions.hpp"

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

    bool operator==(const TemplateFiles&) const = default;
};

/// Looks at `path`: a folder, or one *.pkr.hcl or *.pkr.json. Nothing, and the reason in
/// `diagnostics`, when it is neither or holds no template.
std::optional<TemplateFiles> find_template_files(
    const std::string& path, const hcl::FunctionEnvironment& world, Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
