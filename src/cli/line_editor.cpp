#include "cli/line_editor.hpp"

#include <cstdio>
#include <histedit.h>
#include <system_error>
#include <utility>

namespace kiln::cli {

namespace {

constexpr int kHistoryLines = 1000;

char* prompt(EditLine*) {
    static char text[] = "> ";
    return text;
}

}  // namespace

struct LineEditor::State {
    std::filesystem::path history_file;
    std::unique_ptr<History, decltype(&history_end)> history{history_init(), history_end};
    std::unique_ptr<EditLine, decltype(&el_end)> editor{
        el_init("kiln", stdin, stdout, stderr), el_end};
};

LineEditor::LineEditor(std::filesystem::path history_file) : state_(std::make_unique<State>()) {
    state_->history_file = std::move(history_file);
    EditLine* const editor = state_->editor.get();
    HistEvent event = {};
    history(state_->history.get(), &event, H_SETSIZE, kHistoryLines);
    history(state_->history.get(), &event, H_SETUNIQUE, 1);
    history(state_->history.get(), &event, H_LOAD, state_->history_file.c_str());
    el_set(editor, EL_PROMPT, prompt);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_SIGNAL, 1);
    el_set(editor, EL_HIST, history, state_->history.get());
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor, nullptr);  // ~/.editrc
}

LineEditor::~LineEditor() {
    // A history that can not be kept is no reason to fail what was asked for.
    std::error_code ignored;
    std::filesystem::create_directories(state_->history_file.parent_path(), ignored);
    HistEvent event = {};
    history(state_->history.get(), &event, H_SAVE, state_->history_file.c_str());
}

std::optional<std::string> LineEditor::read_line() {
    int length = 0;
    const char* text = el_gets(state_->editor.get(), &length);
    if (text == nullptr || length <= 0) {
        return std::nullopt;
    }
    std::string line(text, static_cast<std::size_t>(length));
    while (line.ends_with('\n') || line.ends_with('\r')) {
        line.pop_back();
    }
    if (!line.empty()) {
        HistEvent event = {};
        history(state_->history.get(), &event, H_ENTER, line.c_str());
    }
    return line;
}

}  // namespace kiln::cli
