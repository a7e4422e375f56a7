#pragma once

#include "hcl/timestamp.hpp"

#include <string>
#include <string_view>

namespace kiln::hcl::functions {

struct FormattedDate {
    std::string text;
    std::string error;
};

/// By the verbs of formatdate(): runs of one letter ("YYYY", "MMM", "hh"), text in single quotes;
/// what is no letter stands for itself.
FormattedDate format_date(std::string_view format, const Timestamp& timestamp);

}  // namespace kiln::hcl::functions
