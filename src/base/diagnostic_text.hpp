#pragma once

#include "base/diagnostics.hpp"
#include "base/error.hpp"

#include <string>

namespace kiln {

/// Whether a text for people carries the codes that colour a terminal.
enum class Coloring { plain, ansi };

/// As render() of diagnostics.hpp, in colours: place and summary bold, the severity and its carets
/// red or yellow.
std::string render(const Diagnostic& diagnostic, Coloring coloring);
std::string render(const Diagnostics& diagnostics, Coloring coloring);

/// An error in the form in which mistakes of a template are shown.
Diagnostic as_diagnostic(const Error& error);

const char* name_of(Severity severity);  ///< "error", "warning"

}  // namespace kiln
