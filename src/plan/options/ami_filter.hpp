#pragma once

#include "plan/option_table.hpp"
#include "plan/options/key_value.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::plan {

/// What to look for, as the EC2 API's describe calls filter.
struct FilterOptions {
    std::map<std::string, std::string> filters;
    std::vector<NameValue> filter;

    bool operator==(const FilterOptions&) const = default;

    static const OptionTable& options();
};

/// Which AMI to start from.
struct AmiFilterOptions {
    FilterOptions filter;
    std::vector<std::string> owners;
    bool most_recent = false;
    bool include_deprecated = false;

    bool operator==(const AmiFilterOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
