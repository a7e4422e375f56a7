#pragma once

#include "base/source.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::lint {

/// The text of a script, and where each part of it was written.
class ScriptText {
public:
    /// `text` comes from `written`: as it stands there, or evaluated.
    void append(std::string_view text, SourceRange written);

    const std::string& text() const { return text_; }
    /// Where bytes [begin, end) were written: exactly, or the whole expression they come from.
    SourceRange range(std::size_t begin, std::size_t end) const;

private:
    struct Piece {
        std::size_t begin = 0;
        SourceRange written;
        /// Where in the file the text stands letter by letter.
        std::optional<std::size_t> verbatim;
    };

    std::string text_;
    std::vector<Piece> pieces_;
};

}  // namespace kiln::lint
