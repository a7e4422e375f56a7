#include "hcl/functions/format_directive.hpp"

#include "base/ascii.hpp"
#include "hcl/print.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

// Characters of output, so that no format fills the memory.
constexpr int kMaxWidth = 1'000'000;

/// Reads one directive behind its `%`.
class DirectiveReader {
public:
    DirectiveReader(std::string_view format, std::size_t offset)
        : format_(format), at_(offset + 1) {
        directive_.offset = offset;
    }

    /// Nothing when the directive is wrong: see error().
    std::optional<Directive> read() {
        while (read_flag()) {
        }
        directive_.width = read_number();
        if (accept('.')) {
            const std::optional<int> digits = read_number();
            directive_.precision = digits.value_or(0);
            directive_.bare_point = !digits;
        }
        if (accept('[') && !read_argument()) {
            return std::nullopt;
        }
        if (too_large_) {
            error_ = "a width or precision is larger than 1000000";
            return std::nullopt;
        }
        return read_verb();
    }

    const std::string& error() const { return error_; }
    std::size_t end() const { return at_; }

private:
    bool accept(char c) {
        const bool found = at_ < format_.size() && format_[at_] == c;
        at_ += found ? 1 : 0;
        return found;
    }

    bool read_flag() {
        bool* const flags[] = {
            &directive_.plus,
            &directive_.minus,
            &directive_.space,
            &directive_.zero,
            &directive_.sharp};
        constexpr char kFlags[] = "+- 0#";
        for (std::size_t i = 0; i < std::size(flags); ++i) {
            if (accept(kFlags[i])) {
                *flags[i] = true;
                return true;
            }
        }
        return false;
    }

    std::optional<int> read_number() {
        std::optional<int> number;
        for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
            number = number.value_or(0) * 10 + (format_[at_] - '0');
            if (*number > kMaxWidth) {
                too_large_ = true;
                number = 0;
            }
        }
        return number;
    }

    bool read_argument() {
        const std::optional<int> number = read_number();
        if (!number || *number < 1 || !accept(']')) {
            return unexpected();
        }
        directive_.argument = static_cast<std::size_t>(*number) - 1;
        return true;
    }

    std::optional<Directive> read_verb() {
        const char c = at_ < format_.size() ? format_[at_] : '\0';
        if (!is_letter(c)) {
            unexpected();
            return std::nullopt;
        }
        ++at_;
        directive_.verb = c;
        directive_.text = format_.substr(directive_.offset, at_ - directive_.offset);
        return directive_;
    }

    bool unexpected() {
        if (at_ >= format_.size()) {
            error_ = "the format ends inside " + quote_briefly(format_.substr(directive_.offset)) +
                     "; write %% for a percent sign";
        } else {
            error_ = "unexpected character at offset " + std::to_string(at_) +
                     " of the format, in " +
                     quote_briefly(format_.substr(directive_.offset, at_ + 1 - directive_.offset)) +
                     "; write %% for a percent sign";
        }
        return false;
    }

    std::string_view format_;
    std::size_t at_;
    Directive directive_;
    bool too_large_ = false;
    std::string error_;
};

}  // namespace

std::variant<std::vector<FormatPart>, std::string> parse_format(std::string_view format) {
    std::vector<FormatPart> parts;
    std::string literal;
    std::size_t at = 0;
    while (at < format.size()) {
        if (format[at] != '%') {
            literal.push_back(format[at++]);
            continue;
        }
        if (format.substr(at).starts_with("%%")) {
            literal.push_back('%');
            at += 2;
            continue;
        }
        DirectiveReader reader(format, at);
        std::optional<Directive> directive = reader.read();
        if (!directive) {
            return reader.error();
        }
        parts.emplace_back(std::exchange(literal, {}));
        parts.emplace_back(std::move(*directive));
        at = reader.end();
    }
    parts.emplace_back(std::move(literal));
    return parts;
}

}  // namespace kiln::hcl::functions
