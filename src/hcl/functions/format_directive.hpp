#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kiln::hcl::functions {

/// One `%...` of a format: `%[flags][width][.precision][[n]]verb`.
struct Directive {
    std::string text;        ///< as written
    std::size_t offset = 0;  ///< of the `%`, in bytes
    bool plus = false;
    bool minus = false;
    bool space = false;
    bool zero = false;
    bool sharp = false;
    std::optional<int> width;
    std::optional<int> precision;
    bool bare_point = false;              ///< the precision is 0 because no digits follow its point
    std::optional<std::size_t> argument;  ///< explicit, from 0
    char verb = 0;
};

/// Literal text or a directive, in the order of the format.
using FormatPart = std::variant<std::string, Directive>;

/// The parts of a format, or what is wrong with it.
std::variant<std::vector<FormatPart>, std::string> parse_format(std::string_view format);

}  // namespace kiln::hcl::functions
