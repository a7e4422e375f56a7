// Cuts a text into tokens. The language nests two ways of reading in each other: expressions hold
// templates (strings, heredocs) and templates hold expressions (`${`, `%{`). A stack of frames
// says which one the scanner is in; it lives on the heap, so no input can exhaust the stack.

#include "hcl/scanner.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <limits>
#include <utf8proc.h>

namespace kiln::hcl {

namespace {

// Offset of the first byte that is not UTF-8, npos when there is none.
std::size_t find_invalid_utf8(std::string_view text) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    std::size_t i = 0;
    while (i < text.size()) {
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            ++i;
            continue;
        }
        utf8proc_int32_t code_point = 0;
        const auto rest = static_cast<utf8proc_ssize_t>(text.size() - i);
        const auto length = utf8proc_iterate(bytes + i, rest, &code_point);
        if (length <= 0) {
            return i;
        }
        i += static_cast<std::size_t>(length);
    }
    return std::string_view::npos;
}

struct Symbol {
    std::string_view text;
    TokenKind kind;
};

// Longer ones first. Quotes, heredocs, braces and comments are not simple and stand elsewhere.
constexpr Symbol kSymbols[] = {
    {"...", TokenKind::ellipsis},
    {"=>", TokenKind::fat_arrow},
    {"==", TokenKind::equal},
    {"!=", TokenKind::not_equal},
    {"<=", TokenKind::less_or_equal},
    {">=", TokenKind::greater_or_equal},
    {"&&", TokenKind::logical_and},
    {"||", TokenKind::logical_or},
    {"[", TokenKind::open_bracket},
    {"]", TokenKind::close_bracket},
    {"(", TokenKind::open_paren},
    {")", TokenKind::close_paren},
    {"=", TokenKind::assign},
    {"<", TokenKind::less},
    {">", TokenKind::greater},
    {"!", TokenKind::logical_not},
    {"+", TokenKind::plus},
    {"-", TokenKind::minus},
    {"*", TokenKind::star},
    {"/", TokenKind::slash},
    {"%", TokenKind::percent},
    {"?", TokenKind::question},
    {":", TokenKind::colon},
    {",", TokenKind::comma},
    {".", TokenKind::dot},
};

std::string hint_for_character(std::string_view text) {
    switch (text.front()) {
        case '\'':
        case '`':
            return "strings are written in double quotes";
        case ';':
            return "items are separated by newlines";
        case '&':
            return "the logical operator is &&";
        case '|':
            return "the logical operator is ||";
        case '$':
            return "names are written bare outside of strings: var.x";
        case '\r':
            return "lines end with a newline, or a carriage return and a newline";
        default:
            break;
    }
    if (text.starts_with("\u201C") || text.starts_with("\u201D")) {
        return "strings are written in straight double quotes";
    }
    return {};
}

class Scanner {
public:
    Scanner(const SourceText& source, Diagnostics& diagnostics)
        : source_(source), text_(source.text()), diagnostics_(diagnostics) {}

    std::vector<Token> run(ScanStart start) {
        frames_.push_back({start == ScanStart::config ? Mode::expression : Mode::bare_template});
        if (source_.is_whole_file() && text_.starts_with(kByteOrderMark)) {
            at_ = kByteOrderMark.size();
        }
        while (at_ < text_.size()) {
            step();
        }
        close_open_frames();
        emit(TokenKind::end, at_);
        return std::move(tokens_);
    }

private:
    enum class Mode { expression, quoted, heredoc, bare_template };
    struct Frame {
        Mode mode;
        std::size_t begin = 0;         // of the token that opened it
        std::string_view marker = {};  // of a heredoc
        std::size_t open_braces = 0;   // in expression mode
        bool at_line_start = false;    // in a heredoc
    };

    void step() {
        switch (frames_.back().mode) {
            case Mode::expression:
                return scan_expression();
            case Mode::quoted:
                return scan_quoted();
            case Mode::heredoc:
                return scan_heredoc();
            case Mode::bare_template:
                return scan_bare_template();
        }
    }

    // ---- expressions

    void scan_expression() {
        const char c = text_[at_];
        if (c == ' ' || c == '\t') {
            ++at_;
        } else if (c == '\n' || (c == '\r' && peek(1) == '\n')) {
            emit(TokenKind::newline, at_ + (c == '\n' ? 1 : 2));
        } else if (c == '#' || (c == '/' && peek(1) == '/')) {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (c == '/' && peek(1) == '*') {
            skip_comment();
        } else if (is_digit(c)) {
            emit(TokenKind::number, number_end());
        } else if (c == '"') {
            frames_.push_back({Mode::quoted, at_});
            emit(TokenKind::quote_open, at_ + 1);
        } else if (c == '<' && peek(1) == '<') {
            open_heredoc();
        } else if (c == '{') {
            ++frames_.back().open_braces;
            emit(TokenKind::open_brace, at_ + 1);
        } else if (c == '}' || (c == '~' && peek(1) == '}')) {
            close_brace();
        } else if (const std::size_t length = identifier_length(text_.substr(at_)); length > 0) {
            emit(TokenKind::identifier, at_ + length);
        } else {
            scan_symbol();
        }
    }

    void skip_comment() {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
            report(at_, at_ + 2, "this comment is not closed", "close it with */");
            at_ = text_.size();
            return;
        }
        at_ = end + 2;
    }

    std::size_t skip_digits(std::size_t at) const {
        while (at < text_.size() && is_digit(text_[at])) {
            ++at;
        }
        return at;
    }

    // digits, then perhaps a point and digits, then perhaps an exponent
    std::size_t number_end() const {
        std::size_t end = skip_digits(at_);
        if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
            end = skip_digits(end + 1);
        }
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            std::size_t digits = end + 1;
            if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) {
                ++digits;
            }
            if (digits < text_.size() && is_digit(text_[digits])) {
                end = skip_digits(digits);
            }
        }
        return end;
    }

    void close_brace() {
        Frame& frame = frames_.back();
        const std::size_t length = text_[at_] == '~' ? 2 : 1;
        if (frame.open_braces > 0 && length == 1) {
            --frame.open_braces;
            emit(TokenKind::close_brace, at_ + 1);
        } else if (frame.open_braces == 0 && frames_.size() > 1) {
            frames_.pop_back();
            emit(TokenKind::sequence_close, at_ + length);
        } else if (length == 2) {
            scan_symbol();
        } else {
            emit(TokenKind::close_brace, at_ + 1);  // one too many: the parser says so
        }
    }

    void open_heredoc() {
        const std::size_t begin = at_ + 2 + (peek(2) == '-' ? 1 : 0);
        const std::size_t length = identifier_length(text_.substr(begin));
        std::size_t end = begin + length;
        if (end < text_.size() && text_[end] == '\r') {
            ++end;
        }
        if (length == 0 || end >= text_.size() || text_[end] != '\n') {
            report(
                at_,
                std::max(begin + length, at_ + 2),
                "a heredoc starts with << and a marker at the end of the line",
                "as in <<EOT or <<-EOT"
            );
            emit(TokenKind::invalid, std::max(begin + length, at_ + 2));
            return;
        }
        frames_.push_back({Mode::heredoc, at_, text_.substr(begin, length), 0, true});
        emit(TokenKind::heredoc_open, end + 1);
    }

    void scan_symbol() {
        const std::string_view rest = text_.substr(at_);
        for (const Symbol& symbol : kSymbols) {
            if (rest.starts_with(symbol.text)) {
                return emit(symbol.kind, at_ + symbol.text.size());
            }
        }
        std::size_t end = at_ + 1;
        while (end < text_.size() && !begins_code_point(text_[end])) {
            ++end;
        }
        const std::string character(text_.substr(at_, end - at_));
        const bool printable = static_cast<unsigned char>(character.front()) >= 0x20;
        report(
            at_,
            end,
            printable ? "the character " + character + " has no meaning here"
                      : "a control character has no meaning here",
            hint_for_character(character)
        );
        emit(TokenKind::invalid, end);
    }

    // ---- templates

    // Whether `${` or `%{` stands here and is not escaped as `$${` or `%%{`.
    bool at_sequence(std::size_t at) const {
        return at + 1 < text_.size() && (text_[at] == '$' || text_[at] == '%') &&
               text_[at + 1] == '{';
    }
    bool at_escaped_sequence(std::size_t at) const {
        return at + 2 < text_.size() && (text_[at] == '$' || text_[at] == '%') &&
               text_[at + 1] == text_[at] && text_[at + 2] == '{';
    }

    void open_sequence() {
        const TokenKind kind =
            text_[at_] == '$' ? TokenKind::interpolation_open : TokenKind::directive_open;
        const std::size_t begin = at_;
        emit(kind, at_ + (peek(2) == '~' ? 3 : 2));
        frames_.push_back({Mode::expression, begin});
    }

    void scan_quoted() {
        if (text_[at_] == '"') {
            frames_.pop_back();
            return emit(TokenKind::quote_close, at_ + 1);
        }
        if (at_sequence(at_)) {
            return open_sequence();
        }
        std::size_t end = at_;
        while (end < text_.size() && text_[end] != '"' && text_[end] != '\n' && !at_sequence(end)) {
            if (at_escaped_sequence(end)) {
                end += 3;
                continue;
            }
            const bool escape = text_[end] == '\\';
            ++end;
            if (escape && end < text_.size() && text_[end] != '\n') {
                ++end;
            }
        }
        if (end > at_) {
            emit(TokenKind::text, end);
        }
        if (end < text_.size() && text_[end] == '\n') {
            abandon_line();
        }
    }

    // A string runs into the end of its line. All that was opened on this line is given up, so
    // that the next line is read as what it is.
    void abandon_line() {
        const std::size_t newline_before = text_.rfind('\n', at_ == 0 ? 0 : at_ - 1);
        const std::size_t line = newline_before == std::string_view::npos ? 0 : newline_before + 1;
        std::size_t keep = frames_.size() - 1;
        for (std::size_t i = keep; i > 0 && frames_[i].begin >= line; --i) {
            if (frames_[i].mode == Mode::quoted) {
                keep = i;
            }
        }
        const std::size_t begin = frames_[keep].begin;
        report_open_quote(begin);
        frames_.resize(keep, {Mode::expression});
        tokens_.push_back(
            {TokenKind::broken_string,
             static_cast<std::uint32_t>(begin),
             static_cast<std::uint32_t>(at_)}
        );
    }

    void report_open_quote(std::size_t begin) {
        report(
            begin,
            at_,
            "this string is not closed on its line",
            "write \\n for a newline, or use a heredoc for a text of several lines"
        );
    }

    void scan_heredoc() {
        Frame& frame = frames_.back();
        if (frame.at_line_start) {
            const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
            if (trim(text_.substr(at_, line_end - at_)) == frame.marker) {
                const bool carriage_return = text_[line_end - 1] == '\r';
                frames_.pop_back();
                return emit(TokenKind::heredoc_close, line_end - (carriage_return ? 1 : 0));
            }
            frame.at_line_start = false;
        }
        scan_text(true);
    }

    void scan_bare_template() { scan_text(false); }

    void scan_text(bool by_line) {
        if (at_sequence(at_)) {
            return open_sequence();
        }
        std::size_t end = at_;
        bool line_ended = false;
        while (end < text_.size() && !line_ended && !at_sequence(end)) {
            line_ended = by_line && text_[end] == '\n';
            end += at_escaped_sequence(end) ? std::size_t{3} : std::size_t{1};
        }
        frames_.back().at_line_start = line_ended;
        emit(TokenKind::text, end);
    }

    // The text is over: says which string, heredoc or sequence was not closed, the innermost only.
    void close_open_frames() {
        if (frames_.size() < 2) {
            return;
        }
        const Frame& frame = frames_.back();
        if (frame.mode == Mode::quoted) {
            report_open_quote(frame.begin);
        } else if (frame.mode == Mode::heredoc) {
            report(
                frame.begin,
                line_end(frame.begin),
                "this heredoc is not closed",
                "a line that holds nothing but " + std::string(frame.marker) + " closes it"
            );
        } else {
            report(
                frame.begin,
                frame.begin + 2,
                "this template sequence is not closed",
                "close it with }, or double its first character if it is meant literally"
            );
        }
        emit(TokenKind::invalid, at_);
    }

    std::size_t line_end(std::size_t at) const {
        return std::min(text_.find_first_of("\r\n", at), text_.size());
    }

    // ---- output

    char peek(std::size_t ahead) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void emit(TokenKind kind, std::size_t end) {
        tokens_.push_back({kind, static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)});
        at_ = end;
    }

    void report(std::size_t begin, std::size_t end, std::string summary, std::string hint = {}) {
        if (diagnostics_.error_count() < kMaxMistakes) {
            diagnostics_.error(source_.range(begin, end), std::move(summary), std::move(hint));
        }
    }

    const SourceText& source_;
    std::string_view text_;
    Diagnostics& diagnostics_;
    std::size_t at_ = 0;
    std::vector<Frame> frames_;
    std::vector<Token> tokens_;
};

}  // namespace

bool check_encoding(const SourceFile& file, Diagnostics& diagnostics) {
    const std::string_view text = file.text();
    const auto range = [&](std::size_t begin, std::size_t end) {
        return SourceText(file).range(begin, end);
    };
    if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
        diagnostics.error(range(0, 0), "the file is larger than 4 GiB");
        return false;
    }
    if (text.starts_with(kByteOrderMark)) {
        // The HCL specification forbids it; the HCL that Packer uses skips it all the same.
        diagnostics.warning(
            range(0, kByteOrderMark.size()),
            "the file starts with a byte order mark, which is ignored",
            "save it as UTF-8 without one"
        );
    }
    const std::size_t wrong = std::min(find_invalid_utf8(text), text.find('\0'));
    if (wrong == std::string_view::npos) {
        return true;
    }
    if (text[wrong] == '\0') {
        diagnostics.error(range(wrong, wrong + 1), "the file holds a NUL byte");
    } else {
        diagnostics.error(
            range(wrong, wrong + 1), "the text is not valid UTF-8", "save the file as UTF-8"
        );
    }
    return false;
}

std::vector<Token> scan(const SourceText& source, ScanStart start, Diagnostics& diagnostics) {
    return Scanner(source, diagnostics).run(start);
}

std::string describe(const Token& token, std::string_view source) {
    const std::string_view text = source.substr(token.begin, token.end - token.begin);
    switch (token.kind) {
        case TokenKind::end:
            return "the end of the text";
        case TokenKind::newline:
            return "the end of the line";
        case TokenKind::identifier:
            return "\"" + std::string(text.substr(0, 60)) + "\"";
        case TokenKind::number:
            return "a number";
        case TokenKind::quote_open:
        case TokenKind::quote_close:
            return "a quote";
        case TokenKind::heredoc_open:
        case TokenKind::heredoc_close:
            return "a heredoc";
        case TokenKind::text:
            return "text";
        case TokenKind::broken_string:
        case TokenKind::invalid:
            return "a mistake";
        case TokenKind::open_brace:
        case TokenKind::close_brace:
        case TokenKind::open_bracket:
        case TokenKind::close_bracket:
        case TokenKind::open_paren:
        case TokenKind::close_paren:
        case TokenKind::assign:
        case TokenKind::fat_arrow:
        case TokenKind::equal:
        case TokenKind::not_equal:
        case TokenKind::less:
        case TokenKind::less_or_equal:
        case TokenKind::greater:
        case TokenKind::greater_or_equal:
        case TokenKind::logical_and:
        case TokenKind::logical_or:
        case TokenKind::logical_not:
        case TokenKind::plus:
        case TokenKind::minus:
        case TokenKind::star:
        case TokenKind::slash:
        case TokenKind::percent:
        case TokenKind::question:
        case TokenKind::colon:
        case TokenKind::comma:
        case TokenKind::dot:
        case TokenKind::ellipsis:
        case TokenKind::interpolation_open:
        case TokenKind::directive_open:
        case TokenKind::sequence_close:
            break;
    }
    return "\"" + std::string(text) + "\"";
}

}  // namespace kiln::hcl
