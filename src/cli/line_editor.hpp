#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace kiln::cli {

/// Lines from a terminal, with editing and with the history of earlier sessions.
class LineEditor {
public:
    /// `history_file` is read now and written when the editor goes; its folder is made.
    explicit LineEditor(std::filesystem::path history_file);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// Without its newline. Nothing at the end of input and after Control-C.
    std::optional<std::string> read_line();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace kiln::cli
