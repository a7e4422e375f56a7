#pragma once

#include "cli/session.hpp"
#include "plan/plugins.hpp"
#include "template/template.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

/// A template read for its plugins: variables without a value are no mistake.
struct RequiredPlugins {
    std::shared_ptr<const tmpl::Template> packer_blocks;  ///< only those are in it; owns the needs
    std::vector<plan::PluginNeed> needs;
    std::shared_ptr<const tmpl::Template> blocks;  ///< everything that could be read
};

/// Reports what is wrong with the template's syntax or its `packer` blocks and gives nothing then.
/// Throws Error for a legacy JSON template: it names no plugins.
std::optional<RequiredPlugins> read_required_plugins(Session& session, const std::string& path);

/// One line for each required plugin, "SOURCE VERSION: built in"; "" when there is none.
std::string list_required(const RequiredPlugins& plugins);

}  // namespace kiln::cli
