#include "plan/option_table.hpp"

#include "hcl/print.hpp"
#include "plan/option_value.hpp"

#include <algorithm>
#include <utility>

namespace kiln::plan {

const char* name_of(OptionType type) {
    switch (type) {
        case OptionType::string:
            return "string";
        case OptionType::boolean:
            return "bool";
        case OptionType::integer:
            return "number";
        case OptionType::duration:
            return "duration";
        case OptionType::size:
            return "size";
        case OptionType::string_list:
            return "list of string";
        case OptionType::integer_list:
            return "list of number";
        case OptionType::string_list_list:
            return "list of list of string";
        case OptionType::string_map:
            return "map of string";
        case OptionType::block:
            return "block";
        case OptionType::blocks:
            return "blocks";
    }
    return "";
}

namespace {

// A default that is as good as none.
bool says_nothing(const hcl::Value& value) {
    if (value.is_null()) {
        return true;
    }
    if (value.has(hcl::TypeKind::string)) {
        return value.as_string().empty() || value.as_string() == size_text({});
    }
    if (value.has(hcl::TypeKind::number)) {
        return value.as_number().to_int64() == 0;
    }
    return !value.has(hcl::TypeKind::boolean) && value.size() == 0;
}

}  // namespace

OptionTable::OptionTable(std::initializer_list<TablePart> parts, Make make) : make_(make) {
    for (const TablePart& part : parts) {
        options_.insert(options_.end(), part.options.begin(), part.options.end());
        groups_.insert(groups_.end(), part.groups.begin(), part.groups.end());
        rules_.insert(rules_.end(), part.rules.begin(), part.rules.end());
        if (!part.shared.name.empty()) {
            shared_ = part.shared;
        }
    }
    const std::shared_ptr<void> defaults = make_defaults();
    for (OptionSpec& option : options_) {
        if (option.is_block() || option.default_is_told) {
            continue;
        }
        const hcl::Value value = option_value(option, defaults.get());
        option.default_text = says_nothing(value) ? "" : hcl::print_compact(value);
    }
}

const OptionSpec* OptionTable::find(std::string_view name) const {
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const OptionSpec& o) {
        return o.name == name;
    });
    return found == options_.end() ? nullptr : &*found;
}

std::vector<std::string> OptionTable::names() const {
    std::vector<std::string> names;
    for (const OptionSpec& option : options_) {
        names.push_back(option.name);
    }
    return names;
}

OptionSpec detail::make_option(std::string_view name, OptionTraits traits, OptionType type) {
    OptionSpec spec;
    spec.name = name;
    spec.type = type;
    spec.help = traits.help;
    spec.default_text = traits.default_text;
    spec.default_is_told = !traits.default_text.empty();
    spec.render = traits.render;
    spec.required = traits.required;
    spec.secret = traits.secret;
    spec.allowed = std::move(traits.allowed);
    spec.minimum = traits.minimum;
    spec.maximum = traits.maximum;
    spec.deprecated = traits.deprecated;
    return spec;
}

TablePart detail::included(const OptionTable& table, std::size_t offset_bytes) {
    TablePart part;
    part.options = table.options();
    part.groups = table.groups();
    part.rules = table.rules();
    const auto note_home = [&](auto& entry) {
        if (entry.home == nullptr && table.is_shared()) {
            entry.home = &table;
        }
    };
    for (OptionSpec& option : part.options) {
        option.offset_bytes += offset_bytes;
        note_home(option);
    }
    for (OptionGroup& group : part.groups) {
        note_home(group);
    }
    for (OptionRule& rule : part.rules) {
        rule.offset_bytes += offset_bytes;
        note_home(rule);
    }
    return part;
}

OptionGroup exactly_one(std::vector<std::string> names) {
    return {OptionGroup::Rule::exactly_one, std::move(names)};
}

OptionGroup at_most_one(std::vector<std::string> names) {
    return {OptionGroup::Rule::at_most_one, std::move(names)};
}

OptionGroup at_least_one(std::vector<std::string> names) {
    return {OptionGroup::Rule::at_least_one, std::move(names)};
}

OptionGroup all_or_none(std::vector<std::string> names) {
    return {OptionGroup::Rule::all_or_none, std::move(names)};
}

OptionGroup needs(std::string name, std::vector<std::string> others) {
    OptionGroup group{OptionGroup::Rule::needs, {std::move(name)}};
    group.names.insert(group.names.end(), others.begin(), others.end());
    return group;
}

}  // namespace kiln::plan
