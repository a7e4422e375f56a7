#include "template/text/lexer.hpp"

#include "base/ascii.hpp"
#include "hcl/unicode.hpp"
#include "template/text/failure.hpp"

#include <optional>
#include <utility>

namespace kiln::tmpl::text {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) {
    return kSpace.find(c) != std::string_view::npos;
}
// Bytes beyond ASCII are taken for letters: Go's identifiers may hold any letter.
bool is_word(char c) {
    return is_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80U;
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (at_ < text_.size()) {
            read_text();
            if (at_ < text_.size()) {
                read_action();
            }
        }
        add(TokenKind::end, at_, {});
        return std::move(tokens_);
    }

private:
    std::string_view rest() const { return text_.substr(at_); }
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    void add(TokenKind kind, std::size_t offset, std::string value) {
        tokens_.push_back({kind, std::move(value), offset, spaced_});
        spaced_ = false;
    }

    // Up to the next "{{" or the end. Trim markers on both sides take white space away here.
    void read_text() {
        const std::size_t open = text_.find("{{", at_);
        const std::size_t stop = open == std::string_view::npos ? text_.size() : open;
        std::string_view literal = text_.substr(at_, stop - at_);
        if (trim_next_) {
            const std::size_t first = literal.find_first_not_of(kSpace);
            literal.remove_prefix(first == std::string_view::npos ? literal.size() : first);
            trim_next_ = false;
        }
        const bool trims = open != std::string_view::npos && open + 3 < text_.size() &&
                           text_[open + 2] == '-' && is_space(text_[open + 3]);
        if (trims) {
            const std::size_t last = literal.find_last_not_of(kSpace);
            literal = literal.substr(0, last == std::string_view::npos ? 0 : last + 1);
        }
        if (!literal.empty()) {
            add(TokenKind::text, at_, std::string(literal));
        }
        at_ = stop;
        if (open != std::string_view::npos) {
            open_ = open;
            at_ += trims ? 3 : 2;
        }
    }

    void read_action() {
        if (read_comment()) {
            return;
        }
        spaced_ = false;
        add(TokenKind::action_open, open_, {});
        while (!read_close()) {
            if (at_ >= text_.size()) {
                fail(text_, open_, "\"{{\" without \"}}\"");
            }
            if (is_space(peek())) {
                spaced_ = true;
                ++at_;
            } else {
                read_token();
            }
        }
    }

    bool read_comment() {
        const std::size_t begin = text_.find_first_not_of(kSpace, at_);
        if (begin == std::string_view::npos || text_.substr(begin, 2) != "/*") {
            return false;
        }
        const std::size_t end = text_.find("*/", begin + 2);
        if (end == std::string_view::npos) {
            fail(text_, begin, "comment without \"*/\"");
        }
        at_ = end + 2;
        while (is_space(peek()) && rest().substr(0, 2) != "}}" && !closes_trimmed()) {
            ++at_;
        }
        if (!skip_close()) {
            fail(text_, begin, "a comment must stand alone between \"{{\" and \"}}\"");
        }
        return true;
    }

    // " -}}": the space belongs to the marker.
    bool closes_trimmed() const { return is_space(peek()) && rest().substr(1, 3) == "-}}"; }

    bool skip_close() {
        if (closes_trimmed()) {
            at_ += 4;
            trim_next_ = true;
            return true;
        }
        if (rest().substr(0, 2) == "}}") {
            at_ += 2;
            return true;
        }
        return false;
    }

    bool read_close() {
        const std::size_t begin = at_;
        if (!skip_close()) {
            return false;
        }
        add(TokenKind::action_close, begin, {});
        return true;
    }

    void read_token() {
        const char c = peek();
        const std::size_t begin = at_;
        switch (c) {
            case '"':
                return read_quoted();
            case '`':
                return read_raw();
            case '\'':
                return read_character();
            case '|':
                return take(TokenKind::pipe, 1);
            case '(':
                return take(TokenKind::open_parenthesis, 1);
            case ')':
                return take(TokenKind::close_parenthesis, 1);
            case ',':
                return take(TokenKind::comma, 1);
            case '=':
                return take(TokenKind::assign, 1);
            case ':':
                if (peek(1) == '=') {
                    return take(TokenKind::declare, 2);
                }
                break;
            case '$':
                ++at_;
                return add(TokenKind::variable, begin, read_word());
            case '.':
                if (!is_digit(peek(1))) {
                    ++at_;
                    std::string name = read_word();
                    const TokenKind kind = name.empty() ? TokenKind::dot : TokenKind::field;
                    return add(kind, begin, std::move(name));
                }
                return read_number();
            default:
                if (is_digit(c) ||
                    ((c == '-' || c == '+') && (is_digit(peek(1)) || peek(1) == '.'))) {
                    return read_number();
                }
                if (is_word(c)) {
                    return add(TokenKind::identifier, begin, read_word());
                }
                break;
        }
        fail(text_, begin, std::string("unexpected \"") + c + "\" in an action");
    }

    void take(TokenKind kind, std::size_t size) {
        const std::size_t begin = at_;
        at_ += size;
        add(kind, begin, {});
    }

    std::string read_word() {
        const std::size_t begin = at_;
        while (is_word(peek())) {
            ++at_;
        }
        return std::string(text_.substr(begin, at_ - begin));
    }

    void read_number() {
        const std::size_t begin = at_;
        if (peek() == '-' || peek() == '+') {
            ++at_;
        }
        while (is_word(peek()) || peek() == '.' ||
               ((peek() == '-' || peek() == '+') && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E')
               )) {
            ++at_;
        }
        add(TokenKind::number, begin, std::string(text_.substr(begin, at_ - begin)));
    }

    void read_raw() {
        const std::size_t begin = at_;
        const std::size_t end = text_.find('`', begin + 1);
        if (end == std::string_view::npos) {
            fail(text_, begin, "string without a closing `");
        }
        at_ = end + 1;
        add(TokenKind::string, begin, std::string(text_.substr(begin + 1, end - begin - 1)));
    }

    void read_quoted() {
        const std::size_t begin = at_++;
        std::string value;
        while (peek() != '"') {
            read_character_of(value, begin, "string without a closing \"");
        }
        ++at_;
        add(TokenKind::string, begin, std::move(value));
    }

    // 'a': Go's number of the code point.
    void read_character() {
        const std::size_t begin = at_++;
        std::string value;
        while (peek() != '\'') {
            read_character_of(value, begin, "character without a closing '");
        }
        ++at_;
        const auto points = hcl::code_points(value);
        if (points.size() != 1) {
            fail(text_, begin, "a character constant holds one character");
        }
        add(TokenKind::number, begin, std::to_string(code_point(points.front())));
    }

    static unsigned code_point(std::string_view utf8) {
        const auto first = static_cast<unsigned char>(utf8.front());
        unsigned value = utf8.size() == 1   ? first
                         : utf8.size() == 2 ? first & 0x1FU
                         : utf8.size() == 3 ? first & 0x0FU
                                            : first & 0x07U;
        for (const char c : utf8.substr(1)) {
            value = value << 6U | (static_cast<unsigned char>(c) & 0x3FU);
        }
        return value;
    }

    void read_character_of(std::string& value, std::size_t begin, const char* unclosed) {
        if (at_ >= text_.size() || peek() == '\n') {
            fail(text_, begin, unclosed);
        }
        if (peek() != '\\') {
            value += text_[at_++];
            return;
        }
        ++at_;
        read_escape(value);
    }

    void read_escape(std::string& value) {
        const std::size_t begin = at_ - 1;
        const char c = peek();
        constexpr std::string_view kLetters = "abfnrtv\\'\"";
        constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
        const std::size_t known = kLetters.find(c);
        if (c != '\0' && known != std::string_view::npos) {
            value += kMeanings[known];
            ++at_;
        } else if (c == 'x' || c == 'u' || c == 'U') {
            ++at_;
            const auto digits = static_cast<std::size_t>(c == 'x' ? 2 : c == 'u' ? 4 : 8);
            append_code(value, c == 'x', read_digits(digits, 16, begin));
        } else if (c >= '0' && c <= '7') {
            append_code(value, true, read_digits(3, 8, begin));
        } else {
            fail(text_, begin, "unknown escape in a string");
        }
    }

    unsigned read_digits(std::size_t count, int base, std::size_t begin) {
        unsigned value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const char c = peek();
            int digit = 16;
            if (is_digit(c)) {
                digit = c - '0';
            } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
                digit = (c | 0x20) - 'a' + 10;
            }
            if (digit >= base) {
                fail(text_, begin, "malformed escape in a string");
            }
            value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
            ++at_;
        }
        return value;
    }

    static void append_code(std::string& value, bool is_byte, unsigned code) {
        if (is_byte) {
            value += static_cast<char>(code);
        } else {
            hcl::append_utf8(value, static_cast<char32_t>(code));
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t open_ = 0;  // of the action being read
    bool trim_next_ = false;
    bool spaced_ = false;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
    return Lexer(text).run();
}

}  // namespace kiln::tmpl::text
