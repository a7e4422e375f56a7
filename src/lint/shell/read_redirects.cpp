#include "lint/shell/characters.hpp"
#include "lint/shell/reader.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace kiln::lint::shell {

void Reader::read_redirect() {
    begin_command();
    Redirect redirect;
    const bool input = text_[pos_] == '<';
    ++pos_;
    if (pos_ < end_ && text_[pos_] == '(') {
        --pos_;
        take_word(read_word());  // <( ... )
        return;
    }
    bool strip_tabs = false;
    if (input && text_.substr(pos_, 2) == "<<") {
        redirect.kind = RedirectKind::here_string;
        pos_ += 2;
    } else if (input && pos_ < end_ && text_[pos_] == '<') {
        redirect.kind = RedirectKind::here_document;
        ++pos_;
        strip_tabs = pos_ < end_ && text_[pos_] == '-';
        pos_ += strip_tabs ? 1 : 0;
    } else if (input) {
        redirect.kind = RedirectKind::input;
    } else if (pos_ < end_ && text_[pos_] == '>') {
        redirect.kind = RedirectKind::append;
        ++pos_;
    } else if (pos_ < end_ && text_[pos_] == '|') {
        ++pos_;
    }
    if (pos_ < end_ && text_[pos_] == '&') {
        ++pos_;
        if (pos_ < end_ &&
            (text_[pos_] == '-' || std::isdigit(static_cast<unsigned char>(text_[pos_])) != 0)) {
            while (pos_ < end_ && !ends_word(text_[pos_])) {
                ++pos_;
            }
            return;  // a copy of a descriptor
        }
    }
    while (pos_ < end_ && is_blank(text_[pos_])) {
        ++pos_;
    }
    redirect.target = read_word();
    command_.end = pos_;
    if (redirect.kind == RedirectKind::here_document) {
        pending_.push_back({kNone, command_.redirects.size(), strip_tabs});
    }
    command_.redirects.push_back(std::move(redirect));
}

// At the beginning of a line: the bodies of the here-documents of the line before.
void Reader::read_documents() {
    std::vector<PendingDocument> pending = std::exchange(pending_, {});
    for (const PendingDocument& document : pending) {
        if (document.command == kNone) {
            pending_.push_back(document);  // its command goes on in the next line
            continue;
        }
        const std::size_t begin = pos_;
        std::size_t body_end = end_;
        const std::string delimiter =
            script_.commands[document.command].redirects[document.redirect].target.text;
        while (pos_ < end_) {
            const std::size_t line_end = std::min(find('\n', pos_), end_);
            std::string_view line = text_.substr(pos_, line_end - pos_);
            if (document.strip_tabs) {
                line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
            }
            if (line.ends_with('\r')) {
                line.remove_suffix(1);
            }
            const std::size_t line_begin = pos_;
            pos_ = std::min(line_end + 1, end_);
            if (line == delimiter) {
                body_end = line_begin;
                break;
            }
        }
        Redirect& redirect = script_.commands[document.command].redirects[document.redirect];
        redirect.body_begin = begin;
        redirect.body_end = std::max(begin, body_end);
        read_document_script(document.command, redirect);
    }
}

// `bash <<EOF`, `sudo sh -s <<EOF`
void Reader::read_document_script(std::size_t index, const Redirect& redirect) {
    const std::optional<Invocation>& run = script_.commands[index].run;
    if (run && is_shell(run->program) &&
        (run->arguments.empty() || run->arguments.front().text.starts_with('-'))) {
        read_inside(
            redirect.body_begin, redirect.body_end, BlockKind::script, script_.commands[index].block
        );
    }
}

}  // namespace kiln::lint::shell
