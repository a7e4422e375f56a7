#include "plan/option_rules.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <vector>

namespace kiln::plan {

namespace {

std::string listed(
    const std::vector<std::string>& names, const char* quote, const char* last_separator
) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        out += i == 0 ? "" : i + 1 == names.size() ? last_separator : ", ";
        out += quote + names[i] + quote;
    }
    return out;
}

std::string quoted(const std::vector<std::string>& names, const char* last_separator) {
    return listed(names, "\"", last_separator);
}

class GroupCheck {
public:
    GroupCheck(
        const GivenOptions& options,
        const std::string& path,
        const std::string& owner,
        SourceRange owner_range,
        Diagnostics& diagnostics
    )
        : options_(options),
          path_(path),
          owner_(owner),
          owner_range_(owner_range),
          diagnostics_(diagnostics) {}

    void run(const OptionGroup& group) {
        std::vector<std::string> given;
        std::vector<std::string> left_out;
        for (const std::string& name : group.names) {
            (options_.is_given(path_ + name) ? given : left_out).push_back(name);
        }
        switch (group.rule) {
            case OptionGroup::Rule::exactly_one:
                one_needed(group, given);
                return one_allowed(given);
            case OptionGroup::Rule::at_most_one:
                return one_allowed(given);
            case OptionGroup::Rule::at_least_one:
                return one_needed(group, given);
            case OptionGroup::Rule::all_or_none:
                if (!given.empty() && !left_out.empty()) {
                    others_needed(given.front(), left_out);
                }
                return;
            case OptionGroup::Rule::needs:
                if (!given.empty() && given.front() == group.names.front() && !left_out.empty()) {
                    others_needed(given.front(), left_out);
                }
                return;
        }
    }

private:
    void one_needed(const OptionGroup& group, const std::vector<std::string>& given) {
        if (given.empty()) {
            diagnostics_.error(
                owner_range_, owner_ + " needs one of " + quoted(group.names, " and ")
            );
        }
    }

    void one_allowed(const std::vector<std::string>& given) {
        if (given.size() > 1) {
            diagnostics_.error(
                range_of(given.back()),
                "only one of " + quoted(given, " and ") + " may be given in " + owner_
            );
        }
    }

    void others_needed(const std::string& given, const std::vector<std::string>& left_out) {
        diagnostics_.error(
            range_of(given), "\"" + given + "\" needs " + quoted(left_out, " and ") + " too"
        );
    }

    SourceRange range_of(const std::string& name) const {
        return options_.ranges.find(path_ + name)->second;
    }

    const GivenOptions& options_;
    const std::string& path_;
    const std::string& owner_;
    SourceRange owner_range_;
    Diagnostics& diagnostics_;
};

void check_word(
    const OptionSpec& option, const std::string& value, SourceRange range, Diagnostics& diagnostics
) {
    if (value.empty() || value.find(kUnknownValue) != std::string::npos ||
        std::find(option.allowed.begin(), option.allowed.end(), value) != option.allowed.end()) {
        return;
    }
    std::string hint = did_you_mean_hint(value, option.allowed);
    diagnostics.error(
        range,
        "\"" + value + "\" is no value for option \"" + option.name + "\"",
        hint.empty() ? "use " + quoted(option.allowed, " or ") : hint
    );
}

void check_words(
    const OptionSpec& option, const void* member, SourceRange range, Diagnostics& diagnostics
) {
    if (option.type == OptionType::string) {
        check_word(option, *static_cast<const std::string*>(member), range, diagnostics);
    } else if (option.type == OptionType::string_list) {
        for (const auto& text : *static_cast<const std::vector<std::string>*>(member)) {
            check_word(option, text, range, diagnostics);
        }
    }
}

void check_range(
    const OptionSpec& option, std::int64_t value, SourceRange range, Diagnostics& diagnostics
) {
    const bool too_small = option.minimum && value < *option.minimum;
    const bool too_large = option.maximum && value > *option.maximum;
    if (value == 0 || (!too_small && !too_large)) {
        return;
    }
    std::string limits = option.minimum && option.maximum
                             ? "between " + std::to_string(*option.minimum) + " and " +
                                   std::to_string(*option.maximum)
                         : option.minimum ? std::to_string(*option.minimum) + " or more"
                                          : std::to_string(*option.maximum) + " or less";
    diagnostics.error(
        range,
        "option \"" + option.name + "\" must be " + limits + ", found " + std::to_string(value)
    );
}

void check_block_rules(
    const OptionTable& table,
    const void* object,
    const DecodedOptions& options,
    const std::string& path,
    const Facts& facts,
    SourceRange subject,
    Diagnostics& diagnostics
) {
    const CheckContext context(facts, options.ranges(), path, subject, diagnostics);
    for (const OptionRule& rule : table.rules()) {
        rule.check(static_cast<const char*>(object) + rule.offset_bytes, context);
    }
    for (const OptionSpec& option : table.options()) {
        if (!option.is_block()) {
            continue;
        }
        for (std::size_t i = 0; i < option.count(object); ++i) {
            const std::string at = path + option.name + "[" + std::to_string(i) + "]";
            check_block_rules(
                option.nested(),
                option.element(object, i),
                options,
                at + ".",
                facts,
                options.range_of(at),
                diagnostics
            );
        }
    }
}

}  // namespace

std::string text_of(const OptionGroup& group) {
    const std::string all = listed(group.names, "`", " and ");
    switch (group.rule) {
        case OptionGroup::Rule::exactly_one:
            return "One of " + all + " is required, and no more than one.";
        case OptionGroup::Rule::at_most_one:
            return "At most one of " + all + ".";
        case OptionGroup::Rule::at_least_one:
            return "At least one of " + all + ".";
        case OptionGroup::Rule::all_or_none:
            return "All of " + all + ", or none of them.";
        case OptionGroup::Rule::needs:
            return "`" + group.names.front() + "` needs " +
                   listed({group.names.begin() + 1, group.names.end()}, "`", " and ") + ".";
    }
    return "";
}

void check_required(
    const OptionTable& table,
    const GivenOptions& options,
    const std::string& path,
    const std::string& owner,
    SourceRange owner_range,
    Diagnostics& diagnostics
) {
    for (const OptionSpec& option : table.options()) {
        if (option.required && !options.is_given(path + option.name)) {
            diagnostics.error(owner_range, owner + " needs option \"" + option.name + "\"");
        }
    }
    GroupCheck check(options, path, owner, owner_range, diagnostics);
    for (const OptionGroup& group : table.groups()) {
        check.run(group);
    }
}

void check_values(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const void* object,
    Diagnostics& diagnostics
) {
    for (const OptionSpec& option : table.options()) {
        const auto range = ranges.find(path + option.name);
        if (range == ranges.end()) {
            continue;
        }
        if (!option.deprecated.empty()) {
            diagnostics.warning(
                range->second, "option \"" + option.name + "\" is deprecated", option.deprecated
            );
        }
        if (option.is_block()) {
            for (std::size_t i = 0; i < option.count(object); ++i) {
                const std::string at = path + option.name + "[" + std::to_string(i) + "].";
                check_values(option.nested(), ranges, at, option.element(object, i), diagnostics);
            }
            continue;
        }
        const void* member = option.readable(object);
        if (member == nullptr) {
            continue;  // its value did not fit, which has been said
        }
        if (!option.allowed.empty()) {
            check_words(option, member, range->second, diagnostics);
        }
        if (option.type == OptionType::integer) {
            const auto value = *static_cast<const std::int64_t*>(member);
            check_range(option, value, range->second, diagnostics);
        }
    }
}

void check_rules(
    const DecodedOptions& options,
    const Facts& facts,
    SourceRange component,
    Diagnostics& diagnostics
) {
    check_block_rules(
        options.table(), options.object(), options, "", facts, component, diagnostics
    );
}

}  // namespace kiln::plan
