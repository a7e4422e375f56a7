#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

/// One text that was read, kept whole so that a message can show the line it speaks of.
class SourceFile {
public:
    SourceFile(std::string name, std::string text);

    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }

    struct Position {
        std::size_t line = 1;    ///< from 1
        std::size_t column = 1;  ///< from 1, in Unicode code points

        bool operator==(const Position&) const = default;
    };
    /// Position of a byte offset; an offset past the end is the end. The time does not depend on
    /// how long the line is.
    Position position(std::size_t offset) const;

    /// Line `line` (from 1) without its newline; empty when there is no such line.
    std::string_view line(std::size_t line) const;

private:
    /// Code points in front of a byte offset that is not past the end.
    std::size_t points_before(std::size_t offset) const;

    std::string name_;
    std::string text_;
    std::vector<std::size_t> line_starts_;
    std::vector<std::size_t> points_before_block_;
};

/// Owns the texts of one run. A `SourceRange` points into it and must not outlive it.
class SourceMap {
public:
    const SourceFile& add(std::string name, std::string text);
    const std::vector<std::unique_ptr<SourceFile>>& files() const { return files_; }

private:
    std::vector<std::unique_ptr<SourceFile>> files_;
};

/// Bytes [begin, end) of a file; no file means the value came from nowhere that can be shown.
struct SourceRange {
    const SourceFile* file = nullptr;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    explicit operator bool() const { return file != nullptr; }
    std::string_view text() const;
    bool operator==(const SourceRange&) const = default;
};

/// From the first byte of `a` to the last byte of `b`; both in one file.
SourceRange join(SourceRange a, SourceRange b);

/// "file:line:column", or "" for a range without a file.
std::string to_string(SourceRange range);

}  // namespace kiln
