#include "hcl/json.hpp"

#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/unicode.hpp"

#include <cassert>
#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::hcl {

namespace {

// Deeper values could overflow the stack of whatever walks them; no real document comes near.
constexpr std::size_t kMaxDepth = 500;

/// Builds values from the parser's events. A tree of nlohmann's own would lose digits of numbers.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return put(Value::null()); }
    bool boolean(bool truth) override { return put(Value::boolean(truth)); }
    bool number_integer(number_integer_t number) override {
        return put(Value::number(Number(std::int64_t{number})));
    }
    bool number_unsigned(number_unsigned_t number) override {
        return put(Value::number(Number(std::uint64_t{number})));
    }
    bool number_float(number_float_t, const string_t& digits) override {
        const std::optional<Number> number = Number::parse(digits);
        return number ? put(Value::number(*number)) : fail("the number is too large");
    }
    bool string(string_t& text) override { return put(Value::string(text)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(true); }
    bool key(string_t& name) override {
        open_.back().key = normalize(name);
        return true;
    }
    bool end_object() override {
        Members members = std::move(open_.back().members);
        open_.pop_back();
        return put(Value::object(std::move(members)));
    }
    bool start_array(std::size_t) override { return open(false); }
    bool end_array() override {
        Elements elements = std::move(open_.back().elements);
        open_.pop_back();
        return put(Value::tuple(std::move(elements)));
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& problem)
        override {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: what is wrong"
        constexpr std::string_view kPlace = "parse error at ";
        const std::string_view text = problem.what();
        const std::size_t place = text.find(kPlace);
        const std::size_t start =
            place == std::string_view::npos ? text.find("] ") + 2 : place + kPlace.size();
        return fail(std::string(text.substr(start)));
    }

    std::variant<Value, JsonError> finish() {
        if (error_) {
            return *error_;
        }
        return result_;
    }

private:
    struct Open {
        std::string key;
        Members members;
        Elements elements;
        bool is_object = false;
    };

    bool open(bool is_object) {
        if (open_.size() >= kMaxDepth) {
            return fail("more than " + std::to_string(kMaxDepth) + " levels are nested");
        }
        open_.emplace_back().is_object = is_object;
        return true;
    }

    bool put(Value value) {
        if (open_.empty()) {
            result_ = std::move(value);
        } else if (open_.back().is_object) {
            open_.back().members.insert_or_assign(open_.back().key, std::move(value));
        } else {
            open_.back().elements.push_back(std::move(value));
        }
        return true;
    }

    bool fail(std::string message) {
        error_ = JsonError{std::move(message)};
        return false;
    }

    std::vector<Open> open_;
    Value result_;
    std::optional<JsonError> error_;
};

void append_escape(std::string& text, unsigned code) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
        text += kDigits[(code >> shift) & 0xF];
    }
}

/// The letter of a two-character escape, or NUL when the character has none.
char short_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
            return c;
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return '\0';
    }
}

bool needs_unicode_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&';
}

// U+2028 and U+2029 in UTF-8. They end lines in JavaScript, so Go escapes them.
constexpr std::string_view kLineSeparator = "\xe2\x80\xa8";
constexpr std::string_view kParagraphSeparator = "\xe2\x80\xa9";

void append_sequence(std::string& text, const Elements& elements);
void append_object(std::string& text, const Members& members);

void append_value(std::string& text, const Value& value) {
    assert(value.is_known());
    if (value.is_null()) {
        text += "null";
        return;
    }
    switch (value.kind()) {
        case TypeKind::string:
            text += to_json_string(value.as_string());
            return;
        case TypeKind::number:
        case TypeKind::boolean:
            text += *to_text(value);
            return;
        case TypeKind::list:
        case TypeKind::set:
        case TypeKind::tuple:
            append_sequence(text, value.elements());
            return;
        case TypeKind::map:
        case TypeKind::object:
            append_object(text, value.members());
            return;
        case TypeKind::dynamic:
            return;
    }
}

void append_sequence(std::string& text, const Elements& elements) {
    text += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
        text += i == 0 ? "" : ",";
        append_value(text, elements[i]);
    }
    text += ']';
}

void append_object(std::string& text, const Members& members) {
    text += '{';
    bool first = true;
    for (const auto& [key, member] : members) {
        text += std::exchange(first, false) ? "" : ",";
        text += to_json_string(key) + ":";
        append_value(text, member);
    }
    text += '}';
}

}  // namespace

std::variant<Value, JsonError> parse_json(std::string_view text) {
    Builder builder;
    nlohmann::json::sax_parse(text, &builder);
    return builder.finish();
}

std::string to_json(const Value& value) {
    std::string text;
    append_value(text, value);
    return text;
}

std::string to_json_string(std::string_view text) {
    const std::string repaired = is_valid_utf8(text) ? std::string() : to_valid_utf8(text);
    std::string_view rest = repaired.empty() ? text : std::string_view(repaired);
    std::string literal = "\"";
    while (!rest.empty()) {
        const char c = rest.front();
        std::size_t taken = 1;
        if (const char letter = short_escape(c)) {
            literal += {'\\', letter};
        } else if (needs_unicode_escape(c)) {
            append_escape(literal, static_cast<unsigned char>(c));
        } else if (rest.starts_with(kLineSeparator) || rest.starts_with(kParagraphSeparator)) {
            append_escape(literal, rest.starts_with(kLineSeparator) ? 0x2028 : 0x2029);
            taken = kLineSeparator.size();
        } else {
            literal += c;
        }
        rest.remove_prefix(taken);
    }
    return literal + "\"";
}

}  // namespace kiln::hcl
