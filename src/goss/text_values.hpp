#pragma once

#include "goss/value.hpp"
#include "template/text_context.hpp"

namespace kiln::goss {

/// The same value for a text template, and back.
tmpl::TextValue to_text_value(const Value& value);
Value to_value(const tmpl::TextValue& value);

}  // namespace kiln::goss
