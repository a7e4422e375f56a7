#pragma once

#include "hcl/value.hpp"
#include "plan/option_table.hpp"

#include <string>

namespace kiln::plan {

/// The value an option has in `object`, as a template could give it; null when it is absent.
hcl::Value option_value(const OptionSpec& option, const void* object);

/// "8G", "512M", "1000B": the largest unit that loses nothing.
std::string size_text(ByteSize size);

}  // namespace kiln::plan
