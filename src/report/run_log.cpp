#include "report/run_log.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <zlib.h>

namespace kiln::report {

namespace {

// 15 bits of window, and 16 for gzip's header (zlib.h).
constexpr int kGzip = 15 + 16;

// A log of the longest kind is 120,000 lines; what says to be more is not ours.
constexpr std::size_t kMostUnpacked = std::size_t{1} << 30U;

[[noreturn]] void not_a_log() {
    throw Error(ErrorKind::input, "not the log of a run");
}

std::string gzip_of(const std::string& text) {
    z_stream stream{};
    constexpr int kMemoryLevel = 9;
    if (deflateInit2(
            &stream, Z_BEST_SPEED + 4, Z_DEFLATED, kGzip, kMemoryLevel, Z_DEFAULT_STRATEGY
        ) != Z_OK) {
        throw Error(ErrorKind::no_space, "no memory to pack the log");
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    // zlib does not write through next_in, but is not declared so.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string gunzip(std::string_view packed) {
    z_stream stream{};
    if (inflateInit2(&stream, kGzip) != Z_OK) {
        not_a_log();
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string out;
    char buffer[1 << 16];
    int state = Z_OK;
    while (state == Z_OK && out.size() < kMostUnpacked) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer);
        stream.avail_out = sizeof(buffer);
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(buffer, sizeof(buffer) - stream.avail_out);
    }
    inflateEnd(&stream);
    if (state != Z_STREAM_END) {
        not_a_log();
    }
    return out;
}

template <class Number>
Number take_number(std::string_view& text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data() + text.size() || *end != ' ') {
        not_a_log();
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return number;
}

}  // namespace

std::string pack_log(const std::vector<LogLine>& log) {
    std::string text;
    for (const LogLine& line : log) {
        const auto when = std::chrono::duration_cast<std::chrono::milliseconds>(line.when);
        text += std::to_string(when.count()) + " " + std::to_string(line.build) +
                (line.is_error ? " e " : " o ") + line.text + "\n";
    }
    return gzip_of(text);
}

std::vector<LogLine> unpack_log(std::string_view packed) {
    std::vector<LogLine> log;
    const std::string text = gunzip(packed);
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        LogLine read;
        read.when = std::chrono::milliseconds(take_number<std::int64_t>(line));
        read.build = take_number<std::int32_t>(line);
        read.is_error = line.starts_with("e ");
        if (!read.is_error && !line.starts_with("o ")) {
            not_a_log();
        }
        read.text = line.substr(2);
        log.push_back(std::move(read));
    }
    return log;
}

}  // namespace kiln::report
