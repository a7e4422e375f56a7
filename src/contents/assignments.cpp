#include "contents/assignments.hpp"

#include <algorithm>
#include <cctype>

namespace kiln::contents {
namespace {

bool is_name_byte(char byte) {
    return byte == '_' || std::isalnum(static_cast<unsigned char>(byte)) != 0;
}

/// One word of a shell, from the front of `text`.
class Word {
public:
    Word(std::string_view text, const Assignments& variables)
        : text_(text), variables_(variables) {}

    std::string value() {
        while (at_ < text_.size() && !ends_word(text_[at_])) {
            const char byte = text_[at_++];
            if (byte == '\'') {
                const std::size_t end = std::min(text_.find('\'', at_), text_.size());
                value_ += text_.substr(at_, end - at_);
                at_ = end + 1;
            } else if (byte == '"') {
                add_quoted();
            } else if (byte == '\\') {
                add_escaped();
            } else if (byte == '$') {
                add_variable();
            } else {
                value_ += byte;
            }
        }
        return value_;
    }
    std::size_t end() const { return std::min(at_, text_.size()); }

private:
    static bool ends_word(char byte) {
        return byte == ' ' || byte == '\t' || byte == '\n' || byte == ';' || byte == '&' ||
               byte == '|';
    }

    void add_quoted() {
        while (at_ < text_.size() && text_[at_] != '"') {
            const char byte = text_[at_++];
            if (byte == '\\') {
                add_escaped();
            } else if (byte == '$') {
                add_variable();
            } else {
                value_ += byte;
            }
        }
        ++at_;
    }

    void add_escaped() {
        if (at_ < text_.size() && text_[at_] != '\n') {
            value_ += text_[at_];
        }
        ++at_;
    }

    void add_variable() {
        const bool braces = at_ < text_.size() && text_[at_] == '{';
        std::size_t begin = at_ + (braces ? 1 : 0);
        std::size_t end = begin;
        while (end < text_.size() && is_name_byte(text_[end])) {
            ++end;
        }
        if (end == begin) {
            value_ += '$';
            return;
        }
        const auto found = variables_.find(std::string(text_.substr(begin, end - begin)));
        value_ += found == variables_.end() ? "" : found->second;
        at_ = end;
        if (braces) {
            at_ = std::min(text_.find('}', at_), text_.size() - 1) + 1;
        }
    }

    std::string_view text_;
    const Assignments& variables_;
    std::size_t at_ = 0;
    std::string value_;
};

std::size_t end_of_line(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

void read_assignments(std::string_view text, Assignments& variables) {
    std::size_t at = 0;
    while (at < text.size()) {
        at = std::min(text.find_first_not_of(" \t\n;", at), text.size());
        constexpr std::string_view kExport = "export ";
        if (text.substr(at).starts_with(kExport)) {
            at += kExport.size();
        }
        std::size_t end = at;
        while (end < text.size() && is_name_byte(text[end])) {
            ++end;
        }
        const std::string name(text.substr(at, end - at));
        const bool adds = text.substr(end).starts_with("+=");
        if (name.empty() || (!adds && !text.substr(end).starts_with("="))) {
            at = end_of_line(text, at);
            continue;
        }
        const std::size_t begin = end + (adds ? 2 : 1);
        Word word(text.substr(begin), variables);
        const std::string value = word.value();
        variables[name] = adds ? variables[name] + value : value;
        at = begin + word.end();
    }
}

}  // namespace kiln::contents
