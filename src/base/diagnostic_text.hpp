#pragma once

#include "base/diagnostics.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace kiln {

/// Whether a text for people carries the codes that colour a terminal.
enum class Coloring { plain, ansi };

/// As render() of diagnostics.hpp, in colours: place and summary bold, the severity and its carets
/// red or yellow.
std::string render(const Diagnostic& diagnostic, Coloring coloring);
std::string render(const Diagnostics& diagnostics, Coloring coloring);

/// What is shown of a source line: all of it, or 160 bytes around the mark when it is longer, since
/// a generated template may hold megabytes on one line. Offsets are in bytes.
struct SourceExcerpt {
    std::size_t line = 0;      ///< number of the line, from 1
    std::size_t offset = 0;    ///< of `text` in the file
    std::string_view text;     ///< points into the file; whole code points
    std::size_t mark = 0;      ///< where the range begins in `text`
    std::size_t mark_end = 0;  ///< where it ends, at the latest at the end of `text`
};
/// `range` must be in a file.
SourceExcerpt excerpt(SourceRange range);

/// An error in the form in which mistakes of a template are shown.
Diagnostic as_diagnostic(const Error& error);

const char* name_of(Severity severity);  ///< "error", "warning"

}  // namespace kiln
