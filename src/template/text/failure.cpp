#include "template/text/failure.hpp"

#include "base/error.hpp"

#include <utility>

namespace kiln::tmpl::text {

void fail(std::string_view text, std::size_t offset, const std::string& message, std::string hint) {
    const SourceFile file("", std::string(text));
    const SourceFile::Position at = file.position(offset);
    Error error(
        ErrorKind::input,
        "line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ": " + message
    );
    error.set_hint(std::move(hint));
    throw error;
}

}  // namespace kiln::tmpl::text
