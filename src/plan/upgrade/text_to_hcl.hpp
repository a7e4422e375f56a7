#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kiln::plan {

/// A string of a legacy template as HCL2 writes it.
struct UpgradedText {
    std::string code;        ///< an expression: "a ${var.b}" with its quotes, or var.b
    bool calls_env = false;  ///< env() is in it, which only a variable's default may call
    bool has_more = false;   ///< HCL2 besides text and env() is in it
    std::string left;        ///< what could not be written anew: for a person to look at
};

/// How `{{user `name`}}` is written: "var.name".
using UserVariable = std::function<std::string(const std::string& name)>;

/// Calls that HCL2 has become HCL2's; fields and calls that only exist while a plugin runs
/// ({{ .Vars }}, {{timestamp}}, {{clean_resource_name}}) stay, as plugins render them in HCL2 too.
UpgradedText text_to_hcl(std::string_view text, const UserVariable& user_variable);

}  // namespace kiln::plan
