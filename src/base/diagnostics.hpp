#pragma once

#include "base/source.hpp"

#include <string>
#include <vector>

namespace kiln {

enum class Severity { error, warning };

/// One mistake in what the user wrote.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string summary;               ///< one line, lower case, no full stop
    SourceRange subject;               ///< what the caret points at
    std::string hint;                  ///< the remedy, when it is known
    std::vector<std::string> context;  ///< innermost first; completes "while ..."

    bool operator==(const Diagnostic&) const = default;
};

/// The mistakes of one run. Each stage appends and goes on; a checkpoint between stages stops.
class Diagnostics {
public:
    Diagnostic& error(SourceRange subject, std::string summary, std::string hint = {});
    Diagnostic& warning(SourceRange subject, std::string summary, std::string hint = {});
    void add(Diagnostic diagnostic);
    void append(const Diagnostics& other);

    bool has_errors() const { return errors_ > 0; }
    std::size_t error_count() const { return errors_; }
    bool empty() const { return list_.empty(); }
    const std::vector<Diagnostic>& list() const { return list_; }

    /// Adds `while_doing` to every diagnostic from index `first` on.
    void add_context(std::size_t first, const std::string& while_doing);

private:
    std::vector<Diagnostic> list_;
    std::size_t errors_ = 0;
};

/// file:line:column: error: summary, the source line, a caret under the range, the "while" lines
/// and the hint. No final newline.
std::string render(const Diagnostic& diagnostic);
/// All of them, a blank line between.
std::string render(const Diagnostics& diagnostics);

/// The source line with its number and a caret line under the range; "" without a file.
std::string render_excerpt(SourceRange range);

}  // namespace kiln
