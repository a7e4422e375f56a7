#pragma once

#include "hcl/parser.hpp"
#include "hcl/scanner.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What the files of the parser share: recursive descent over the tokens of one file. Private to
/// the parser.
namespace kiln::hcl {

/// Thrown when an item cannot be understood further; the mistake has been reported. Caught where
/// the next item can be found.
struct Abandoned {};
/// Thrown when enough mistakes were found.
struct TooManyMistakes {};

class Parser {
public:
    Parser(const SourceText& source, ScanStart start);

    /// Runs one of the parse functions below; the mistakes of scanner and parser go to
    /// `diagnostics` in the order of the source.
    template <typename Result, typename Parse>
    Result run(Diagnostics& diagnostics, Result result, Parse parse) {
        try {
            parse(*this, result);
        } catch (const Abandoned&) {
        } catch (const TooManyMistakes&) {
        }
        finish(diagnostics);
        return result;
    }

    // parser.cpp: bodies
    void parse_file_body(Body& body);

    // expression_parser.cpp
    ExpressionPtr parse_whole_expression();
    ExpressionPtr parse_expression();

    // template_parser.cpp
    ExpressionPtr parse_whole_template();
    ExpressionPtr parse_quoted();   ///< at quote_open
    ExpressionPtr parse_heredoc();  ///< at heredoc_open

private:
    class Nesting;         // counts a level for its lifetime
    class IgnoreNewlines;  // sets whether newlines are looked over, for its lifetime
    struct TemplatePiece;
    using TemplatePieces = std::vector<TemplatePiece>;

    // ---- tokens
    const Token& peek();
    const Token& peek_raw(std::size_t ahead) const;  // newlines included
    Token take();
    bool take_if(TokenKind kind);
    bool at(TokenKind kind) { return peek().kind == kind; }
    bool at_word(std::string_view word);
    std::string_view text(const Token& token) const;
    SourceRange range(const Token& token) const { return source_.range(token.begin, token.end); }
    SourceRange range_from(std::uint32_t begin) const { return source_.range(begin, last_end_); }
    SourceRange whole_range() const { return source_.range(0, source_.text().size()); }

    // ---- mistakes
    void report(SourceRange subject, std::string summary, std::string hint = {});
    [[noreturn]] void fail(SourceRange subject, std::string summary, std::string hint = {});
    [[noreturn]] void fail_unexpected(const std::string& expected, std::string hint = {});
    Token expect_identifier(const std::string& expected);
    /// The token that closes `open`, or the mistake that it is missing: `what` names what is open.
    void expect_close(TokenKind kind, const Token& open, const std::string& what);
    void finish(Diagnostics& diagnostics);

    // ---- parser.cpp
    void parse_items(Body& body, const Token* open);
    void parse_item(Body& body);
    void parse_attribute(Body& body, const Token& name);
    void parse_block(Body& body, const Token& type);
    void parse_block_body(Block& block);
    void parse_single_line_body(Body& body);
    std::vector<Label> parse_labels();
    Label parse_quoted_label();
    void expect_line_end(const std::string& after);
    void skip_item(std::size_t start);
    bool starts_item(std::size_t index) const;

    // ---- expression_parser.cpp
    ExpressionPtr parse_binary(int lowest_level);
    ExpressionPtr parse_unary();
    ExpressionPtr parse_access();
    ExpressionPtr parse_primary();
    ExpressionPtr parse_number();
    ExpressionPtr parse_word();
    ExpressionPtr parse_call(const Token& name);
    ExpressionPtr parse_parentheses();
    ExpressionPtr parse_tuple();
    ExpressionPtr parse_object();
    ObjectItem parse_object_item();
    ExpressionPtr parse_object_key();
    ExpressionPtr parse_for(const Token& open, TokenKind close);
    std::vector<Step> parse_steps();
    Step parse_dot_step();
    Step parse_bracket_step();
    Step parse_attribute_splat(const Token& dot);
    Step parse_legacy_index(const Token& dot);

    // ---- template_parser.cpp
    TemplatePieces parse_pieces(TokenKind close);
    TemplatePiece parse_piece(TokenKind close);
    TemplatePiece parse_interpolation();
    TemplatePiece parse_directive();
    void parse_for_header(TemplatePiece& piece);
    static void unindent(TemplatePieces& pieces);
    std::string decode_quoted(const Token& token);
    std::size_t decode_escape(const Token& token, std::size_t at, std::string& out);
    ExpressionPtr fold_template(TemplatePieces& pieces, SourceRange whole);
    std::vector<ExpressionPtr> fold_pieces(TemplatePieces& pieces, std::size_t& next);
    ExpressionPtr fold_if(TemplatePieces& pieces, std::size_t& next);
    ExpressionPtr fold_for(TemplatePieces& pieces, std::size_t& next);

    const SourceText source_;
    Diagnostics mistakes_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::uint32_t last_end_ = 0;  // of the token taken last
    bool ignore_newlines_ = false;
    bool end_reported_ = false;
    std::size_t nesting_ = 0;
};

class Parser::Nesting {
public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

private:
    Parser& parser_;
};

class Parser::IgnoreNewlines {
public:
    IgnoreNewlines(Parser& parser, bool ignore)
        : parser_(parser), before_(parser.ignore_newlines_) {
        parser.ignore_newlines_ = ignore;
    }
    ~IgnoreNewlines() { parser_.ignore_newlines_ = before_; }
    IgnoreNewlines(const IgnoreNewlines&) = delete;
    IgnoreNewlines& operator=(const IgnoreNewlines&) = delete;

private:
    Parser& parser_;
    bool before_;
};

/// As parse_expression() and parse_template() for a part of a file.
ExpressionPtr parse_expression_text(const SourceText& source, Diagnostics& diagnostics);
ExpressionPtr parse_template_text(const SourceText& source, Diagnostics& diagnostics);

/// The literal that stands where an expression could not be understood.
ExpressionPtr unknown_expression(SourceRange range);

}  // namespace kiln::hcl
