#include "hcl/functions/yaml_encoder.hpp"

#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/unicode.hpp"

#include <utility>

// The output has to be that of libyaml's emitter, byte for byte, since templates compare and hash
// it. Its rules, as far as they matter for what a template can hold:
//
// - A mapping inside a mapping is indented by two, a sequence inside a mapping is not.
// - A mapping or sequence that is an item of a sequence begins on the line of its dash.
// - A string of several lines is a literal block, unless it holds a character that has to be
//   escaped, or white space at its end or before a line's end: then it is quoted.
// - A quoted string is folded at the first space behind column 80; keys are not.
// - A key of several lines or more than 128 bytes is written as "? key" and ": value".
// - A document that is a plain scalar ends with "...".

namespace kiln::hcl::functions {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kFoldColumn = 80;
constexpr std::size_t kMaxSimpleKey = 128;

struct Escape {
    std::string_view character;
    std::string_view text;
};

constexpr Escape kEscapes[] = {
    {std::string_view("\0", 1), "\\0"},
    {"\a", "\\a"},
    {"\b", "\\b"},
    {"\t", "\\t"},
    {"\n", "\\n"},
    {"\v", "\\v"},
    {"\f", "\\f"},
    {"\r", "\\r"},
    {"\x1b", "\\e"},
    {"\"", "\\\""},
    {"\\", "\\\\"},
    {"\xc2\x85", "\\N"},
    {"\xe2\x80\xa8", "\\L"},
    {"\xe2\x80\xa9", "\\P"},
};

std::string hex(std::string_view prefix, char32_t code, int digits) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string text(prefix);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        text += kDigits[(code >> shift) & 0xFU];
    }
    return text;
}

/// The code point of a whole UTF-8 sequence, which the language's strings consist of.
char32_t decode(std::string_view encoded) {
    const auto first = static_cast<unsigned char>(encoded[0]);
    if (encoded.size() == 1) {
        return first;
    }
    char32_t code = first & (0x7FU >> encoded.size());
    for (const char c : encoded.substr(1)) {
        code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
    }
    return code;
}

/// The escape of one character inside double quotes; "" when it stands for itself.
std::string escape(std::string_view character) {
    for (const Escape& known : kEscapes) {
        if (known.character == character) {
            return std::string(known.text);
        }
    }
    const char32_t code = decode(character);
    if (code < 0x20 || code == 0x7F || (code >= 0x80 && code < 0xA0)) {
        return hex("\\x", code, 2);
    }
    if (code == 0xFEFF || code == 0xFFFE || code == 0xFFFF) {
        return hex("\\u", code, 4);
    }
    return code > 0xFFFF ? hex("\\U", code, 8) : std::string();
}

bool is_line_break(std::string_view character) {
    return character == "\n" || character == "\xe2\x80\xa8" || character == "\xe2\x80\xa9";
}

bool has_several_lines(std::string_view text) {
    for (const std::string_view character : code_points(text)) {
        if (is_line_break(character)) {
            return true;
        }
    }
    return false;
}

/// Whether a literal block can hold the text: see above.
bool fits_literal_block(std::string_view text) {
    bool after_space = false;
    for (const std::string_view character : code_points(text)) {
        if (is_line_break(character) ? after_space : !escape(character).empty()) {
            return false;
        }
        after_space = character == " ";
    }
    return !after_space;
}

class Encoder {
public:
    std::string finish() { return std::move(text_); }

    void document(const Value& value) {
        node(value, 0);
        text_ += '\n';
        const bool plain =
            value.is_null() || value.has(TypeKind::number) || value.has(TypeKind::boolean);
        text_ += plain ? "...\n" : "";
    }

private:
    /// Writes a value at the end of the current line, without a line end behind it. `indent` is
    /// that of the mapping or sequence that holds the value; lines of its own stand deeper.
    void node(const Value& value, std::size_t indent) {
        if (value.has(TypeKind::string)) {
            string(value.as_string(), indent);
        } else if (is_sequence(value)) {
            sequence(value.elements(), indent);
        } else if (is_keyed(value)) {
            mapping(value.members(), indent);
        } else {
            append(value.is_null() ? "null" : *to_text(value));
        }
    }

    void append(std::string_view piece) { text_.append(piece); }

    void new_line(std::size_t indent) { text_.append("\n").append(indent, ' '); }

    std::size_t column() const {
        const std::size_t line = text_.rfind('\n');
        const std::size_t start = line == std::string::npos ? 0 : line + 1;
        return code_points(std::string_view(text_).substr(start)).size();
    }

    /// The items, each on its own line at `indent`; the first where the text stands.
    void sequence(const Elements& elements, std::size_t indent) {
        if (elements.empty()) {
            append("[]");
        }
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (i > 0) {
                new_line(indent);
            }
            append("- ");
            item(elements[i], indent);
        }
    }

    static bool is_block(const Value& value) {
        return (is_sequence(value) || is_keyed(value)) && value.size() > 0;
    }

    /// A value behind a dash or the colon of a long key: collections begin on the same line.
    void item(const Value& value, std::size_t indent) {
        node(value, is_block(value) ? indent + kIndent : indent);
    }

    static bool is_simple_key(const std::string& key) {
        return key.size() <= kMaxSimpleKey && !has_several_lines(key);
    }

    void mapping(const Members& members, std::size_t indent) {
        if (members.empty()) {
            append("{}");
        }
        bool first = true;
        for (const auto& [key, member] : members) {
            if (!std::exchange(first, false)) {
                new_line(indent);
            }
            if (is_simple_key(key)) {
                quoted(key, indent, false);
                append(":");
                member_value(member, indent);
            } else {
                append("? ");
                string(key, indent);
                new_line(indent);
                append(": ");
                item(member, indent);
            }
        }
    }

    void member_value(const Value& member, std::size_t indent) {
        if (!is_block(member)) {
            append(" ");
            node(member, indent);
            return;
        }
        const std::size_t inner = is_keyed(member) ? indent + kIndent : indent;
        new_line(inner);
        node(member, inner);
    }

    void string(const std::string& text, std::size_t indent) {
        if (has_several_lines(text) && fits_literal_block(text)) {
            literal_block(text, indent + kIndent);
        } else {
            quoted(text, indent + kIndent, true);
        }
    }

    /// Without the last line end, which whoever writes the next line adds.
    void literal_block(std::string_view text, std::size_t indent) {
        append("|");
        if (text.starts_with(' ') || is_line_break(code_points(text).front())) {
            append(std::to_string(kIndent));
        }
        if (!text.ends_with('\n')) {
            append("-");
        } else if (text == "\n" || text.ends_with("\n\n")) {
            append("+");
        }
        if (text.ends_with('\n')) {
            text.remove_suffix(1);
        }
        bool line_start = true;
        append("\n");
        for (const std::string_view character : code_points(text)) {
            if (line_start && !is_line_break(character)) {
                text_.append(indent, ' ');
            }
            append(character);
            line_start = is_line_break(character);
        }
    }

    void quoted(std::string_view text, std::size_t indent, bool may_fold) {
        const std::vector<std::string_view> characters = code_points(text);
        append("\"");
        std::size_t at_column = column();
        bool after_space = false;
        for (std::size_t i = 0; i < characters.size(); ++i) {
            const bool is_space = characters[i] == " ";
            const bool inner = i > 0 && i + 1 < characters.size();
            if (is_space && may_fold && inner && !after_space && at_column > kFoldColumn) {
                new_line(indent);
                at_column = indent;
                if (characters[i + 1] == " ") {
                    append("\\");
                    ++at_column;
                }
            } else {
                const std::string escaped = escape(characters[i]);
                append(escaped.empty() ? characters[i] : std::string_view(escaped));
                at_column += escaped.empty() ? 1 : escaped.size();
            }
            after_space = is_space;
        }
        append("\"");
    }

    std::string text_;
};

}  // namespace

std::string to_yaml(const Value& value) {
    Encoder encoder;
    encoder.document(value);
    return encoder.finish();
}

}  // namespace kiln::hcl::functions
