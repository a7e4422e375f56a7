#include "hcl/functions/charset.hpp"

#include "base/ascii.hpp"
#include "hcl/print.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iconv.h>

namespace kiln::hcl::functions {

namespace {

const iconv_t kNoConverter = reinterpret_cast<iconv_t>(std::intptr_t{-1});

class Converter {
public:
    Converter(const std::string& to, const std::string& from)
        : handle_(iconv_open(to.c_str(), from.c_str())) {}
    ~Converter() {
        if (valid()) {
            iconv_close(handle_);
        }
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    bool valid() const { return handle_ != kNoConverter; }

    /// False when some of the input has no counterpart, or ends inside a character.
    bool convert(std::string_view input, std::string& output) {
        std::string copy(input);
        char* from = copy.data();
        std::size_t left = copy.size();
        while (left > 0) {
            if (!step(&from, &left, output) && errno != E2BIG) {
                return false;
            }
        }
        // The return to the initial state of a stateful charset.
        return step(nullptr, nullptr, output);
    }

private:
    bool step(char** from, std::size_t* left, std::string& output) {
        char buffer[4096];
        char* to = buffer;
        std::size_t space = sizeof buffer;
        const bool done = iconv(handle_, from, left, &to, &space) != static_cast<std::size_t>(-1);
        const int error = errno;
        output.append(buffer, sizeof buffer - space);
        errno = error;
        return done;
    }

    iconv_t handle_;
};

/// iconv takes suffixes ("//TRANSLIT") and the empty name for the locale; a template may not.
bool is_charset_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return is_alphanumeric(c) || std::string_view("-_.:+()").find(c) != std::string_view::npos;
    });
}

Recoded recode(
    std::string_view text, const std::string& to, const std::string& from, const std::string& named
) {
    if (!is_charset_name(named)) {
        return {{}, quote_briefly(named) + " is no character set"};
    }
    Converter converter(to, from);
    if (!converter.valid()) {
        return {{}, "the character set " + quote_briefly(named) + " is not known"};
    }
    Recoded recoded;
    if (!converter.convert(text, recoded.text)) {
        return {
            {}, "the text holds a character that cannot be converted with " + quote_briefly(named)};
    }
    return recoded;
}

bool is_plain_utf16(const std::string& charset) {
    return charset.size() == 6 && (charset[0] == 'U' || charset[0] == 'u') &&
           (charset[1] == 'T' || charset[1] == 't') && (charset[2] == 'F' || charset[2] == 'f') &&
           charset.substr(3) == "-16";
}

}  // namespace

// RFC 2781: without a statement about the byte order UTF-16 is big endian, marked by a BOM. iconv
// would take the byte order of the machine.

Recoded encode_text(std::string_view utf8, const std::string& charset) {
    if (!is_plain_utf16(charset)) {
        return recode(utf8, charset, "UTF-8", charset);
    }
    Recoded recoded = recode(utf8, "UTF-16BE", "UTF-8", charset);
    recoded.text.insert(0, "\xFE\xFF");
    return recoded;
}

Recoded decode_text(std::string_view bytes, const std::string& charset) {
    const bool has_mark = bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE");
    const bool assume_big_endian = is_plain_utf16(charset) && !has_mark;
    return recode(bytes, "UTF-8", assume_big_endian ? "UTF-16BE" : charset, charset);
}

}  // namespace kiln::hcl::functions
