#pragma once

#include "base/diagnostics.hpp"
#include "hcl/functions.hpp"
#include "template/template.hpp"
#include "template/value_graph.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::tmpl {

/// What the user named on the command line.
struct LoadRequest {
    /// A folder, *.pkr.hcl, *.pkr.json; any other file, or "-", is legacy JSON.
    std::string path;
    std::vector<std::string> variables;       ///< -var, "name=value", in order
    std::vector<std::string> variable_files;  ///< -var-file, in order
    /// Warn of names in var-files and -var-file that no variable declares.
    bool warn_on_undeclared = false;
    /// Stop at what a file and a value can be judged by alone: syntax, known blocks, declarations
    /// and values of variables, required_version. The template holds no sources and no builds.
    bool syntax_only = false;
    /// The template is to be shown. Of legacy JSON, as for syntax_only, only that is a mistake
    /// which the text alone gets wrong: not a value, nor a name that it refers to.
    bool look_only = false;
    /// Legacy JSON: required variables may be unset and builders missing, as for fix.
    bool without_values = false;
    std::optional<Language> language = {};  ///< -config-type: whatever the name says
    /// Look at `packer` blocks only, once every file is parsed.
    bool packer_blocks_only = false;
    DataReader read_data = {};  ///< HCL2; without one, what data sources yield is unknown
};

/// Reads a template and decides everything that needs nothing but its text, the variables and
/// `world` (through which files, folders and the environment are read; `base_directory` and
/// `sources` in it are set here). Mistakes are appended to `diagnostics`, all of those that can be
/// found; with errors the template is good for nothing but looking at. Never null.
/// `sources` must outlive the template, every plan made of it, and `diagnostics`.
std::shared_ptr<const Template> load_template(
    const LoadRequest& request,
    const hcl::FunctionEnvironment& world,
    SourceMap& sources,
    Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
