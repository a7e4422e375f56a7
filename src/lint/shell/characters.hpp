#pragma once

namespace kiln::lint::shell {

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// Outside of quotes.
constexpr bool ends_word(char c) {
    return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' ||
           c == '(' || c == ')';
}

}  // namespace kiln::lint::shell
