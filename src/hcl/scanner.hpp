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

/// Bytes [begin, end) of the text that was scanned.
struct Token {
    TokenKind kind = TokenKind::end;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool operator==(const Token&) const = default;
};

enum class ScanStart { config, template_text };

/// What is scanned: a whole file, or a text that stands in one, perhaps with escapes that were
/// decoded (a string of a JSON file). Knows where in the file each byte came from.
class SourceText {
public:
    explicit SourceText(const SourceFile& file) : file_(&file), text_(file.text()) {}
    /// The bytes of `range` as they are.
    explicit SourceText(SourceRange range)
        : file_(range.file), text_(range.text()), base_(range.begin) {}
    /// `origins` holds the offset in the file for each byte of `text`, and one for its end. Both
    /// must outlive the object.
    SourceText(
        const SourceFile& file, std::string_view text, const std::vector<std::uint32_t>& origins
    )
        : file_(&file), text_(text), origins_(&origins) {}

    std::string_view text() const { return text_; }
    /// Where the bytes [begin, end) of the text are in the file.
    SourceRange range(std::size_t begin, std::size_t end) const {
        return {file_, origin(begin), origin(end)};
    }
    bool is_whole_file() const { return text_.data() == file_->text().data(); }

private:
    std::uint32_t origin(std::size_t offset) const {
        return origins_ == nullptr ? base_ + static_cast<std::uint32_t>(offset)
                                   : (*origins_)[offset];
    }

    const SourceFile* file_;
    std::string_view text_;
    std::uint32_t base_ = 0;
    const std::vector<std::uint32_t>* origins_ = nullptr;
};

/// How many mistakes of one file are reported.
constexpr std::size_t kMaxMistakes = 100;

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Reports a file that is no text of the language at all: not UTF-8, NUL bytes, 4 GiB. A byte order
/// mark is only warned of.
bool check_encoding(const SourceFile& file, Diagnostics& diagnostics);

/// All tokens of a text, an `end` token last. Comments and blanks are left out. Takes time linear
/// in the text; nesting is kept on the heap and needs no bound here.
std::vector<Token> scan(const SourceText& source, ScanStart start, Diagnostics& diagnostics);

/// For a message: `"foo"`, `number`, `end of line`.
std::string describe(const Token& token, std::string_view text);

/// The bytes of the identifier at the start of `text`; 0 when there is none.
std::size_t identifier_length(std::string_view text);

}  // namespace kiln::hcl
