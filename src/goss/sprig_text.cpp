#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/strings.hpp"
#include "goss/functions.hpp"
#include "goss/semver.hpp"
#include "template/text/values.hpp"

#include <algorithm>
#include <filesystem>

namespace kiln::goss {

namespace {

using tmpl::TextContext;
using tmpl::TextList;
using tmpl::TextMap;
using tmpl::TextValue;
using tmpl::text::Arguments;
using tmpl::text::as_list;
using tmpl::text::CallFailure;
using tmpl::text::FunctionEntry;
using tmpl::text::FunctionMap;
using tmpl::text::integer_argument;
using tmpl::text::is_absent;
using tmpl::text::kAnyNumber;
using tmpl::text::string_argument;
using tmpl::text::to_text;

// More text than any file of tests needs.
constexpr std::size_t kMaxMadeText = 1024UL * 1024;

template <std::string (*kFunction)(const std::string&)>
constexpr FunctionEntry of_text() {
    return {1, 1, [](const Arguments& a, const TextContext& /*context*/) -> TextValue {
                return kFunction(string_argument(a, 0));
            }};
}

char capital(char c) {
    return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

char small(char c) {
    return is_letter(c) && !is_lower(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string to_upper(const std::string& text) {
    std::string out = text;
    std::transform(out.begin(), out.end(), out.begin(), &capital);
    return out;
}

std::string to_lower(const std::string& text) {
    std::string out = text;
    std::transform(out.begin(), out.end(), out.begin(), &small);
    return out;
}

std::string to_title(const std::string& text) {
    std::string out = text;
    for (std::size_t i = 0; i < out.size(); ++i) {
        // As Go's strings.Title: behind what is no letter, digit or underscore.
        const bool inside = i > 0 && (is_alphanumeric(text[i - 1]) || text[i - 1] == '_' ||
                                      static_cast<unsigned char>(text[i - 1]) >= 0x80U);
        if (!inside) {
            out[i] = capital(out[i]);
        }
    }
    return out;
}

std::string untitle(const std::string& text) {
    std::string out = text;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (i == 0 || out[i - 1] == ' ') {
            out[i] = small(out[i]);
        }
    }
    return out;
}

std::string trimmed(const std::string& text) {
    return std::string(trim(text));
}

std::string without_space(const std::string& text) {
    std::string out = text;
    std::erase_if(out, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    return out;
}

// Words of "some-name", "some_name", "some name" and "SomeName", in lower case.
std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    bool open = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool begins = c >= 'A' && c <= 'Z';
        const bool after_small =
            i > 0 && ((text[i - 1] >= 'a' && text[i - 1] <= 'z') || is_digit(text[i - 1]));
        if (c == '-' || c == '_' || c == ' ' || c == '.') {
            open = false;
            continue;
        }
        if (!open || (begins && after_small)) {
            words.emplace_back();
        }
        open = true;
        words.back() += small(c);
    }
    return words;
}

std::string snake_case(const std::string& text) {
    return join(words_of(text), "_");
}

std::string kebab_case(const std::string& text) {
    return join(words_of(text), "-");
}

std::string camel_case(const std::string& text) {
    std::string out;
    for (const std::string& word : words_of(text)) {
        out += to_title(word);
    }
    return out;
}

std::string to_base64(const std::string& text) {
    return encode_base64(text);
}

std::string from_base64(const std::string& text) {
    const auto decoded = decode_base64(text);
    if (!decoded) {
        throw CallFailure{"this is no base64"};
    }
    return *decoded;
}

std::string sha256_of(const std::string& text) {
    return sha256_hex(text);
}

std::string path_base(const std::string& path) {
    const std::string name(base_name(path.ends_with('/') ? path.substr(0, path.size() - 1) : path));
    return name.empty() ? (path.empty() ? "." : "/") : name;
}

std::string path_directory(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().lexically_normal();
    return parent.empty() ? "." : parent;
}

std::string path_extension(const std::string& path) {
    const std::string name(base_name(path));
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? "" : name.substr(dot);
}

std::string path_clean(const std::string& path) {
    std::string clean = std::filesystem::path(path).lexically_normal();
    if (clean.size() > 1 && clean.ends_with('/')) {
        clean.pop_back();
    }
    return clean.empty() ? "." : clean;
}

TextValue trim_all(const Arguments& a, const TextContext& /*context*/) {
    const std::string& cut = string_argument(a, 0);
    const std::string& text = string_argument(a, 1);
    const std::size_t begin = text.find_first_not_of(cut);
    if (begin == std::string::npos) {
        return "";
    }
    return text.substr(begin, text.find_last_not_of(cut) - begin + 1);
}

TextValue trim_prefix(const Arguments& a, const TextContext& /*context*/) {
    const std::string& prefix = string_argument(a, 0);
    const std::string& text = string_argument(a, 1);
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

TextValue trim_suffix(const Arguments& a, const TextContext& /*context*/) {
    const std::string& suffix = string_argument(a, 0);
    const std::string& text = string_argument(a, 1);
    return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

TextValue contains(const Arguments& a, const TextContext& /*context*/) {
    return string_argument(a, 1).find(string_argument(a, 0)) != std::string::npos;
}

TextValue has_prefix(const Arguments& a, const TextContext& /*context*/) {
    return string_argument(a, 1).starts_with(string_argument(a, 0));
}

TextValue has_suffix(const Arguments& a, const TextContext& /*context*/) {
    return string_argument(a, 1).ends_with(string_argument(a, 0));
}

TextValue replace(const Arguments& a, const TextContext& /*context*/) {
    const std::string& from = string_argument(a, 0);
    return from.empty() ? string_argument(a, 2)
                        : replace_all(string_argument(a, 2), from, string_argument(a, 1));
}

TextValue repeat(const Arguments& a, const TextContext& /*context*/) {
    const std::int64_t times = integer_argument(a, 0);
    const std::string& text = string_argument(a, 1);
    if (times < 0 ||
        text.size() * static_cast<std::uint64_t>(std::min<std::int64_t>(times, 1 << 20)) >
            kMaxMadeText ||
        times > (1 << 20)) {
        throw CallFailure{"this makes too much text"};
    }
    std::string out;
    for (std::int64_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

TextValue substring(const Arguments& a, const TextContext& /*context*/) {
    const std::string& text = string_argument(a, 2);
    const auto size = static_cast<std::int64_t>(text.size());
    const std::int64_t begin = std::clamp<std::int64_t>(integer_argument(a, 0), 0, size);
    const std::int64_t asked = integer_argument(a, 1);
    const std::int64_t end = asked < begin || asked > size ? size : asked;
    return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

TextValue truncate(const Arguments& a, const TextContext& /*context*/) {
    const std::int64_t count = integer_argument(a, 0);
    const std::string& text = string_argument(a, 1);
    const auto size = static_cast<std::int64_t>(text.size());
    if (count < 0 && size + count > 0) {
        return text.substr(static_cast<std::size_t>(size + count));
    }
    return count >= 0 && size > count ? text.substr(0, static_cast<std::size_t>(count)) : text;
}

TextValue quote_each(const Arguments& a, const TextContext& /*context*/) {
    std::vector<std::string> parts;
    for (const TextValue& value : a) {
        if (!is_absent(value)) {
            parts.push_back(tmpl::text::quote(to_text(value)));
        }
    }
    return join(parts, " ");
}

TextValue single_quote_each(const Arguments& a, const TextContext& /*context*/) {
    std::vector<std::string> parts;
    for (const TextValue& value : a) {
        if (!is_absent(value)) {
            parts.push_back("'" + to_text(value) + "'");
        }
    }
    return join(parts, " ");
}

TextValue concatenate(const Arguments& a, const TextContext& /*context*/) {
    std::vector<std::string> parts;
    for (const TextValue& value : a) {
        if (!is_absent(value)) {
            parts.push_back(to_text(value));
        }
    }
    return join(parts, " ");
}

std::string indented(const Arguments& a) {
    const std::int64_t spaces = integer_argument(a, 0);
    if (spaces < 0 || spaces > 1000) {
        throw CallFailure{"an indentation is 0 to 1000 spaces"};
    }
    const std::string pad(static_cast<std::size_t>(spaces), ' ');
    return pad + replace_all(string_argument(a, 1), "\n", "\n" + pad);
}

TextValue indent(const Arguments& a, const TextContext& /*context*/) {
    return indented(a);
}

TextValue new_line_indent(const Arguments& a, const TextContext& /*context*/) {
    return "\n" + indented(a);
}

TextValue plural(const Arguments& a, const TextContext& /*context*/) {
    return string_argument(a, integer_argument(a, 2) == 1 ? 0 : 1);
}

std::vector<std::string> cut(const std::string& separator, const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (!separator.empty()) {
        const std::size_t end = text.find(separator, begin);
        parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
        if (end == std::string::npos) {
            return parts;
        }
        begin = end + separator.size();
    }
    for (const char c : text) {
        parts.emplace_back(1, c);
    }
    return parts;
}

TextValue split_list(const Arguments& a, const TextContext& /*context*/) {
    const std::vector<std::string> parts = cut(string_argument(a, 0), string_argument(a, 1));
    return TextList(parts.begin(), parts.end());
}

TextValue split_map(const Arguments& a, const TextContext& /*context*/) {
    TextMap map;
    for (const std::string& part : cut(string_argument(a, 0), string_argument(a, 1))) {
        map.insert_or_assign("_" + std::to_string(map.size()), part);
    }
    return map;
}

std::vector<std::string> texts_of(const TextValue& value) {
    const TextList* list = as_list(value);
    if (list == nullptr) {
        return {to_text(value)};
    }
    std::vector<std::string> texts;
    for (const TextValue& element : *list) {
        if (!is_absent(element)) {
            texts.push_back(to_text(element));
        }
    }
    return texts;
}

TextValue join_list(const Arguments& a, const TextContext& /*context*/) {
    return join(texts_of(a[1]), string_argument(a, 0));
}

TextValue sort_texts(const Arguments& a, const TextContext& /*context*/) {
    std::vector<std::string> texts = texts_of(a[0]);
    std::sort(texts.begin(), texts.end());
    return TextList(texts.begin(), texts.end());
}

TextValue to_texts(const Arguments& a, const TextContext& /*context*/) {
    const std::vector<std::string> texts = texts_of(a[0]);
    return TextList(texts.begin(), texts.end());
}

TextValue as_text(const Arguments& a, const TextContext& /*context*/) {
    return is_absent(a[0]) ? "" : to_text(a[0]);
}

TextValue is_absolute(const Arguments& a, const TextContext& /*context*/) {
    return string_argument(a, 0).starts_with('/');
}

TextValue in_semver_range(const Arguments& a, const TextContext& /*context*/) {
    const auto range = VersionRange::parse(string_argument(a, 0));
    const std::string& text = string_argument(a, 1);
    const auto version = SemanticVersion::parse(text.starts_with('v') ? text.substr(1) : text);
    if (!range || !version) {
        throw CallFailure{"no range or no version"};
    }
    return range->contains(*version);
}

}  // namespace

FunctionMap sprig_text_functions() {
    return {
        {"b64dec", of_text<from_base64>()},
        {"b64enc", of_text<to_base64>()},
        {"base", of_text<path_base>()},
        {"camelcase", of_text<camel_case>()},
        {"cat", {0, kAnyNumber, concatenate}},
        {"clean", of_text<path_clean>()},
        {"contains", {2, 2, contains}},
        {"dir", of_text<path_directory>()},
        {"ext", of_text<path_extension>()},
        {"hasPrefix", {2, 2, has_prefix}},
        {"hasSuffix", {2, 2, has_suffix}},
        {"indent", {2, 2, indent}},
        {"isAbs", {1, 1, is_absolute}},
        {"join", {2, 2, join_list}},
        {"kebabcase", of_text<kebab_case>()},
        {"lower", of_text<to_lower>()},
        {"nindent", {2, 2, new_line_indent}},
        {"nospace", of_text<without_space>()},
        {"plural", {3, 3, plural}},
        {"quote", {0, kAnyNumber, quote_each}},
        {"repeat", {2, 2, repeat}},
        {"replace", {3, 3, replace}},
        {"semverCompare", {2, 2, in_semver_range}},
        {"sha256sum", of_text<sha256_of>()},
        {"snakecase", of_text<snake_case>()},
        {"sortAlpha", {1, 1, sort_texts}},
        {"split", {2, 2, split_map}},
        {"splitList", {2, 2, split_list}},
        {"squote", {0, kAnyNumber, single_quote_each}},
        {"substr", {3, 3, substring}},
        {"title", of_text<to_title>()},
        {"toLower", of_text<to_lower>()},
        {"toString", {1, 1, as_text}},
        {"toStrings", {1, 1, to_texts}},
        {"toUpper", of_text<to_upper>()},
        {"trim", of_text<trimmed>()},
        {"trimAll", {2, 2, trim_all}},
        {"trimPrefix", {2, 2, trim_prefix}},
        {"trimSuffix", {2, 2, trim_suffix}},
        {"trunc", {2, 2, truncate}},
        {"untitle", of_text<untitle>()},
        {"upper", of_text<to_upper>()},
    };
}

}  // namespace kiln::goss
