#pragma once

#include "template/text_context.hpp"

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace kiln::tmpl::text {

inline constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

using Arguments = std::vector<TextValue>;

/// Thrown by a call that gives no value; the caller knows the place and turns it into an Error.
struct CallFailure {
    std::string message;
};

struct FunctionEntry {
    std::size_t min_arguments = 0;
    std::size_t max_arguments = 0;
    TextValue (*run)(const Arguments& arguments, const TextContext& context) = nullptr;
};

/// Argument `index` as a string or whole number; throws CallFailure when it is none.
const std::string& string_argument(const Arguments& arguments, std::size_t index);
std::int64_t integer_argument(const Arguments& arguments, std::size_t index);

}  // namespace kiln::tmpl::text
