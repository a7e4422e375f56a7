#include "base/ascii.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/print.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <re2/re2.h>
#include <utility>

namespace kiln::hcl::functions {

namespace {

using Groups = std::vector<re2::StringPiece>;  // the whole match first; data() is null where unset

struct Pattern {
    std::unique_ptr<RE2> expression;
    std::string error;
};

Pattern compile(const std::string& text) {
    RE2::Options options;
    options.set_log_errors(false);
    Pattern pattern{std::make_unique<RE2>(text, options), {}};
    if (!pattern.expression->ok()) {
        pattern.error =
            quote_briefly(text) + " is no regular expression: " + pattern.expression->error();
    }
    return pattern;
}

/// A mixture of named and unnamed groups has no one result type.
Pattern compile_for_groups(const std::string& text) {
    Pattern pattern = compile(text);
    if (!pattern.error.empty()) {
        return pattern;
    }
    const auto named = pattern.expression->CapturingGroupNames().size();
    const int all = pattern.expression->NumberOfCapturingGroups();
    if (named != 0 && static_cast<int>(named) != all) {
        pattern.error = "a regular expression cannot have both named and unnamed groups";
    }
    return pattern;
}

Value group_value(const re2::StringPiece& group) {
    return group.data() == nullptr ? Value::null(Type::string())
                                   : text_value({group.data(), group.size()});
}

/// The text without groups, a tuple of unnamed ones, an object of named ones.
Value match_value(const RE2& expression, const Groups& groups) {
    if (groups.size() == 1) {
        return group_value(groups[0]);
    }
    const std::map<int, std::string>& names = expression.CapturingGroupNames();
    if (!names.empty()) {
        Members members;
        for (const auto& [index, name] : names) {
            members.insert_or_assign(name, group_value(groups[static_cast<std::size_t>(index)]));
        }
        return Value::object(std::move(members));
    }
    Elements elements;
    std::transform(groups.begin() + 1, groups.end(), std::back_inserter(elements), group_value);
    return Value::tuple(std::move(elements));
}

Type match_type(const RE2& expression) {
    const auto count = static_cast<std::size_t>(expression.NumberOfCapturingGroups());
    if (count == 0) {
        return Type::string();
    }
    const std::map<int, std::string>& names = expression.CapturingGroupNames();
    if (names.empty()) {
        return Type::tuple(std::vector<Type>(count, Type::string()));
    }
    Type::Attributes attributes;
    for (const auto& [index, name] : names) {
        attributes[name] = Type::Attribute{Type::string()};
    }
    return Type::object(std::move(attributes));
}

bool match_from(const RE2& expression, const std::string& text, std::size_t at, Groups& groups) {
    return expression.Match(
        text, at, text.size(), RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size())
    );
}

std::size_t code_point_size(std::string_view text) {
    return text.empty() ? 1 : code_points(text.substr(0, 4)).front().size();
}

/// Calls `take` for each match from left to right, without overlaps. An empty match just behind
/// another match does not count.
template <class Take>
void for_each_match(const RE2& expression, const std::string& text, Take take) {
    Groups groups(static_cast<std::size_t>(expression.NumberOfCapturingGroups()) + 1);
    std::size_t at = 0;
    std::optional<std::size_t> previous_end;
    while (at <= text.size() && match_from(expression, text, at, groups)) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        const std::size_t end = begin + groups[0].size();
        if (!(begin == end && previous_end == begin)) {
            take(groups, begin, end);
        }
        previous_end = end;
        at = end > at ? end : at + code_point_size(std::string_view(text).substr(at));
    }
}

CallResult regex(const Arguments& arguments) {
    const Pattern pattern = compile_for_groups(arguments[0].as_string());
    if (!pattern.error.empty()) {
        return fail_at(0, pattern.error);
    }
    const std::string& text = arguments[1].as_string();
    Groups groups(static_cast<std::size_t>(pattern.expression->NumberOfCapturingGroups()) + 1);
    if (!match_from(*pattern.expression, text, 0, groups)) {
        return fail_at(1, "the pattern does not match the string");
    }
    return match_value(*pattern.expression, groups);
}

CallResult regexall(const Arguments& arguments) {
    const Pattern pattern = compile_for_groups(arguments[0].as_string());
    if (!pattern.error.empty()) {
        return fail_at(0, pattern.error);
    }
    Elements matches;
    for_each_match(
        *pattern.expression,
        arguments[1].as_string(),
        [&](const Groups& groups, std::size_t, std::size_t) {
            matches.push_back(match_value(*pattern.expression, groups));
        }
    );
    return Value::list(match_type(*pattern.expression), std::move(matches));
}

bool is_name_character(char c) {
    return is_alphanumeric(c) || c == '_';
}

/// The name of a reference that begins behind a `$`, and how many bytes it takes there.
struct Reference {
    std::string_view name;
    std::size_t size = 0;
};

std::optional<Reference> read_reference(std::string_view text) {
    const bool braced = text.starts_with('{');
    const std::string_view body = text.substr(braced ? 1 : 0);
    const auto* const end = std::find_if_not(body.begin(), body.end(), is_name_character);
    const auto length = static_cast<std::size_t>(end - body.begin());
    if (length == 0 || (braced && (end == body.end() || *end != '}'))) {
        return std::nullopt;
    }
    return Reference{body.substr(0, length), length + (braced ? 2 : 0)};
}

/// The text of the group with that number or name; nothing is the empty text.
std::string_view group_text(const RE2& expression, const Groups& groups, std::string_view name) {
    std::size_t index = groups.size();
    if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        constexpr std::size_t kMaxDigits = 6;
        index = name.size() <= kMaxDigits ? std::stoul(std::string(name)) : index;
    } else {
        const std::map<std::string, int>& names = expression.NamedCapturingGroups();
        const auto found = names.find(std::string(name));
        index = found == names.end() ? index : static_cast<std::size_t>(found->second);
    }
    if (index >= groups.size() || groups[index].data() == nullptr) {
        return {};
    }
    return {groups[index].data(), groups[index].size()};
}

/// `$1`, `${1}`, `$name`, `${name}` and `$$`, as Go expands them: the longest name counts, so that
/// `$1x` is the group named 1x.
void expand(
    std::string& result, std::string_view replacement, const RE2& expression, const Groups& groups
) {
    while (!replacement.empty()) {
        const std::size_t dollar = std::min(replacement.find('$'), replacement.size());
        result.append(replacement.substr(0, dollar));
        replacement.remove_prefix(dollar);
        if (replacement.empty()) {
            return;
        }
        replacement.remove_prefix(1);
        const std::optional<Reference> reference = read_reference(replacement);
        if (reference) {
            result.append(group_text(expression, groups, reference->name));
            replacement.remove_prefix(reference->size);
        } else {
            result.push_back('$');
            replacement.remove_prefix(replacement.starts_with('$') ? 1 : 0);
        }
    }
}

CallResult regex_replace(const Arguments& arguments) {
    const Pattern pattern = compile(arguments[1].as_string());
    if (!pattern.error.empty()) {
        return fail_at(1, pattern.error);
    }
    const std::string& text = arguments[0].as_string();
    std::string result;
    std::size_t copied = 0;
    for_each_match(
        *pattern.expression,
        text,
        [&](const Groups& groups, std::size_t begin, std::size_t end) {
            result.append(text, copied, begin - copied);
            expand(result, arguments[2].as_string(), *pattern.expression, groups);
            copied = end;
        }
    );
    result.append(text, copied, std::string::npos);
    return text_value(result);
}

}  // namespace

void add_regex_functions(FunctionTable& table) {
    table.add(make_function("regex", {text("pattern"), text("string")}, Type::dynamic(), regex));
    table.add(
        make_function("regexall", {text("pattern"), text("string")}, Type::dynamic(), regexall)
    );
    table.add(make_function(
        "regex_replace",
        {text("str"), text("pattern"), text("replacement")},
        Type::string(),
        regex_replace
    ));
}

}  // namespace kiln::hcl::functions
