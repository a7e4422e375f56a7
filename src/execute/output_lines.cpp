#include "execute/output_lines.hpp"

#include "base/strings.hpp"

namespace kiln::exec {

namespace {

// A command that never writes a newline must not fill the memory: longer lines are cut here.
constexpr std::size_t kMaxLineBytes = std::size_t{64} << 10U;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view without_trailing_space(std::string_view text) {
    const std::size_t last = text.find_last_not_of(" \t\r\n\v\f");
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// ECMA-48: ESC [, parameter bytes 0x30-0x3F, intermediate bytes 0x20-0x2F, a final byte.
std::size_t control_sequence_length(std::string_view text) {
    std::size_t i = 2;
    while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x3F) {
        ++i;
    }
    return i < text.size() ? i + 1 : i;
}

// ESC ] and the like run to BEL or to ESC backslash; an unfinished one takes the rest of the line.
std::size_t control_string_length(std::string_view text) {
    for (std::size_t i = 2; i < text.size(); ++i) {
        if (text[i] == '\a') {
            return i + 1;
        }
        if (text[i] == '\033' && i + 1 < text.size() && text[i + 1] == '\\') {
            return i + 2;
        }
    }
    return text.size();
}

// Bytes of the escape sequence that `text` begins with.
std::size_t escape_length(std::string_view text) {
    if (text.size() < 2) {
        return text.size();
    }
    switch (text[1]) {
        case '[':
            return control_sequence_length(text);
        case ']':
        case 'P':
        case 'X':
        case '^':
        case '_':
            return control_string_length(text);
        default:
            // ESC, intermediate bytes, a final byte: "ESC ( B".
            std::size_t i = 1;
            while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x2F) {
                ++i;
            }
            return i < text.size() ? i + 1 : i;
    }
}

bool sets_color(std::string_view sequence) {
    return sequence.starts_with("\033[") && sequence.ends_with('m') &&
           sequence.find_first_not_of("0123456789;:", 2) == sequence.size() - 1;
}

// U+0080 to U+009F, which some terminals take for control sequences too.
bool is_c1_control(std::string_view text) {
    return text.size() >= 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0U;
}

std::string without_controls(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::size_t length = 1;
        const auto c = static_cast<unsigned char>(text.front());
        if (c == 0x1BU) {
            length = escape_length(text);
            if (sets_color(text.substr(0, length))) {
                out += text.substr(0, length);
            }
        } else if ((c < 0x20U && c != '\t') || c == 0x7FU) {
            out += kReplacement;
        } else if (is_c1_control(text)) {
            length = 2;
            out += kReplacement;
        } else {
            out += text.front();
        }
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace

std::string printable_line(std::string_view bytes) {
    bytes = without_trailing_space(bytes);
    const std::size_t last_return = bytes.rfind('\r');
    if (last_return != std::string_view::npos) {
        bytes.remove_prefix(last_return + 1);
    }
    return without_controls(to_valid_utf8(bytes));
}

sys::OutputSink OutputLines::sink() {
    return [this](sys::OutputStream stream, std::string_view bytes) { write(stream, bytes); };
}

void OutputLines::finish() {
    for (const auto stream : {sys::OutputStream::out, sys::OutputStream::err}) {
        std::string& rest = pending(stream);
        if (!rest.empty()) {
            emit(stream, rest);
            rest.clear();
        }
    }
}

std::string& OutputLines::pending(sys::OutputStream stream) {
    return stream == sys::OutputStream::err ? pending_err_ : pending_out_;
}

void OutputLines::write(sys::OutputStream stream, std::string_view bytes) {
    std::string& rest = pending(stream);
    while (!bytes.empty()) {
        const std::size_t room = kMaxLineBytes - rest.size();
        const std::size_t newline = bytes.substr(0, room).find('\n');
        if (newline == std::string_view::npos && bytes.size() < room) {
            rest += bytes;
            return;
        }
        const std::size_t length = newline == std::string_view::npos ? room : newline;
        rest += bytes.substr(0, length);
        bytes.remove_prefix(newline == std::string_view::npos ? length : length + 1);
        emit(stream, rest);
        rest.clear();
    }
}

void OutputLines::emit(sys::OutputStream stream, std::string_view line) {
    context_.events.on_event(OutputLine{
        context_.build.name,
        stream == sys::OutputStream::err,
        printable_line(line),
        context_.component});
}

}  // namespace kiln::exec
