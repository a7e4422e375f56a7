#include "lint/shell/characters.hpp"
#include "lint/shell/reader.hpp"

#include <algorithm>
#include <utility>

namespace kiln::lint::shell {

// Reads commands up to `terminator` (which is taken) or the end.
void Reader::read_list(std::size_t block, char terminator) {
    ListState outer = std::exchange(list_, {});
    list_.frames.push_back({"", block, kNone, kNone, Joint::none, false, false});
    while (pos_ < end_) {
        const char c = text_[pos_];
        if (terminator != '\0' && c == terminator && list_.frames.size() == 1) {
            break;
        }
        read_piece(c);
    }
    finish_command();
    list_ = std::move(outer);
    if (terminator != '\0' && pos_ < end_ && text_[pos_] == terminator) {
        ++pos_;
    }
}

// One separator, comment, redirect or word.
void Reader::read_piece(char c) {
    if (is_blank(c)) {
        ++pos_;
    } else if (c == '\n') {
        finish_list();
        ++pos_;
        read_documents();
    } else if (c == '#') {
        pos_ = std::min(find('\n', pos_), end_);
    } else if (c == '\\' && pos_ + 1 < end_ && text_[pos_ + 1] == '\n') {
        pos_ += 2;
    } else if (frame().wants_pattern) {
        read_pattern();
    } else if (c == ';') {
        read_semicolon();
    } else if (c == '&') {
        read_ampersand();
    } else if (c == '|') {
        read_bar();
    } else if (c == '<' || c == '>') {
        read_redirect();
    } else if (c == '(') {
        read_parenthesis();
    } else if (c == ')') {
        close(")");
        ++pos_;
    } else {
        take_word(read_word());
    }
}

void Reader::read_semicolon() {
    finish_list();
    ++pos_;
    if (frame().closer == "esac" && pos_ < end_ && (text_[pos_] == ';' || text_[pos_] == '&')) {
        while (pos_ < end_ && (text_[pos_] == ';' || text_[pos_] == '&')) {
            ++pos_;
        }
        frame().wants_pattern = true;
    }
}

void Reader::read_ampersand() {
    if (text_.substr(pos_, 2) == "&>") {
        ++pos_;
        read_redirect();
    } else if (text_.substr(pos_, 2) == "&&") {
        pos_ += 2;
        join(Joint::and_then);
    } else {
        ++pos_;
        finish_list();
    }
}

void Reader::read_bar() {
    if (text_.substr(pos_, 2) == "||") {
        pos_ += 2;
        join(Joint::or_else);
        return;
    }
    pos_ += text_.substr(pos_, 2) == "|&" ? 2U : 1U;
    finish_command();
    list_.after_pipe = true;
}

void Reader::read_parenthesis() {
    if (command_.words.size() == 1 && command_.assignments.empty()) {
        // NAME ( ) opens a function; its body is the group that follows.
        pos_ = std::min(find(')', pos_), end_ - 1) + 1;
        command_ = {};
        list_.function_follows = true;
    } else if (at_command_start() && text_.substr(pos_, 2) == "((") {
        begin_command();
        pos_ = skip_parentheses(pos_);
        command_.words.push_back({"((", pos_, pos_, false, false});
    } else {
        ++pos_;
        open(")", BlockKind::group);
    }
}

void Reader::join(Joint joint) {
    finish_command();
    list_.before = list_.pipeline;
    list_.joint = joint;
    list_.pipeline = kNone;
}

void Reader::finish_list() {
    finish_command();
    if (list_.after_pipe) {
        return;  // goes on in the next line
    }
    if (list_.joint == Joint::none || list_.pipeline != kNone) {
        list_.before = kNone;
        list_.joint = Joint::none;
    }
    list_.pipeline = kNone;
    list_.compound = false;
    list_.skip_words = 0;
}

}  // namespace kiln::lint::shell
