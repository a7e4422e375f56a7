#pragma once

#include "hcl/value.hpp"

#include <string>
#include <vector>

namespace kiln::tmpl {

/// Adds every string inside `value`, and each line of one with several, to `secrets`. Numbers,
/// bools and empty strings hide nothing.
void collect_secrets(const hcl::Value& value, std::vector<std::string>& secrets);

/// Without repetitions, longest first: where one secret is a part of another, the longer one must
/// be replaced first.
std::vector<std::string> sorted_secrets(std::vector<std::string> secrets);

/// The value with "<sensitive>" in place of every text, number and bool in it but empty texts.
hcl::Value hide_secrets(const hcl::Value& value);

}  // namespace kiln::tmpl
