#include "lint/shell/characters.hpp"
#include "lint/shell/reader.hpp"

#include <algorithm>
#include <utility>

namespace kiln::lint::shell {

namespace {

// A quoted script is read twice, as a word and as a script: each level doubles the work.
constexpr int kMaxScriptDepth = 4;

}  // namespace

Reader::Reader(std::string_view text) : text_(text), end_(text.size()) {
    script_.text = text;
}

Script Reader::read() {
    if (text_.starts_with("#!")) {
        const std::size_t line_end = std::min(text_.find('\n'), text_.size());
        script_.shebang = text_.substr(2, line_end - 2);
        while (!script_.shebang.empty() && is_blank(script_.shebang.back())) {
            script_.shebang.pop_back();
        }
        script_.shebang.erase(0, script_.shebang.find_first_not_of(' '));
    }
    read_list(add_block(BlockKind::root, kNone), '\0');
    return std::move(script_);
}

// A part of the text as a script of its own.
void Reader::read_inside(std::size_t begin, std::size_t end, BlockKind kind, std::size_t parent) {
    const bool is_script = kind == BlockKind::script;
    if (depth_ >= kMaxDepth || (is_script && script_depth_ >= kMaxScriptDepth)) {
        return;
    }
    script_depth_ += is_script ? 1 : 0;
    const std::size_t outer_pos = std::exchange(pos_, begin);
    const std::size_t outer_end = std::exchange(end_, end);
    in_context(kind, parent, [this](std::size_t block) { read_list(block, '\0'); });
    script_depth_ -= is_script ? 1 : 0;
    pos_ = outer_pos;
    end_ = outer_end;
}

Script read_script(std::string_view text) {
    return Reader(text).read();
}

}  // namespace kiln::lint::shell
