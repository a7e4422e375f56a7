// Templates are read in three passes over their pieces (runs of text, interpolations and the parts
// of directives): first the pieces are collected and `~` takes the white space beside it away,
// then `<<-` takes the indentation away, then `if` and `for` become expressions. The order
// matters: a line whose indentation a `~` took no longer counts as indented.

#include "base/strings.hpp"
#include "hcl/parser_state.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace kiln::hcl {

struct Parser::TemplatePiece {
    enum class Kind { text, interpolation, if_open, if_else, if_close, for_open, for_close };

    Kind kind;
    SourceRange range;
    std::string text = {};
    ExpressionPtr expression = {};  // interpolated, condition of `if`, collection of `for`
    std::shared_ptr<ForExpression> loop = {};  // of `for`, still without a result
    bool trim_before = false;
    bool trim_after = false;
};

namespace {

void trim_left(std::string& text) {
    const std::string_view kept = trim_white_space(text);
    if (kept.empty()) {
        text.clear();
        return;
    }
    text.erase(0, static_cast<std::size_t>(kept.data() - text.data()));
}

void trim_right(std::string& text) {
    const std::string_view kept = trim_white_space(text);
    text.resize(
        kept.empty() ? 0 : static_cast<std::size_t>(kept.data() - text.data()) + kept.size()
    );
}

bool is_blank_line(std::string_view text) {
    return text.ends_with('\n') && trim_white_space(text).empty();
}

// Leading white space, in code points.
std::size_t indentation(std::string_view text) {
    const std::string_view kept = trim_white_space(text);
    const std::size_t bytes =
        kept.empty() ? text.size() : static_cast<std::size_t>(kept.data() - text.data());
    return code_points(text.substr(0, bytes)).size();
}

std::size_t bytes_of_code_points(std::string_view text, std::size_t count) {
    std::size_t bytes = 0;
    while (count > 0 && bytes < text.size()) {
        ++bytes;
        while (bytes < text.size() && !begins_code_point(text[bytes])) {
            ++bytes;
        }
        --count;
    }
    return bytes;
}

// Text outside of quotes has but two escapes.
std::string decode_raw(std::string_view raw) {
    if (raw.find("${") == std::string_view::npos && raw.find("%{") == std::string_view::npos) {
        return std::string(raw);
    }
    std::string text = replace_all(std::string(raw), "$${", "${");
    return replace_all(std::move(text), "%%{", "%{");
}

std::optional<char32_t> parse_hex(std::string_view digits) {
    char32_t value = 0;
    for (const char c : digits) {
        const std::size_t digit =
            std::string_view("0123456789abcdef")
                .find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        value = value * 16 + static_cast<char32_t>(digit);
    }
    return value;
}

bool is_scalar_value(char32_t c) {
    return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
}

ExpressionPtr text_expression(std::vector<ExpressionPtr> parts, SourceRange range) {
    if (parts.empty()) {
        return make_expression(LiteralExpression{Value::string("")}, range);
    }
    if (parts.size() == 1 && literal_string(*parts.front())) {
        return make_expression(parts.front()->node, range);
    }
    return make_expression(TemplateExpression{std::move(parts)}, range);
}

}  // namespace

ExpressionPtr Parser::parse_whole_template() {
    TemplatePieces pieces = parse_pieces(TokenKind::end);
    return fold_template(pieces, whole_range());
}

ExpressionPtr Parser::parse_quoted() {
    const Nesting nesting(*this);
    const Token open = take();
    TemplatePieces pieces = parse_pieces(TokenKind::quote_close);
    take();
    return fold_template(pieces, range_from(open.begin));
}

// ---- collecting the pieces

Parser::TemplatePieces Parser::parse_pieces(TokenKind close) {
    TemplatePieces pieces;
    bool trim_next = false;
    while (!at(close)) {
        TemplatePiece piece = parse_piece(close);
        if (piece.kind == TemplatePiece::Kind::text && trim_next) {
            trim_left(piece.text);
        }
        if (piece.trim_before && !pieces.empty() &&
            pieces.back().kind == TemplatePiece::Kind::text) {
            trim_right(pieces.back().text);
        }
        trim_next = piece.trim_after;
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

Parser::TemplatePiece Parser::parse_piece(TokenKind close) {
    if (at(TokenKind::interpolation_open)) {
        return parse_interpolation();
    }
    if (at(TokenKind::directive_open)) {
        return parse_directive();
    }
    if (!at(TokenKind::text)) {
        fail_unexpected("the end of the template");
    }
    const Token token = take();
    const bool quoted = close == TokenKind::quote_close;
    return {
        TemplatePiece::Kind::text,
        range(token),
        quoted ? decode_quoted(token) : decode_raw(text(token))};
}

Parser::TemplatePiece Parser::parse_interpolation() {
    const IgnoreNewlines ignore(*this, true);
    const Token open = take();
    TemplatePiece piece{TemplatePiece::Kind::interpolation, range(open)};
    piece.trim_before = text(open).ends_with('~');
    piece.expression = parse_expression();
    piece.trim_after = text(peek()).starts_with('~');
    expect_close(TokenKind::sequence_close, open, "interpolation");
    piece.range = range_from(open.begin);
    return piece;
}

Parser::TemplatePiece Parser::parse_directive() {
    const IgnoreNewlines ignore(*this, true);
    const Token open = take();
    TemplatePiece piece{TemplatePiece::Kind::if_open, range(open)};
    piece.trim_before = text(open).ends_with('~');
    const Token keyword = expect_identifier("if, else, endif, for or endfor");
    const std::string word(text(keyword));
    if (word == "if") {
        piece.expression = parse_expression();
    } else if (word == "for") {
        parse_for_header(piece);
    } else if (word == "else") {
        piece.kind = TemplatePiece::Kind::if_else;
    } else if (word == "endif") {
        piece.kind = TemplatePiece::Kind::if_close;
    } else if (word == "endfor") {
        piece.kind = TemplatePiece::Kind::for_close;
    } else {
        std::string hint = did_you_mean_hint(word, {"if", "else", "endif", "for", "endfor"});
        fail(
            range(keyword),
            "there is no template directive \"" + word + "\"",
            hint.empty() ? "write %%{ for a literal %{" : hint
        );
    }
    piece.trim_after = text(peek()).starts_with('~');
    expect_close(TokenKind::sequence_close, open, "directive");
    piece.range = range_from(open.begin);
    return piece;
}

void Parser::parse_for_header(TemplatePiece& piece) {
    piece.kind = TemplatePiece::Kind::for_open;
    piece.loop = std::make_shared<ForExpression>();
    piece.loop->value_name = text(expect_identifier("a variable name after \"for\""));
    if (take_if(TokenKind::comma)) {
        piece.loop->key_name = std::exchange(piece.loop->value_name, {});
        piece.loop->value_name = text(expect_identifier("a second variable name"));
    }
    if (!at_word("in")) {
        fail_unexpected("\"in\" of the for", "as in %{ for x in list }");
    }
    take();
    piece.loop->collection = parse_expression();
}

std::string Parser::decode_quoted(const Token& token) {
    const std::string_view raw = text(token);
    if (raw.find_first_of("\\$%") == std::string_view::npos) {
        return std::string(raw);
    }
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size();) {
        const char c = raw[i];
        if (c == '\\') {
            i += decode_escape(token, i, out);
        } else if ((c == '$' || c == '%') && i + 2 < raw.size() && raw[i + 1] == c && raw[i + 2] == '{') {
            out += raw.substr(i + 1, 2);
            i += 3;
        } else {
            out += c;
            ++i;
        }
    }
    return out;
}

// Decodes the escape at raw[at] and returns the bytes it takes.
std::size_t Parser::decode_escape(const Token& token, std::size_t at, std::string& out) {
    const std::string_view rest = text(token).substr(at);
    const std::size_t begin = token.begin + at;
    const auto escape_range = [&](std::size_t length) {
        return source_.range(begin, begin + length);
    };
    const char letter = rest.size() > 1 ? rest[1] : '\0';
    if (letter == 'u' || letter == 'U') {
        const std::size_t count = letter == 'u' ? 4 : 8;
        const std::string_view digits = rest.substr(2, count);
        const std::optional<char32_t> code_point =
            digits.size() == count ? parse_hex(digits) : std::nullopt;
        if (!code_point) {
            report(
                escape_range(2),
                std::string("\\") + letter + " takes " + std::to_string(count) +
                    " hexadecimal digits"
            );
            return 2;
        }
        if (!is_scalar_value(*code_point)) {
            report(escape_range(2 + count), "there is no such Unicode character");
            return 2 + count;
        }
        append_utf8(out, *code_point);
        return 2 + count;
    }
    constexpr std::string_view kLetters = "nrt\"\\";
    const std::size_t index = letter == '\0' ? std::string_view::npos : kLetters.find(letter);
    if (index == std::string_view::npos) {
        report(
            escape_range(std::min<std::size_t>(rest.size(), 2)),
            "unknown escape in a string",
            "the escapes are \\n \\r \\t \\\" \\\\ \\uHHHH \\UHHHHHHHH; write \\\\ for a backslash"
        );
        return 1;
    }
    out += std::string_view("\n\r\t\"\\")[index];
    return 2;
}

// ---- indentation of <<- heredocs

ExpressionPtr Parser::parse_heredoc() {
    const Nesting nesting(*this);
    const Token open = take();
    TemplatePieces pieces = parse_pieces(TokenKind::heredoc_close);
    take();
    if (text(open).starts_with("<<-")) {
        unindent(pieces);
    }
    return fold_template(pieces, range_from(open.begin));
}

void Parser::unindent(TemplatePieces& pieces) {
    std::vector<std::string*> lines;  // the beginnings of lines that are not blank
    std::size_t smallest = std::string::npos;
    bool line_start = true;
    for (TemplatePiece& piece : pieces) {
        const bool is_text = piece.kind == TemplatePiece::Kind::text;
        if (line_start && !is_text) {
            smallest = 0;
        } else if (line_start && !is_blank_line(piece.text)) {
            smallest = std::min(smallest, indentation(piece.text));
            lines.push_back(&piece.text);
        }
        line_start = is_text && piece.text.ends_with('\n');
    }
    for (std::string* line : lines) {
        line->erase(0, bytes_of_code_points(*line, smallest));
    }
}

// ---- directives to expressions

ExpressionPtr Parser::fold_template(TemplatePieces& pieces, SourceRange whole) {
    if (pieces.size() == 1 && pieces.front().kind == TemplatePiece::Kind::interpolation) {
        return pieces.front().expression;
    }
    std::size_t next = 0;
    std::vector<ExpressionPtr> parts = fold_pieces(pieces, next);
    if (next < pieces.size()) {
        const TemplatePiece& stray = pieces[next];
        fail(
            stray.range,
            "this directive belongs to no " +
                std::string(stray.kind == TemplatePiece::Kind::for_close ? "for" : "if")
        );
    }
    return text_expression(std::move(parts), whole);
}

// Folds up to the end or to a directive that continues or closes the one around.
std::vector<ExpressionPtr> Parser::fold_pieces(TemplatePieces& pieces, std::size_t& next) {
    const Nesting nesting(*this);
    std::vector<ExpressionPtr> parts;
    while (next < pieces.size()) {
        TemplatePiece& piece = pieces[next];
        switch (piece.kind) {
            case TemplatePiece::Kind::text: {
                SourceRange range = piece.range;
                std::string text = std::move(piece.text);
                for (++next; next < pieces.size() && pieces[next].kind == TemplatePiece::Kind::text;
                     ++next) {
                    text += pieces[next].text;
                    range = join(range, pieces[next].range);
                }
                if (!text.empty()) {
                    parts.push_back(make_expression(LiteralExpression{Value::string(text)}, range));
                }
                break;
            }
            case TemplatePiece::Kind::interpolation:
                parts.push_back(std::move(piece.expression));
                ++next;
                break;
            case TemplatePiece::Kind::if_open:
                parts.push_back(fold_if(pieces, next));
                break;
            case TemplatePiece::Kind::for_open:
                parts.push_back(fold_for(pieces, next));
                break;
            case TemplatePiece::Kind::if_else:
            case TemplatePiece::Kind::if_close:
            case TemplatePiece::Kind::for_close:
                return parts;
        }
    }
    return parts;
}

ExpressionPtr Parser::fold_if(TemplatePieces& pieces, std::size_t& next) {
    const TemplatePiece& open = pieces[next++];
    ExpressionPtr when_true = text_expression(fold_pieces(pieces, next), open.range);
    ExpressionPtr when_false = text_expression({}, open.range);
    if (next < pieces.size() && pieces[next].kind == TemplatePiece::Kind::if_else) {
        const SourceRange else_range = pieces[next++].range;
        when_false = text_expression(fold_pieces(pieces, next), else_range);
    }
    if (next == pieces.size() || pieces[next].kind != TemplatePiece::Kind::if_close) {
        fail(open.range, "this if has no endif", "close it with %{ endif }");
    }
    const SourceRange whole = join(open.range, pieces[next++].range);
    return make_expression(
        ConditionalExpression{open.expression, std::move(when_true), std::move(when_false)}, whole
    );
}

ExpressionPtr Parser::fold_for(TemplatePieces& pieces, std::size_t& next) {
    const TemplatePiece& open = pieces[next++];
    open.loop->result = text_expression(fold_pieces(pieces, next), open.range);
    if (next == pieces.size() || pieces[next].kind != TemplatePiece::Kind::for_close) {
        fail(open.range, "this for has no endfor", "close it with %{ endfor }");
    }
    const SourceRange whole = join(open.range, pieces[next++].range);
    ExpressionPtr loop = make_expression(std::shared_ptr<const ForExpression>(open.loop), whole);
    return make_expression(TemplateForExpression{std::move(loop)}, whole);
}

}  // namespace kiln::hcl
