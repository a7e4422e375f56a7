#include "plan/option_rules.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <vector>

namespace kiln::plan {

namespace {

std::string quoted_list(const std::vector<std::string>& names, const char* last_separator) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        out += i == 0 ? "" : i + 1 == names.size() ? last_separator : ", ";
        out += "\"" + names[i] + "\"";
    }
    return out;
}

void check_group(
    const OptionGroup& group,
    const OptionRanges& ranges,
    const std::string& path,
    const std::string& owner,
    SourceRange owner_range,
    Diagnostics& diagnostics
) {
    std::vector<std::string> given;
    for (const std::string& name : group.names) {
        if (ranges.contains(path + name)) {
            given.push_back(name);
        }
    }
    if (given.empty() && group.rule != OptionGroup::Rule::at_most_one) {
        diagnostics.error(
            owner_range, owner + " needs one of " + quoted_list(group.names, " and ")
        );
    }
    if (given.size() > 1 && group.rule != OptionGroup::Rule::at_least_one) {
        diagnostics.error(
            ranges.find(path + given.back())->second,
            "only one of " + quoted_list(given, " and ") + " may be given in " + owner
        );
    }
}

void check_value(
    const OptionSpec& option, const std::string& value, SourceRange range, Diagnostics& diagnostics
) {
    if (std::find(option.allowed.begin(), option.allowed.end(), value) != option.allowed.end()) {
        return;
    }
    std::string hint = did_you_mean_hint(value, option.allowed);
    diagnostics.error(
        range,
        "\"" + value + "\" is no value for option \"" + option.name + "\"",
        hint.empty() ? "use " + quoted_list(option.allowed, " or ") : hint
    );
}

}  // namespace

void check_required(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const std::string& owner,
    SourceRange owner_range,
    Diagnostics& diagnostics
) {
    for (const OptionSpec& option : table.options()) {
        if (option.required && !ranges.contains(path + option.name)) {
            diagnostics.error(owner_range, owner + " needs option \"" + option.name + "\"");
        }
    }
    for (const OptionGroup& group : table.groups()) {
        check_group(group, ranges, path, owner, owner_range, diagnostics);
    }
}

void check_allowed(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const void* object,
    Diagnostics& diagnostics
) {
    for (const OptionSpec& option : table.options()) {
        if (option.is_block()) {
            for (std::size_t i = 0; i < option.access.count(object); ++i) {
                const std::string at = path + option.name + "[" + std::to_string(i) + "].";
                const void* block = option.access.element(object, i);
                check_allowed(option.nested(), ranges, at, block, diagnostics);
            }
            continue;
        }
        const auto range = ranges.find(path + option.name);
        if (option.allowed.empty() || range == ranges.end()) {
            continue;
        }
        const void* member = option.access.readable(object);
        if (member == nullptr) {
            continue;  // its value did not fit, which has been said
        }
        if (option.type == OptionType::string) {
            check_value(
                option, *static_cast<const std::string*>(member), range->second, diagnostics
            );
        } else if (option.type == OptionType::string_list) {
            for (const auto& text : *static_cast<const std::vector<std::string>*>(member)) {
                check_value(option, text, range->second, diagnostics);
            }
        }
    }
}

}  // namespace kiln::plan
