#include "base/source.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <utility>

namespace kiln {

namespace {

// Bytes. A generated file may hold megabytes on one line and a message for each of its parts: code
// points are counted once up to every block, and within one block for a position.
constexpr std::size_t kBlockBytes = 1024;

}  // namespace

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') {
            line_starts_.push_back(i + 1);
        }
    }
    std::size_t points = 0;
    for (std::size_t at = 0; at <= text_.size(); at += kBlockBytes) {
        points_before_block_.push_back(points);
        points += count_code_points(std::string_view(text_).substr(at, kBlockBytes));
    }
}

std::size_t SourceFile::points_before(std::size_t offset) const {
    const std::size_t block = offset / kBlockBytes;
    const std::size_t begin = block * kBlockBytes;
    return points_before_block_[block] +
           count_code_points(std::string_view(text_).substr(begin, offset - begin));
}

SourceFile::Position SourceFile::position(std::size_t offset) const {
    offset = std::min(offset, text_.size());
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const auto line = static_cast<std::size_t>(next - line_starts_.begin());
    return {line, points_before(offset) - points_before(line_starts_[line - 1]) + 1};
}

std::string_view SourceFile::line(std::size_t line) const {
    if (line == 0 || line > line_starts_.size()) {
        return {};
    }
    const std::size_t begin = line_starts_[line - 1];
    std::size_t end = line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
    if (end > begin && text_[end - 1] == '\r') {
        --end;
    }
    return std::string_view(text_).substr(begin, end - begin);
}

const SourceFile& SourceMap::add(std::string name, std::string text) {
    files_.push_back(std::make_unique<SourceFile>(std::move(name), std::move(text)));
    return *files_.back();
}

std::string_view SourceRange::text() const {
    if (file == nullptr) {
        return {};
    }
    return file->text().substr(begin, end - begin);
}

SourceRange join(SourceRange a, SourceRange b) {
    if (!a) {
        return b;
    }
    if (!b) {
        return a;
    }
    return {a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

std::string to_string(SourceRange range) {
    if (!range) {
        return {};
    }
    const SourceFile::Position at = range.file->position(range.begin);
    return range.file->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace kiln
