#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kiln::exec {

/// BGZF, the blocked form of gzip (SAM/BAM format specification, section 4.1): gzip members of at
/// most 64 KiB that each say how long they are, so that a reader can start at any; an empty one
/// marks the end. Any gunzip reads it.
class BlockGzip {
public:
    /// `level`: zlib's, 0 to 9.
    BlockGzip(int level, std::function<void(std::string_view)> write);

    void add(std::string_view bytes);
    /// Writes what is left and the end mark.
    void finish();

private:
    void write_block(std::string_view bytes);

    int level_;
    std::function<void(std::string_view)> write_;
    std::string pending_;
};

}  // namespace kiln::exec
