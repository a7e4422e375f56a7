#include "execute/postprocessor/block_gzip.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <zlib.h>

namespace kiln::exec {

namespace {

// Bytes of content in a block, as bgzip has them: what does not compress fits in 64 KiB as well.
constexpr std::size_t kBlockBytes = 0xFF00;
constexpr std::size_t kHeaderBytes = 18;
constexpr std::size_t kTrailerBytes = 8;
// zlib's default: with 9, deflateBound of 1.2.13 is too small for level 0.
constexpr int kMemoryLevel = 8;

void append_little_endian(std::string& out, std::uint32_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        out += static_cast<char>(number >> (8U * i) & 0xFFU);
    }
}

std::string deflate_raw(std::string_view bytes, int level) {
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        throw Error(ErrorKind::io, "compressing: zlib does not start");
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    std::string in(bytes);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    if (result != Z_STREAM_END) {
        throw Error(ErrorKind::io, "compressing: zlib failed");
    }
    return out;
}

}  // namespace

BlockGzip::BlockGzip(int level, std::function<void(std::string_view)> write)
    : level_(level), write_(std::move(write)) {}

void BlockGzip::add(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t taken = std::min(bytes.size(), kBlockBytes - pending_.size());
        pending_.append(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
        if (pending_.size() == kBlockBytes) {
            write_block(std::exchange(pending_, {}));
        }
    }
}

void BlockGzip::finish() {
    if (!pending_.empty()) {
        write_block(std::exchange(pending_, {}));
    }
    write_block({});
}

void BlockGzip::write_block(std::string_view bytes) {
    const std::string body = deflate_raw(bytes, level_);
    // Magic, deflate, an extra field, no time, no system; the extra field BC of two bytes.
    std::string block("\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0", 16);
    append_little_endian(
        block, static_cast<std::uint32_t>(kHeaderBytes + body.size() + kTrailerBytes - 1), 2
    );
    block += body;
    const auto crc =
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    append_little_endian(block, static_cast<std::uint32_t>(crc), 4);
    append_little_endian(block, static_cast<std::uint32_t>(bytes.size()), 4);
    write_(block);
}

}  // namespace kiln::exec
