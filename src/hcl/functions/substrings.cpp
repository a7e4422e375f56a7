#include "hcl/functions/library.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

/// Where a piece of `length` characters begins and ends in a text of `size`: a negative offset
/// counts from the end, a negative length means all the rest, and both are cut to what is there.
std::pair<std::size_t, std::size_t> clamp_piece(
    std::int64_t offset, std::int64_t length, std::size_t size
) {
    const auto whole_size = static_cast<std::int64_t>(size);
    const std::int64_t begin =
        offset < 0 ? std::max<std::int64_t>(0, whole_size + offset) : std::min(offset, whole_size);
    const std::int64_t rest = whole_size - begin;
    const std::int64_t count = length < 0 ? rest : std::min(length, rest);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(begin + count)};
}

CallResult substr(const Arguments& arguments) {
    const auto offset = whole(arguments[1]);
    if (!offset) {
        return not_whole(1, "offset");
    }
    const auto length = whole(arguments[2]);
    if (!length) {
        return not_whole(2, "length");
    }
    const std::vector<std::string_view> characters = graphemes(arguments[0].as_string());
    const auto [begin, end] = clamp_piece(*offset, *length, characters.size());
    std::string piece;
    for (std::size_t i = begin; i < end; ++i) {
        piece.append(characters[i]);
    }
    return text_value(piece);
}

CallResult trim_characters(const Arguments& arguments) {
    const std::vector<std::string_view> cut = code_points(arguments[1].as_string());
    const std::vector<std::string_view> points = code_points(arguments[0].as_string());
    const auto stays = [&cut](std::string_view point) {
        return std::find(cut.begin(), cut.end(), point) == cut.end();
    };
    const auto first = std::find_if(points.begin(), points.end(), stays);
    const auto last = std::find_if(points.rbegin(), points.rend(), stays).base();
    std::string kept;
    for (auto point = first; point < last; ++point) {
        kept.append(*point);
    }
    return text_value(kept);
}

CallResult trim_prefix(const Arguments& arguments) {
    std::string_view text = arguments[0].as_string();
    const std::string& prefix = arguments[1].as_string();
    return text_value(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
}

CallResult trim_suffix(const Arguments& arguments) {
    std::string_view text = arguments[0].as_string();
    const std::string& suffix = arguments[1].as_string();
    return text_value(text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text);
}

CallResult starts_with(const Arguments& arguments) {
    return Value::boolean(arguments[0].as_string().starts_with(arguments[1].as_string()));
}

CallResult ends_with(const Arguments& arguments) {
    return Value::boolean(arguments[0].as_string().ends_with(arguments[1].as_string()));
}

CallResult string_contains(const Arguments& arguments) {
    const std::size_t at = arguments[0].as_string().find(arguments[1].as_string());
    return Value::boolean(at != std::string::npos);
}

}  // namespace

void add_substring_functions(FunctionTable& table) {
    const Type string = Type::string();
    const Type boolean = Type::boolean();
    table.add(
        make_function("substr", {text("str"), number("offset"), number("length")}, string, substr)
    );
    table.add(make_function("trim", {text("str"), text("cutset")}, string, trim_characters));
    table.add(make_function("trimprefix", {text("str"), text("prefix")}, string, trim_prefix));
    table.add(make_function("trimsuffix", {text("str"), text("suffix")}, string, trim_suffix));
    table.add(make_function("startswith", {text("str"), text("prefix")}, boolean, starts_with));
    table.add(make_function("endswith", {text("str"), text("suffix")}, boolean, ends_with));
    table.add(make_function("strcontains", {text("str"), text("substr")}, boolean, string_contains)
    );
}

}  // namespace kiln::hcl::functions
