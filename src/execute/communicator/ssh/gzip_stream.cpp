#include "execute/communicator/ssh/gzip_stream.hpp"

#include "base/error.hpp"

namespace kiln::exec {

namespace {

constexpr int kGzipHeader = 16;  // zlib.h: added to the window's bits, gzip instead of zlib
constexpr int kUsualMemory = 8;

}  // namespace

GzipStream::GzipStream(const StreamWriter& write) : write_(write), packed_(kPieceBytes) {
    if (deflateInit2(
            &stream_,
            Z_BEST_SPEED,
            Z_DEFLATED,
            MAX_WBITS + kGzipHeader,
            kUsualMemory,
            Z_DEFAULT_STRATEGY
        ) != Z_OK) {
        throw Error(ErrorKind::io, "zlib can not start: out of memory");
    }
}

GzipStream::~GzipStream() {
    deflateEnd(&stream_);
}

bool GzipStream::deflate_piece(std::string_view bytes, int flush) {
    // zlib reads from it alone; its old interface does not say so.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
        stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
        stream_.avail_out = static_cast<uInt>(packed_.size());
        deflate(&stream_, flush);
        const std::size_t made = packed_.size() - stream_.avail_out;
        if (made > 0 && !write_({packed_.data(), made})) {
            return false;
        }
    } while (stream_.avail_out == 0);
    return true;
}

}  // namespace kiln::exec
