#pragma once

#include <string>
#include <string_view>

namespace kiln::hcl::functions {

/// Converts between UTF-8 and the charset of an IANA name. The error is a message for people.
struct Recoded {
    std::string text;
    std::string error;
};
Recoded encode_text(std::string_view utf8, const std::string& charset);
Recoded decode_text(std::string_view bytes, const std::string& charset);

}  // namespace kiln::hcl::functions
