#pragma once

#include "hcl/value.hpp"

#include <string>
#include <vector>

namespace kiln::tmpl {

/// Adds every string inside `value` to `secrets`, as add_secret_text does. Numbers and bools hide
/// nothing.
void collect_secrets(const hcl::Value& value, std::vector<std::string>& secrets);

/// The value with "<sensitive>" in place of every text, number and bool in it but empty texts.
hcl::Value hide_secrets(const hcl::Value& value);

/// The value with secrets masked in every text and key inside, as mask_whole_secrets does: in a
/// printed value escapes could hide them.
hcl::Value mask_in_value(const hcl::Value& value, const std::vector<std::string>& secrets);

}  // namespace kiln::tmpl
