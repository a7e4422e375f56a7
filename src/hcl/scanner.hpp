#pragma once

#include "base/diagnostics.hpp"
#include "base/source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::hcl {

enum class TokenKind : std::uint8_t {
    end,
    newline,
    identifier,
    number,
    open_brace,
    close_brace,
    open_bracket,
    close_bracket,
    open_paren,
    close_paren,
    assign,     ///< =
    fat_arrow,  ///< =>
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    logical_and,
    logical_or,
    logical_not,
    plus,
    minus,
    star,
    slash,
    percent,
    question,
    colon,
    comma,
    dot,
    ellipsis,
    quote_open,
    quote_close,
    heredoc_open,        ///< `<<EOT` or `<<-EOT` and its newline
    heredoc_close,       ///< the marker's line without its newline
    text,                ///< of a template, not decoded; in a heredoc one for each line at least
    interpolation_open,  ///< `${` or `${~`
    directive_open,      ///< `%{` or `%{~`
    sequence_close,      ///< `}` or `~}`
    /// A string that is not closed on its line, and all that was opened in it; begins with the
    /// string's quote, so it overlaps the tokens before. Reported already.
    broken_string,
    invalid,  ///< what is wrong has been reported
};

/// Bytes [begin, end) of the file that was scanned.
struct Token {
    TokenKind kind = TokenKind::end;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool operator==(const Token&) const = default;
};

enum class ScanStart { config, template_text };

/// How many mistakes of one file are reported.
constexpr std::size_t kMaxMistakes = 100;

/// All tokens of a file, an `end` token last. Comments and blanks are left out. Takes time linear
/// in the text; nesting is kept on the heap and needs no bound here.
std::vector<Token> scan(const SourceFile& file, ScanStart start, Diagnostics& diagnostics);

/// For a message: `"foo"`, `number`, `end of line`.
std::string describe(const Token& token, const SourceFile& file);

/// The bytes of the identifier at the start of `text`; 0 when there is none.
std::size_t identifier_length(std::string_view text);

}  // namespace kiln::hcl
