#pragma once

#include "execute/communicator/ssh/tar_stream.hpp"

#include <vector>
#include <zlib.h>

namespace kiln::exec {

/// Packs a stream (gzip, RFC 1952), as fast as zlib can: what it hands on is for a link that is
/// slower than that.
class GzipStream {
public:
    /// Hands pieces on to `write`, to which it refers.
    explicit GzipStream(const StreamWriter& write);
    ~GzipStream();
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    /// False when nobody reads any more.
    bool write(std::string_view bytes) { return deflate_piece(bytes, Z_NO_FLUSH); }
    /// The end of the stream.
    bool finish() { return deflate_piece({}, Z_FINISH); }

private:
    bool deflate_piece(std::string_view bytes, int flush);

    const StreamWriter& write_;
    z_stream stream_{};
    std::vector<char> packed_;
};

}  // namespace kiln::exec
