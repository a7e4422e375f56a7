#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl::text {

enum class TokenKind {
    text,         ///< outside {{ }}, trimmed where a marker says so
    action_open,  ///< {{
    action_close,
    identifier,  ///< function or keyword
    field,       ///< .Name; `value` without the dot
    dot,
    variable,  ///< $ or $name; `value` without the dollar
    string,    ///< decoded
    number,    ///< a character constant too
    pipe,
    declare,  ///< :=
    assign,   ///< =
    open_parenthesis,
    close_parenthesis,
    comma,
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string value;
    std::size_t offset = 0;
    /// White space stands before it: `f .x` has two operands, `$v.x` is one.
    bool spaced = false;
};

/// Splits a whole text template. Comments are gone. Throws Error for what is no token.
std::vector<Token> tokenize(std::string_view text);

}  // namespace kiln::tmpl::text
