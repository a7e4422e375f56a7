#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace kiln::plan {

struct UpgradedTemplate {
    std::string text;                  ///< HCL2, in the layout of `kiln fmt`
    std::vector<std::string> remarks;  ///< what a person has to look at
};

/// A legacy JSON template as HCL2. Variables become variables of type string; one whose default
/// refers to others becomes a variable that may stay null and a local beside it. Builders become
/// sources of their names, everything else one build block. `annotate` puts a comment over each
/// part. `root` is an object; what in it is not shaped as a template is left out with a remark.
UpgradedTemplate upgrade_to_hcl2(const nlohmann::ordered_json& root, bool annotate);

}  // namespace kiln::plan
