#include "lint/shell/characters.hpp"
#include "lint/shell/reader.hpp"

#include <algorithm>

namespace kiln::lint::shell {

bool Reader::take_keyword(const Word& word) {
    const std::string& text = word.text;
    if (text == "if") {
        open("fi", BlockKind::branch);
        frame().in_condition = true;
    } else if (text == "while" || text == "until") {
        open("done", BlockKind::loop);
        frame().in_condition = true;
    } else if (text == "for" || text == "select") {
        open("done", BlockKind::loop);
        skip_to_separator();
    } else if (text == "case") {
        open("esac", BlockKind::choice);
        skip_case_head();
        frame().wants_pattern = true;
    } else if (text == "elif") {
        frame().in_condition = true;
    } else if (text == "then" || text == "else" || text == "do") {
        frame().in_condition = false;
    } else if (text == "fi" || text == "done" || text == "esac" || text == "}") {
        close(text);
    } else if (text == "{") {
        open("}", list_.function_follows ? BlockKind::function : BlockKind::group);
        list_.function_follows = false;
    } else if (text == "!") {
        list_.negated = true;
    } else if (text == "function") {
        list_.skip_words = 1;
        list_.function_follows = true;
    } else if (text == "[[") {
        take_test(word);
    } else {
        return false;
    }
    return true;
}

// `[[ ... ]]`: operators inside are no operators of the shell.
void Reader::take_test(const Word& word) {
    command_.begin = word.begin;
    const std::size_t close = std::min(text_.substr(0, end_).find("]]", pos_), end_);
    command_.words.push_back(word);
    command_.words.push_back(
        {std::string(text_.substr(pos_, close - pos_)), pos_, close, false, true}
    );
    pos_ = std::min(close + 2, end_);
    command_.end = pos_;
}

// The head of a for: its words are no commands.
void Reader::skip_to_separator() {
    while (pos_ < end_ && is_blank(text_[pos_])) {
        ++pos_;
    }
    if (text_.substr(pos_, 2) == "((") {
        pos_ = skip_parentheses(pos_);
    }
    while (pos_ < end_ && text_[pos_] != '\n' && text_[pos_] != ';') {
        if (ends_word(text_[pos_])) {
            ++pos_;
        } else {
            read_word();
        }
    }
}

// A pattern of a case, up to its ")".
void Reader::read_pattern() {
    const std::size_t begin = pos_;
    while (pos_ < end_ && text_[pos_] != ')') {
        const char c = text_[pos_];
        if (c == '\'' || c == '"') {
            pos_ = std::min(find(c, pos_ + 1), end_ - 1);
        } else if (is_blank(c) || c == '\n') {
            const std::string_view word = text_.substr(begin, pos_ - begin);
            if (word == "esac") {
                break;
            }
        } else if (c == ';' && text_.substr(begin, pos_ - begin) == "esac") {
            break;
        }
        ++pos_;
    }
    if (text_.substr(begin, pos_ - begin) == "esac") {
        close("esac");
        return;
    }
    pos_ += pos_ < end_ ? 1 : 0;
    frame().wants_pattern = false;
}

void Reader::skip_case_head() {
    while (pos_ < end_) {
        while (pos_ < end_ && (is_blank(text_[pos_]) || text_[pos_] == '\n')) {
            ++pos_;
        }
        if (pos_ >= end_) {
            return;
        }
        if (ends_word(text_[pos_])) {
            ++pos_;
        } else if (read_word().text == "in") {
            return;
        }
    }
}

void Reader::open(std::string_view closer, BlockKind kind) {
    list_.frames.push_back(
        {closer,
         add_block(kind, frame().block),
         list_.after_pipe ? list_.pipeline : kNone,
         list_.before,
         list_.joint,
         false,
         false}
    );
    list_.pipeline = kNone;
    list_.after_pipe = false;
    list_.before = kNone;
    list_.joint = Joint::none;
}

// Ends the compound command; what follows belongs to it as a command without words.
void Reader::close(std::string_view closer) {
    finish_list();
    if (list_.frames.size() == 1 || frame().closer != closer) {
        return;
    }
    const Frame closed = frame();
    list_.frames.pop_back();
    list_.pipeline = closed.outer_pipeline;
    list_.after_pipe = closed.outer_pipeline != kNone;
    list_.before = closed.outer_before;
    list_.joint = closed.outer_joint;
    list_.compound = true;
    command_ = {};
    command_.begin = pos_ > 0 ? pos_ - 1 : 0;
    command_.end = pos_;
}

std::size_t Reader::add_block(BlockKind kind, std::size_t parent) {
    Block block{kind, parent, {}};
    if (parent != kNone) {
        block.kinds = script_.blocks[parent].kinds;
    }
    block.kinds.set(static_cast<std::size_t>(kind));
    script_.blocks.push_back(block);
    return script_.blocks.size() - 1;
}

}  // namespace kiln::lint::shell
