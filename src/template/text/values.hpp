#pragma once

#include "template/text_context.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::tmpl::text {

/// False for what is absent, false, zero or empty.
bool is_true(const TextValue& value);

/// As Go prints a value: "<no value>", "[a b]", "map[k:v]".
std::string to_text(const TextValue& value);

/// "string", "int", "map", ...: for messages.
const char* type_name(const TextValue& value);

const std::string* as_string(const TextValue& value);
const std::int64_t* as_integer(const TextValue& value);
const TextList* as_list(const TextValue& value);
const TextMap* as_map(const TextValue& value);
bool is_absent(const TextValue& value);

/// Go's fmt.Sprintf, for the verbs v s q d x X o b c t f e g and %%, with flags, width and
/// precision.
std::string print_formatted(const std::string& format, const std::vector<TextValue>& arguments);
/// A string literal of Go.
std::string quote(const std::string& text);

}  // namespace kiln::tmpl::text
