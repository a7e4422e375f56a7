#include "hcl/parser.hpp"

#include "hcl/parser_state.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <utility>

namespace kiln::hcl {

// ---- tokens

Parser::Parser(const SourceText& source, ScanStart start) : source_(source) {
    tokens_ = scan(source_, start, mistakes_);
}

const Token& Parser::peek() {
    while (ignore_newlines_ && tokens_[next_].kind == TokenKind::newline) {
        ++next_;
    }
    return tokens_[next_];
}

const Token& Parser::peek_raw(std::size_t ahead) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token Parser::take() {
    const Token token = peek();
    if (token.kind != TokenKind::end) {
        ++next_;
    }
    last_end_ = token.end;
    return token;
}

bool Parser::take_if(TokenKind kind) {
    if (!at(kind)) {
        return false;
    }
    take();
    return true;
}

bool Parser::at_word(std::string_view word) {
    return at(TokenKind::identifier) && text(peek()) == word;
}

std::string_view Parser::text(const Token& token) const {
    return source_.text().substr(token.begin, token.end - token.begin);
}

// ---- mistakes

void Parser::report(SourceRange subject, std::string summary, std::string hint) {
    if (mistakes_.error_count() >= kMaxMistakes) {
        throw TooManyMistakes{};
    }
    mistakes_.error(subject, std::move(summary), std::move(hint));
}

void Parser::fail(SourceRange subject, std::string summary, std::string hint) {
    report(subject, std::move(summary), std::move(hint));
    throw Abandoned{};
}

void Parser::fail_unexpected(const std::string& expected, std::string hint) {
    const Token found = peek();
    if (found.kind == TokenKind::invalid || found.kind == TokenKind::broken_string) {
        throw Abandoned{};
    }
    if (found.kind == TokenKind::end) {
        if (std::exchange(end_reported_, true)) {
            throw Abandoned{};
        }
    }
    fail(
        range(found),
        "expected " + expected + ", found " + describe(found, source_.text()),
        std::move(hint)
    );
}

Token Parser::expect_identifier(const std::string& expected) {
    if (!at(TokenKind::identifier)) {
        fail_unexpected(expected);
    }
    return take();
}

void Parser::expect_close(TokenKind kind, const Token& open, const std::string& what) {
    if (take_if(kind)) {
        return;
    }
    if (at(TokenKind::end) && !std::exchange(end_reported_, true)) {
        fail(range(open), "this " + what + " is not closed");
    }
    fail_unexpected("the end of this " + what);
}

void Parser::finish(Diagnostics& diagnostics) {
    std::vector<Diagnostic> sorted = mistakes_.list();
    std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return a.subject.begin < b.subject.begin;
    });
    for (Diagnostic& mistake : sorted) {
        diagnostics.add(std::move(mistake));
    }
    if (sorted.size() >= kMaxMistakes) {
        const std::size_t end = source_.text().size();
        diagnostics.error(
            source_.range(end, end), "too many mistakes; no further ones are looked for"
        );
    }
}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
    if (parser_.nesting_ >= kMaxNesting) {
        parser_.fail(
            parser_.range(parser_.peek()),
            "nested too deeply: more than " + std::to_string(kMaxNesting) + " levels",
            "use locals to name parts of it"
        );
    }
    ++parser_.nesting_;
}

ExpressionPtr unknown_expression(SourceRange range) {
    return make_expression(LiteralExpression{Value::unknown()}, range);
}

// ---- bodies

void Parser::parse_file_body(Body& body) {
    const std::size_t end = source_.text().size();
    body.range = whole_range();
    body.missing_item = source_.range(end, end);
    parse_items(body, nullptr);
}

void Parser::parse_items(Body& body, const Token* open) {
    std::unordered_map<std::string_view, SourceRange> names;
    while (true) {
        while (take_if(TokenKind::newline)) {
        }
        if (at(TokenKind::end)) {
            if (open != nullptr && !std::exchange(end_reported_, true)) {
                report(range(*open), "this block is not closed", "close it with }");
            }
            return;
        }
        if (at(TokenKind::close_brace)) {
            if (open != nullptr) {
                return;
            }
            report(range(take()), "this } closes nothing");
            continue;
        }
        const std::size_t start = next_;
        const std::size_t count = body.attributes.size();
        try {
            parse_item(body);
        } catch (const Abandoned&) {
            skip_item(start);
        }
        if (body.attributes.size() > count) {
            const Attribute& added = body.attributes.back();
            const auto [earlier, is_new] = names.emplace(added.name_range.text(), added.name_range);
            if (!is_new) {
                report(
                    added.name_range,
                    "\"" + added.name + "\" is set twice",
                    "it is set at " + to_string(earlier->second) + " already"
                );
                body.attributes.pop_back();
            }
        }
    }
}

void Parser::parse_item(Body& body) {
    if (at(TokenKind::quote_open)) {
        fail_unexpected("an attribute or a block", "names are written without quotes");
    }
    const Token name = expect_identifier("an attribute or a block");
    if (take_if(TokenKind::assign)) {
        parse_attribute(body, name);
        return expect_line_end("attribute");
    }
    if (at(TokenKind::open_brace) || at(TokenKind::quote_open) || at(TokenKind::identifier)) {
        parse_block(body, name);
        return expect_line_end("block");
    }
    const std::string word(text(name));
    std::string hint = "write " + word + " = value, or " + word + " { ... }";
    if (at(TokenKind::colon)) {
        hint = "attributes are written name = value";
    } else if (at(TokenKind::dot) || at(TokenKind::open_bracket)) {
        hint = "only a whole attribute can be set; write the value as { ... }";
    }
    fail_unexpected("= or a block after \"" + word + "\"", std::move(hint));
}

void Parser::parse_attribute(Body& body, const Token& name) {
    Attribute attribute;
    attribute.name = text(name);
    attribute.name_range = range(name);
    try {
        attribute.expression = parse_expression();
    } catch (const Abandoned&) {
        attribute.expression = unknown_expression(range(name));
        attribute.range = range(name);
        body.attributes.push_back(std::move(attribute));
        throw;
    }
    attribute.range = range_from(name.begin);
    body.attributes.push_back(std::move(attribute));
}

void Parser::parse_block(Body& body, const Token& type) {
    Block block;
    block.type = text(type);
    block.type_range = range(type);
    block.labels = parse_labels();
    block.header = range_from(type.begin);
    parse_block_body(block);
    body.blocks.push_back(std::move(block));
}

std::vector<Label> Parser::parse_labels() {
    std::vector<Label> labels;
    while (!at(TokenKind::open_brace)) {
        if (at(TokenKind::identifier)) {
            const Token token = take();
            labels.push_back({std::string(text(token)), range(token)});
        } else if (at(TokenKind::quote_open)) {
            labels.push_back(parse_quoted_label());
        } else if (at(TokenKind::assign)) {
            fail_unexpected("a label or {", "an attribute has one name, and no labels");
        } else {
            fail_unexpected("a label or {", "the { of a block stands on the line of its labels");
        }
    }
    return labels;
}

Label Parser::parse_quoted_label() {
    const std::uint32_t begin = peek().begin;
    const ExpressionPtr expression = parse_quoted();
    const SourceRange range = range_from(begin);
    std::optional<std::string> label = literal_string(*expression);
    if (!label) {
        fail(range, "a label must be plain text, without ${ or %{");
    }
    return {std::move(*label), range};
}

void Parser::parse_block_body(Block& block) {
    const Nesting nesting(*this);
    const Token open = take();
    if (at(TokenKind::newline)) {
        parse_items(block.body, &open);
    } else if (!at(TokenKind::close_brace)) {
        parse_single_line_body(block.body);
    }
    block.body.missing_item = range(open);
    take_if(TokenKind::close_brace);
    block.body.range = range_from(open.begin);
}

void Parser::parse_single_line_body(Body& body) {
    if (peek_raw(1).kind != TokenKind::assign) {
        fail_unexpected("a newline or one attribute after {", "a block stands on several lines");
    }
    const Token name = expect_identifier("an attribute");
    take();
    parse_attribute(body, name);
    if (!at(TokenKind::close_brace)) {
        fail_unexpected(
            "} after the attribute", "a block on one line holds one attribute; use several lines"
        );
    }
}

void Parser::expect_line_end(const std::string& after) {
    if (at(TokenKind::newline) || at(TokenKind::end)) {
        return;
    }
    if (at(TokenKind::close_brace)) {
        return report(range(peek()), "the } of a block of several lines starts a line of its own");
    }
    const bool comma = at(TokenKind::comma);
    fail_unexpected(
        "the end of the line after this " + after,
        comma ? "items of a block are separated by newlines, not by commas" : ""
    );
}

// ---- recovery

namespace {

// What a token opens or closes, for finding the end of an item that was not understood.
enum class Bracket : std::uint8_t { none, paren, bracket, brace, quote, heredoc, sequence };
constexpr std::size_t kBracketKinds = 7;

struct BracketToken {
    TokenKind token;
    Bracket bracket;
};
constexpr BracketToken kOpening[] = {
    {TokenKind::open_paren, Bracket::paren},
    {TokenKind::open_bracket, Bracket::bracket},
    {TokenKind::open_brace, Bracket::brace},
    {TokenKind::quote_open, Bracket::quote},
    {TokenKind::heredoc_open, Bracket::heredoc},
    {TokenKind::interpolation_open, Bracket::sequence},
    {TokenKind::directive_open, Bracket::sequence},
};
constexpr BracketToken kClosing[] = {
    {TokenKind::close_paren, Bracket::paren},
    {TokenKind::close_bracket, Bracket::bracket},
    {TokenKind::close_brace, Bracket::brace},
    {TokenKind::quote_close, Bracket::quote},
    {TokenKind::heredoc_close, Bracket::heredoc},
    {TokenKind::sequence_close, Bracket::sequence},
};

Bracket find_bracket(std::span<const BracketToken> table, TokenKind kind) {
    for (const BracketToken& row : table) {
        if (row.token == kind) {
            return row.bracket;
        }
    }
    return Bracket::none;
}

// The brackets that are open at a token. Counts by kind keep a closing bracket that matches
// nothing from being searched for in the whole stack.
class OpenBrackets {
public:
    bool empty() const { return open_.empty(); }
    Bracket innermost() const { return open_.empty() ? Bracket::none : open_.back().kind; }
    bool has(Bracket kind) const { return counts_[static_cast<std::size_t>(kind)] > 0; }

    void push(Bracket kind, std::uint32_t at) {
        open_.push_back({kind, at});
        ++counts_[static_cast<std::size_t>(kind)];
    }
    void pop() {
        --counts_[static_cast<std::size_t>(open_.back().kind)];
        open_.pop_back();
    }
    void close(Bracket kind) {
        while (has(kind)) {
            const bool found = open_.back().kind == kind;
            pop();
            if (found) {
                return;
            }
        }
    }
    void drop_from(std::uint32_t at) {
        while (!open_.empty() && open_.back().at >= at) {
            pop();
        }
    }

private:
    struct Open {
        Bracket kind;
        std::uint32_t at;
    };
    std::vector<Open> open_;
    std::array<std::size_t, kBracketKinds> counts_{};
};

}  // namespace

// Whether an attribute or a block seems to start at a token that starts a line.
bool Parser::starts_item(std::size_t index) const {
    if (index + 1 >= tokens_.size() || tokens_[index].kind != TokenKind::identifier) {
        return false;
    }
    const TokenKind second = tokens_[index + 1].kind;
    return second == TokenKind::assign || second == TokenKind::quote_open ||
           second == TokenKind::open_brace;
}

// Moves to the end of the item that began at token `start` and was given up at `next_`: the
// newline after all its brackets are closed, or the brace that closes the block around it. Inside
// ( and [ nothing looks like an item, so there an item also ends before a line that does.
void Parser::skip_item(std::size_t start) {
    ignore_newlines_ = false;
    OpenBrackets open;
    for (std::size_t i = start;; ++i) {
        const Token& token = tokens_[i];
        const bool behind = i >= next_;
        if (token.kind == TokenKind::end) {
            next_ = i;
            return;
        }
        if (token.kind == TokenKind::newline && i + 1 >= next_) {
            const Bracket innermost = open.innermost();
            const bool no_items = innermost == Bracket::paren || innermost == Bracket::bracket;
            if ((behind && open.empty()) || (no_items && starts_item(i + 1))) {
                next_ = i;
                return;
            }
        } else if (token.kind == TokenKind::close_brace && behind && !open.has(Bracket::brace)) {
            next_ = i;
            return;
        } else if (token.kind == TokenKind::broken_string) {
            open.drop_from(token.begin);
        } else if (const Bracket opened = find_bracket(kOpening, token.kind);
                   opened != Bracket::none) {
            open.push(opened, token.begin);
        } else if (const Bracket closed = find_bracket(kClosing, token.kind);
                   closed != Bracket::none) {
            open.close(closed);
        }
    }
}

// ---- entry points

Body parse_config(const SourceFile& file, Diagnostics& diagnostics) {
    if (!check_encoding(file, diagnostics)) {
        return {};
    }
    return Parser(SourceText(file), ScanStart::config)
        .run(diagnostics, Body{}, [](Parser& parser, Body& body) { parser.parse_file_body(body); });
}

ExpressionPtr parse_expression_text(const SourceText& source, Diagnostics& diagnostics) {
    return Parser(source, ScanStart::config)
        .run(
            diagnostics,
            unknown_expression(source.range(0, source.text().size())),
            [](Parser& parser, ExpressionPtr& result) { result = parser.parse_whole_expression(); }
        );
}

ExpressionPtr parse_template_text(const SourceText& source, Diagnostics& diagnostics) {
    return Parser(source, ScanStart::template_text)
        .run(
            diagnostics,
            unknown_expression(source.range(0, source.text().size())),
            [](Parser& parser, ExpressionPtr& result) { result = parser.parse_whole_template(); }
        );
}

ExpressionPtr parse_expression(const SourceFile& file, Diagnostics& diagnostics) {
    const SourceText source(file);
    return check_encoding(file, diagnostics) ? parse_expression_text(source, diagnostics)
                                             : unknown_expression(source.range(0, 0));
}

ExpressionPtr parse_template(const SourceFile& file, Diagnostics& diagnostics) {
    const SourceText source(file);
    return check_encoding(file, diagnostics) ? parse_template_text(source, diagnostics)
                                             : unknown_expression(source.range(0, 0));
}

}  // namespace kiln::hcl
