#include "lint/script_text.hpp"

#include <algorithm>
#include <cstdint>

namespace kiln::lint {

void ScriptText::append(std::string_view text, SourceRange written) {
    Piece piece{text_.size(), written, {}};
    const std::size_t found = written ? written.text().find(text) : std::string_view::npos;
    if (found != std::string_view::npos) {
        piece.verbatim = written.begin + found;
    }
    pieces_.push_back(piece);
    text_ += text;
}

SourceRange ScriptText::range(std::size_t begin, std::size_t end) const {
    const auto next = std::upper_bound(
        pieces_.begin(),
        pieces_.end(),
        begin,
        [](std::size_t offset, const Piece& piece) { return offset < piece.begin; }
    );
    if (next == pieces_.begin()) {
        return {};
    }
    const Piece& piece = *(next - 1);
    if (!piece.verbatim) {
        return piece.written;
    }
    const std::size_t piece_end = next == pieces_.end() ? text_.size() : next->begin;
    const std::size_t last = std::clamp(end, begin, std::max(begin, piece_end));
    return {
        piece.written.file,
        static_cast<std::uint32_t>(*piece.verbatim + begin - piece.begin),
        static_cast<std::uint32_t>(*piece.verbatim + last - piece.begin)};
}

}  // namespace kiln::lint
