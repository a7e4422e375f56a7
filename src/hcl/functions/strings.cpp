#include "base/strings.hpp"

#include "hcl/functions/library.hpp"
#include "hcl/print.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

CallResult chomp(const Arguments& arguments) {
    std::string_view text = arguments[0].as_string();
    while (text.ends_with('\n') || text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    return text_value(text);
}

CallResult indent(const Arguments& arguments) {
    const auto spaces = whole(arguments[0]);
    // More than anybody means, and little enough that no text of a template fills the memory.
    constexpr std::int64_t kMaxSpaces = 1000;
    if (!spaces || *spaces < 0 || *spaces > kMaxSpaces) {
        return fail_at(0, "\"spaces\" must be a whole number between 0 and 1000");
    }
    const std::string margin = "\n" + std::string(static_cast<std::size_t>(*spaces), ' ');
    return text_value(replace_all(arguments[1].as_string(), "\n", margin));
}

CallResult join_lists(const Arguments& arguments) {
    if (arguments.size() < 2) {
        return fail("join() needs at least one list");
    }
    std::vector<std::string> texts;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::size_t index = 0;
        for (const Value& element : arguments[i].elements()) {
            if (element.is_null()) {
                return fail_at(
                    i, "element " + std::to_string(index) + " is null, which cannot be joined"
                );
            }
            texts.push_back(element.as_string());
            ++index;
        }
    }
    return text_value(join(texts, arguments[0].as_string()));
}

std::vector<std::string> to_strings(const std::vector<std::string_view>& views) {
    return {views.begin(), views.end()};
}

CallResult split_text(const Arguments& arguments) {
    const std::string& separator = arguments[0].as_string();
    std::string_view rest = arguments[1].as_string();
    if (separator.empty()) {
        return Value::strings(to_strings(code_points(rest)));
    }
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t at = rest.find(separator);
        parts.emplace_back(rest.substr(0, at));
        if (at == std::string_view::npos) {
            return Value::strings(parts);
        }
        rest.remove_prefix(at + separator.size());
    }
}

CallResult replace(const Arguments& arguments) {
    const std::string& text = arguments[0].as_string();
    const std::string& wanted = arguments[1].as_string();
    const std::string& with = arguments[2].as_string();
    if (!wanted.empty()) {
        return text_value(replace_all(text, wanted, with));
    }
    // The empty text stands before, between and behind all characters.
    std::string replaced = with;
    for (const std::string_view character : code_points(text)) {
        replaced.append(character).append(with);
    }
    return text_value(replaced);
}

CallResult reverse_text(const Arguments& arguments) {
    const std::vector<std::string_view> characters = graphemes(arguments[0].as_string());
    std::string reversed;
    for (auto character = characters.rbegin(); character != characters.rend(); ++character) {
        reversed.append(*character);
    }
    return text_value(reversed);
}

CallResult parse_integer(const Arguments& arguments) {
    if (arguments[0].kind() != TypeKind::string) {
        return fail_at(0, "a string is required, not " + friendly_name(arguments[0].type()));
    }
    constexpr std::int64_t kMinBase = 2;
    constexpr std::int64_t kMaxBase = 62;
    const auto base = whole(arguments[1]);
    if (!base || *base < kMinBase || *base > kMaxBase) {
        return fail_at(1, "\"base\" must be a whole number between 2 and 62");
    }
    const std::string& digits = arguments[0].as_string();
    const auto parsed = Number::parse_integer(digits, static_cast<int>(*base));
    if (!parsed) {
        return fail_at(
            0, quote_briefly(digits) + " is no whole number in base " + std::to_string(*base)
        );
    }
    return number_value(*parsed);
}

/// A function of one string to a string.
Function map_text(std::string name, std::string (*map)(std::string_view)) {
    return make_function(
        std::move(name),
        {text("str")},
        Type::string(),
        [map](const Arguments& arguments) { return text_value(map(arguments[0].as_string())); }
    );
}

std::string trim_space(std::string_view text) {
    return std::string(trim_white_space(text));
}

}  // namespace

void add_string_functions(FunctionTable& table) {
    const Type string = Type::string();
    const Type strings = Type::list(string);
    table.add(make_function("chomp", {text("str")}, string, chomp));
    table.add(make_function("indent", {number("spaces"), text("str")}, string, indent));
    table.add(
        make_variadic("join", {text("separator")}, Parameter{"lists", strings}, string, join_lists)
    );
    table.add(map_text("lower", to_lower));
    table.add(map_text("upper", to_upper));
    table.add(map_text("title", to_title));
    table.add(map_text("trimspace", trim_space));
    table.add(make_function("split", {text("separator"), text("str")}, strings, split_text));
    table.add(make_function(
        "replace", {text("str"), text("substring"), text("replacement")}, string, replace
    ));
    table.add(make_function("strrev", {text("str")}, string, reverse_text));
    table.add(
        make_function("parseint", {known("number"), number("base")}, Type::number(), parse_integer)
    );
}

}  // namespace kiln::hcl::functions
