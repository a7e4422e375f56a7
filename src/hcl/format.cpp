#include "hcl/format.hpp"

#include "hcl/parser.hpp"
#include "hcl/scanner.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace kiln::hcl {

namespace {

constexpr std::size_t kIndentColumns = 2;

/// A token or a comment, with the blanks that shall stand before it.
struct Piece {
    TokenKind kind = TokenKind::end;
    bool is_comment = false;
    std::string_view text;
    std::size_t spaces = 0;
};
using Cell = std::vector<Piece>;

/// What stands on one line, in up to three cells. The second and the third are moved so that they
/// stand below those of the line before.
struct Line {
    Cell lead;
    Cell assign;   ///< from a `=` on, when the value ends on this line
    Cell comment;  ///< one that ends the line behind something else
    std::string_view newline;
};

std::size_t columns(const Cell& cell) {
    std::size_t sum = 0;
    for (const Piece& piece : cell) {
        sum += piece.spaces + count_graphemes(piece.text);
    }
    return sum;
}

// ---- Lines

/// Everything between two tokens that is not blank is a comment: `#` and `//` as far as their line
/// reaches, and there the next token stands, `/* */` as far as it says.
void append_comments(Cell& cell, std::string_view gap) {
    std::size_t at = 0;
    while ((at = gap.find_first_not_of(" \t", at)) != std::string_view::npos) {
        const bool is_block = gap.substr(at).starts_with("/*");
        const std::size_t end = is_block ? gap.find("*/", at + 2) + 2 : gap.size();
        cell.push_back({TokenKind::end, true, gap.substr(at, end - at)});
        at = end;
    }
}

constexpr std::array kOpeningKinds = {
    TokenKind::open_brace,
    TokenKind::open_bracket,
    TokenKind::open_paren,
    TokenKind::interpolation_open,
    TokenKind::directive_open};
constexpr std::array kClosingKinds = {
    TokenKind::close_brace,
    TokenKind::close_bracket,
    TokenKind::close_paren,
    TokenKind::sequence_close};

template <class Kinds>
bool is_one_of(const Piece& piece, const Kinds& kinds) {
    return !piece.is_comment && std::find(kinds.begin(), kinds.end(), piece.kind) != kinds.end();
}

/// How a token changes the number of open brackets.
int bracket_change(const Piece& piece) {
    return is_one_of(piece, kOpeningKinds) ? 1 : is_one_of(piece, kClosingKinds) ? -1 : 0;
}

int bracket_change(Cell::const_iterator begin, Cell::const_iterator end) {
    int sum = 0;
    for (; begin != end; ++begin) {
        sum += bracket_change(*begin);
    }
    return sum;
}

bool ends_line(const Piece& piece) {
    return piece.is_comment && !piece.text.starts_with("/*");
}

/// Moves what belongs there from the first cell to the others.
void divide(Line& line) {
    if (line.lead.size() > 1 && ends_line(line.lead.back())) {
        line.comment = {line.lead.back()};
        line.lead.pop_back();
    }
    const auto assign = std::find_if(line.lead.begin(), line.lead.end(), [](const Piece& piece) {
        return !piece.is_comment && piece.kind == TokenKind::assign;
    });
    // A value that goes on on the next lines has no neighbours.
    if (assign != line.lead.end() && assign != line.lead.begin() &&
        bracket_change(assign, line.lead.end()) == 0) {
        line.assign.assign(assign, line.lead.end());
        line.lead.erase(assign, line.lead.end());
    }
}

std::vector<Line> lines_of(std::string_view text, const std::vector<Token>& tokens) {
    std::vector<Line> lines(1);
    std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    for (const Token& token : tokens) {
        append_comments(lines.back().lead, text.substr(at, token.begin - at));
        const std::string_view bytes = text.substr(token.begin, token.end - token.begin);
        at = token.end;
        if (token.kind == TokenKind::newline) {
            lines.back().newline = bytes;
            lines.emplace_back();
        } else if (token.kind != TokenKind::end) {
            lines.back().lead.push_back({token.kind, false, bytes});
        }
    }
    for (Line& line : lines) {
        divide(line);
    }
    return lines;
}

// ---- Indentation

/// The brackets that are open, by the line that opened them: however many one line opens, what is
/// inside is one level deeper.
class Levels {
public:
    std::size_t depth() const { return opened_.size(); }
    void open(int count) { opened_.push_back(count); }
    void close(int count) {
        while (count > 0 && !opened_.empty()) {
            const int here = std::min(count, opened_.back());
            opened_.back() -= here;
            count -= here;
            if (opened_.back() == 0) {
                opened_.pop_back();
            }
        }
    }

private:
    std::vector<int> opened_;
};

void indent(std::vector<Line>& lines) {
    Levels levels;
    for (Line& line : lines) {
        if (line.lead.empty()) {
            continue;
        }
        // Behind the beginning of a heredoc stands text, which has its own brackets.
        const auto text = std::find_if(line.lead.begin(), line.lead.end(), [](const Piece& piece) {
            return !piece.is_comment && piece.kind == TokenKind::heredoc_open;
        });
        const int change = bracket_change(line.lead.begin(), text) +
                           bracket_change(line.assign.begin(), line.assign.end());
        if (change < 0) {
            levels.close(-change);
        }
        line.lead.front().spaces = kIndentColumns * levels.depth();
        if (change > 0) {
            levels.open(change);
        }
    }
}

// ---- Spaces inside of a line

bool is(const Piece& piece, TokenKind kind) {
    return !piece.is_comment && piece.kind == kind;
}

/// Whether an expression can end with `piece`: then a minus behind it subtracts.
bool ends_expression(const Piece& piece) {
    return piece.is_comment || bracket_change(piece) < 0 || is(piece, TokenKind::identifier) ||
           is(piece, TokenKind::number) || is(piece, TokenKind::quote_close) ||
           is(piece, TokenKind::heredoc_close);
}

bool touches_template_text(const Piece& left, const Piece& right) {
    return is(left, TokenKind::text) || is(left, TokenKind::quote_open) ||
           is(left, TokenKind::heredoc_open) || is(right, TokenKind::text) ||
           is(right, TokenKind::quote_close) || is(right, TokenKind::heredoc_close);
}

bool opens_sequence(const Piece& piece) {
    return is(piece, TokenKind::interpolation_open) || is(piece, TokenKind::directive_open);
}

/// Whether a space stands between `left` and `right`; `before` is what stands before `left`, null
/// at the beginning of a cell. The first rule that fits decides.
bool space_between(const Piece* before, const Piece& left, const Piece& right) {
    if (is(left, TokenKind::identifier) && is(right, TokenKind::open_paren)) {
        return false;  // a call
    }
    if (is(left, TokenKind::dot) || is(right, TokenKind::dot) || is(right, TokenKind::comma) ||
        is(right, TokenKind::ellipsis)) {
        return false;
    }
    if (is(left, TokenKind::comma)) {
        return true;
    }
    if (touches_template_text(left, right)) {
        return false;
    }
    const bool is_in = is(left, TokenKind::identifier) && left.text == "in";
    if (is_in && before != nullptr && is(*before, TokenKind::identifier)) {
        return true;  // `for x in [...]` and not an index of `in`
    }
    if (is(right, TokenKind::open_bracket) &&
        (is(left, TokenKind::identifier) || is(left, TokenKind::number) || bracket_change(left) < 0
        )) {
        return false;  // an index
    }
    if (is(left, TokenKind::logical_not)) {
        return false;
    }
    if (is(left, TokenKind::minus)) {
        return before != nullptr && ends_expression(*before);
    }
    if (is(left, TokenKind::open_brace) || is(right, TokenKind::close_brace)) {
        return !(is(left, TokenKind::open_brace) && is(right, TokenKind::close_brace));
    }
    if ((opens_sequence(left) && is(right, TokenKind::open_brace)) ||
        (is(left, TokenKind::close_brace) && is(right, TokenKind::sequence_close))) {
        return true;  // "${ {...} }": so that the braces can be told apart
    }
    if (is(left, TokenKind::sequence_close) && opens_sequence(right)) {
        return false;
    }
    return bracket_change(left) <= 0 && bracket_change(right) >= 0;
}

void space(Cell& cell) {
    for (std::size_t i = 1; i < cell.size(); ++i) {
        const Piece* before = i > 1 ? &cell[i - 2] : nullptr;
        cell[i].spaces = space_between(before, cell[i - 1], cell[i]) ? 1 : 0;
    }
}

// ---- Columns

/// Puts the cells `cell` of neighbouring lines below one another, behind all that stands before.
template <class Width>
void align(std::vector<Line>& lines, Cell Line::*cell, const Width& width_before) {
    auto begin = lines.begin();
    while (begin != lines.end()) {
        const auto has_cell = [cell](const Line& line) { return !(line.*cell).empty(); };
        begin = std::find_if(begin, lines.end(), has_cell);
        const auto end = std::find_if_not(begin, lines.end(), has_cell);
        std::size_t widest = 0;
        for (auto line = begin; line != end; ++line) {
            widest = std::max(widest, width_before(*line));
        }
        for (auto line = begin; line != end; ++line) {
            ((*line).*cell).front().spaces = widest - width_before(*line) + 1;
        }
        begin = end;
    }
}

void append(std::string& out, const Cell& cell) {
    for (const Piece& piece : cell) {
        out.append(piece.spaces, ' ');
        out += piece.text;
    }
}

}  // namespace

std::optional<std::string> format_config(const SourceFile& file, Diagnostics& diagnostics) {
    const std::size_t errors_before = diagnostics.error_count();
    parse_config(file, diagnostics);
    if (diagnostics.error_count() != errors_before) {
        return std::nullopt;
    }
    Diagnostics reported_already;
    std::vector<Line> lines =
        lines_of(file.text(), scan(SourceText(file), ScanStart::config, reported_already));
    indent(lines);
    for (Line& line : lines) {
        space(line.lead);
        space(line.assign);
    }
    align(lines, &Line::assign, [](const Line& line) { return columns(line.lead); });
    align(lines, &Line::comment, [](const Line& line) {
        return columns(line.lead) + columns(line.assign);
    });
    std::string out;
    out.reserve(file.text().size());
    for (const Line& line : lines) {
        append(out, line.lead);
        append(out, line.assign);
        append(out, line.comment);
        out += line.newline;
    }
    return out;
}

}  // namespace kiln::hcl
