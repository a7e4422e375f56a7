#include "lint/shell/characters.hpp"
#include "lint/shell/reader.hpp"

#include <algorithm>
#include <cctype>

namespace kiln::lint::shell {

namespace {

bool is_descriptor(const Word& word) {
    return !word.text.empty() && !word.quoted &&
           word.text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

Word Reader::read_word() {
    Word word;
    word.begin = pos_;
    while (pos_ < end_) {
        const char c = text_[pos_];
        if (c == '\\') {
            read_escape(word);
        } else if (c == '\'') {
            read_single_quotes(word);
        } else if (c == '"') {
            read_double_quotes(word);
        } else if (c == '$' || c == '`') {
            read_expansion(word);
        } else if ((c == '<' || c == '>') && word.text.empty() && text_.substr(pos_ + 1, 1) == "(") {
            word.expands = true;
            read_nested(word, pos_ + 2);
        } else if (c == '(' && word.text.ends_with('=')) {
            append_raw(word, skip_parentheses(pos_));  // an array
        } else if ((c == '<' || c == '>') && is_descriptor(word)) {
            word.text.clear();  // 2>file
            break;
        } else if (ends_word(c)) {
            break;
        } else {
            word.text += c;
            ++pos_;
        }
    }
    word.end = pos_;
    if (pos_ == word.begin && pos_ < end_) {
        ++pos_;  // never stand still
    }
    return word;
}

void Reader::append_raw(Word& word, std::size_t to) {
    word.text += text_.substr(pos_, to - pos_);
    pos_ = to;
}

void Reader::read_escape(Word& word) {
    if (pos_ + 1 >= end_) {
        ++pos_;
    } else if (text_[pos_ + 1] == '\n') {
        pos_ += 2;
    } else {
        word.text += text_[pos_ + 1];
        word.quoted = true;
        pos_ += 2;
    }
}

void Reader::read_single_quotes(Word& word) {
    const std::size_t close = std::min(find('\'', pos_ + 1), end_);
    word.text += text_.substr(pos_ + 1, close - pos_ - 1);
    word.quoted = true;
    pos_ = std::min(close + 1, end_);
}

void Reader::read_double_quotes(Word& word) {
    word.quoted = true;
    ++pos_;
    while (pos_ < end_ && text_[pos_] != '"') {
        const char c = text_[pos_];
        if (c == '\\' && pos_ + 1 < end_) {
            const char next = text_[pos_ + 1];
            if (next == '\n') {
                pos_ += 2;
                continue;
            }
            if (next != '$' && next != '`' && next != '"' && next != '\\') {
                word.text += c;
            }
            word.text += next;
            pos_ += 2;
        } else if (c == '$' || c == '`') {
            read_expansion(word);
        } else {
            word.text += c;
            ++pos_;
        }
    }
    pos_ = std::min(pos_ + 1, end_);
}

// At "$" or "`".
void Reader::read_expansion(Word& word) {
    const char next = pos_ + 1 < end_ ? text_[pos_ + 1] : '\0';
    if (text_[pos_] == '`') {
        word.expands = true;
        const std::size_t begin = pos_ + 1;
        std::size_t close = begin;
        while (close < end_ && text_[close] != '`') {
            close += text_[close] == '\\' ? 2U : 1U;
        }
        close = std::min(close, end_);
        append_raw(word, std::min(close + 1, end_));
        read_inside(begin, close, BlockKind::substitution, frame().block);
    } else if (next == '(' && text_.substr(pos_ + 2, 1) == "(") {
        word.expands = true;
        append_raw(word, skip_parentheses(pos_ + 1));
    } else if (next == '(') {
        word.expands = true;
        read_nested(word, pos_ + 2);
    } else if (next == '{') {
        word.expands = true;
        append_raw(word, skip_braces(pos_ + 1));
    } else if (next == '\'' && !word.quoted) {
        ++pos_;
        read_single_quotes(word);
    } else {
        word.expands |= next == '_' || std::isalnum(static_cast<unsigned char>(next)) != 0 ||
                        next == '@' || next == '*' || next == '?' || next == '#';
        word.text += '$';
        ++pos_;
    }
}

// The commands of $( ) or <( ), the text of all of it.
void Reader::read_nested(Word& word, std::size_t begin) {
    const std::size_t start = pos_;
    if (depth_ >= kMaxDepth) {
        append_raw(word, skip_parentheses(begin - 1));
        return;
    }
    pos_ = begin;
    in_context(BlockKind::substitution, frame().block, [this](std::size_t block) {
        read_list(block, ')');
    });
    word.text += text_.substr(start, pos_ - start);
}

// From an opening bracket to behind the one that closes it.
std::size_t Reader::skip_brackets(std::size_t from, char opening, char closing) const {
    int open_count = 0;
    for (std::size_t at = from; at < end_; ++at) {
        const char c = text_[at];
        if (c == '\\') {
            ++at;
        } else if (c == '\'' && opening == '(') {
            at = std::min(find('\'', at + 1), end_);
        } else if (c == opening) {
            ++open_count;
        } else if (c == closing && --open_count == 0) {
            return at + 1;
        }
    }
    return end_;
}

}  // namespace kiln::lint::shell
