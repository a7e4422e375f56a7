#include "plan/decoded_options.hpp"

#include <utility>

namespace kiln::plan {

DecodedOptions::DecodedOptions(
    const OptionTable& table, std::shared_ptr<const void> object, OptionRanges ranges
)
    : table_(&table), object_(std::move(object)), ranges_(std::move(ranges)) {}

SourceRange DecodedOptions::range_of(std::string_view path) const {
    const auto found = ranges_.find(path);
    return found == ranges_.end() ? SourceRange{} : found->second;
}

}  // namespace kiln::plan
