#include "lint/shell/invocation.hpp"
#include "lint/shell/script.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace kiln::lint::shell {

namespace {

// Substitutions and quoted scripts are read by recursion, so their depth is bounded; deeper ones
// are skipped as text. Compound commands nest on a list of their own.
constexpr int kMaxDepth = 50;
// A quoted script is read twice, as a word and as a script: each level doubles the work.
constexpr int kMaxScriptDepth = 4;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

bool ends_word(char c) {
    return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' ||
           c == '(' || c == ')';
}

bool is_name(std::string_view text) {
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
           });
}

/// A compound command that is open, with what goes on after its end.
struct Frame {
    std::string_view closer;  ///< "fi", "done", "esac", "}", ")"; "" for the outermost
    std::size_t block = 0;
    std::size_t outer_pipeline = kNone;
    std::size_t outer_before = kNone;
    Joint outer_joint = Joint::none;
    bool in_condition = false;
    bool wants_pattern = false;  ///< of a case
};

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text), end_(text.size()) {
        script_.text = text;
        script_.blocks.push_back({BlockKind::root, kNone});
    }

    Script read() {
        if (text_.starts_with("#!")) {
            const std::size_t line_end = std::min(text_.find('\n'), text_.size());
            script_.shebang = text_.substr(2, line_end - 2);
            while (!script_.shebang.empty() && is_blank(script_.shebang.back())) {
                script_.shebang.pop_back();
            }
            script_.shebang.erase(0, script_.shebang.find_first_not_of(' '));
        }
        read_list(0, '\0');
        return std::move(script_);
    }

private:
    struct PendingDocument {
        std::size_t command;
        std::size_t redirect;
        bool strip_tabs;
    };

    // ---- lists

    // Reads commands up to `terminator` (which is taken) or the end.
    void read_list(std::size_t block, char terminator) {
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
    void read_piece(char c) {
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

    void read_semicolon() {
        finish_list();
        ++pos_;
        if (frame().closer == "esac" && pos_ < end_ && (text_[pos_] == ';' || text_[pos_] == '&')) {
            while (pos_ < end_ && (text_[pos_] == ';' || text_[pos_] == '&')) {
                ++pos_;
            }
            frame().wants_pattern = true;
        }
    }

    void read_ampersand() {
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

    void read_bar() {
        if (text_.substr(pos_, 2) == "||") {
            pos_ += 2;
            join(Joint::or_else);
            return;
        }
        pos_ += text_.substr(pos_, 2) == "|&" ? 2U : 1U;
        finish_command();
        list_.after_pipe = true;
    }

    void read_parenthesis() {
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

    // A pattern of a case, up to its ")".
    void read_pattern() {
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

    // ---- commands

    bool at_command_start() const {
        return command_.words.empty() && command_.assignments.empty() && !list_.compound;
    }

    void begin_command() {
        if (at_command_start() && command_.redirects.empty()) {
            command_.begin = pos_;
        }
    }

    void take_word(Word word) {
        if (word.text.empty() && !word.quoted) {
            return;  // the number of a descriptor
        }
        if (at_command_start() && !word.quoted && take_keyword(word)) {
            return;
        }
        if (list_.skip_words > 0) {
            --list_.skip_words;
            return;
        }
        if (at_command_start() && command_.redirects.empty()) {
            command_.begin = word.begin;
        }
        command_.end = word.end;
        const std::size_t equals = word.text.find('=');
        if (command_.words.empty() && equals != std::string::npos &&
            is_name(std::string_view(word.text).substr(
                0, equals - (equals > 0 && word.text[equals - 1] == '+' ? 1 : 0)
            ))) {
            command_.assignments.push_back(std::move(word));
        } else {
            command_.words.push_back(std::move(word));
        }
    }

    bool take_keyword(const Word& word) {
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
    void take_test(const Word& word) {
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
    void skip_to_separator() {
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

    void skip_case_head() {
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

    void open(std::string_view closer, BlockKind kind) {
        script_.blocks.push_back({kind, frame().block});
        list_.frames.push_back(
            {closer,
             script_.blocks.size() - 1,
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
    void close(std::string_view closer) {
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

    void finish_command() {
        if (at_command_start() && command_.redirects.empty()) {
            return;
        }
        command_.block = frame().block;
        command_.is_condition = frame().in_condition;
        if (!list_.after_pipe || list_.pipeline == kNone) {
            list_.pipeline = script_.pipelines.size();
            script_.pipelines.push_back({{}, list_.joint, list_.before, list_.negated});
            list_.joint = Joint::none;
            list_.before = kNone;
            list_.negated = false;
        }
        command_.pipeline = list_.pipeline;
        const std::size_t index = script_.commands.size();
        script_.pipelines[list_.pipeline].commands.push_back(index);
        for (PendingDocument& pending : pending_) {
            pending.command = pending.command == kNone ? index : pending.command;
        }
        script_.commands.push_back(std::exchange(command_, {}));
        list_.compound = false;
        list_.after_pipe = false;
        read_quoted_script(index);
    }

    void join(Joint joint) {
        finish_command();
        list_.before = list_.pipeline;
        list_.joint = joint;
        list_.pipeline = kNone;
    }

    void finish_list() {
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

    // `sh -c 'script'`, `eval "script"`
    void read_quoted_script(std::size_t index) {
        const Command& command = script_.commands[index];
        if (command.words.size() < 2) {
            return;
        }
        const std::optional<Invocation> run = invocation(command);
        if (!run || run->arguments.empty()) {
            return;
        }
        std::optional<Word> inner;
        if (is_shell(run->program) || run->program == "su") {
            inner = run->value_of("-c");
        } else if (run->program == "eval") {
            inner = run->arguments.front();
        }
        if (!inner || inner->end - inner->begin < 2) {
            return;
        }
        const char quote = text_[inner->begin];
        if ((quote == '\'' || quote == '"') && text_[inner->end - 1] == quote) {
            read_inside(inner->begin + 1, inner->end - 1, BlockKind::script, command.block);
        }
    }

    // ---- redirects and here-documents

    void read_redirect() {
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
            if (pos_ < end_ && (text_[pos_] == '-' ||
                                std::isdigit(static_cast<unsigned char>(text_[pos_])) != 0)) {
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
    void read_documents() {
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
    void read_document_script(std::size_t index, const Redirect& redirect) {
        const std::optional<Invocation> run = invocation(script_.commands[index]);
        if (run && is_shell(run->program) &&
            (run->arguments.empty() || run->arguments.front().text.starts_with('-'))) {
            read_inside(
                redirect.body_begin,
                redirect.body_end,
                BlockKind::script,
                script_.commands[index].block
            );
        }
    }

    // ---- words

    std::size_t find(char c, std::size_t from) const { return text_.substr(0, end_).find(c, from); }

    Word read_word() {
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
            } else if ((c == '<' || c == '>') && word.text.empty() &&
                       text_.substr(pos_ + 1, 1) == "(") {
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

    static bool is_descriptor(const Word& word) {
        return !word.text.empty() && !word.quoted &&
               word.text.find_first_not_of("0123456789") == std::string::npos;
    }

    void append_raw(Word& word, std::size_t to) {
        word.text += text_.substr(pos_, to - pos_);
        pos_ = to;
    }

    void read_escape(Word& word) {
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

    void read_single_quotes(Word& word) {
        const std::size_t close = std::min(find('\'', pos_ + 1), end_);
        word.text += text_.substr(pos_ + 1, close - pos_ - 1);
        word.quoted = true;
        pos_ = std::min(close + 1, end_);
    }

    void read_double_quotes(Word& word) {
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
    void read_expansion(Word& word) {
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
    void read_nested(Word& word, std::size_t begin) {
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

    // A part of the text as a script of its own.
    void read_inside(std::size_t begin, std::size_t end, BlockKind kind, std::size_t parent) {
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

    template <class Read>
    void in_context(BlockKind kind, std::size_t parent, Read read) {
        ++depth_;
        Command outer_command = std::exchange(command_, {});
        std::vector<PendingDocument> outer_pending = std::exchange(pending_, {});
        script_.blocks.push_back({kind, parent});
        read(script_.blocks.size() - 1);
        command_ = std::move(outer_command);
        pending_ = std::move(outer_pending);
        --depth_;
    }

    // From an opening bracket to behind the one that closes it.
    std::size_t skip_brackets(std::size_t from, char opening, char closing) const {
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
    std::size_t skip_parentheses(std::size_t from) const { return skip_brackets(from, '(', ')'); }
    std::size_t skip_braces(std::size_t from) const { return skip_brackets(from, '{', '}'); }

    struct ListState {
        std::vector<Frame> frames;
        std::size_t pipeline = kNone;  ///< of the command before
        std::size_t before = kNone;
        Joint joint = Joint::none;
        bool after_pipe = false;
        bool negated = false;
        bool compound = false;  ///< a compound command has just ended
        bool function_follows = false;
        int skip_words = 0;
    };

    Frame& frame() { return list_.frames.back(); }

    std::string_view text_;
    std::size_t pos_ = 0;
    std::size_t end_;
    int depth_ = 0;
    int script_depth_ = 0;
    Script script_;
    ListState list_;
    Command command_;
    std::vector<PendingDocument> pending_;
};

}  // namespace

bool Script::is_inside(const Command& command, BlockKind kind) const {
    for (std::size_t at = command.block; at != kNone; at = blocks[at].parent) {
        if (blocks[at].kind == kind) {
            return true;
        }
    }
    return false;
}

Script read_script(std::string_view text) {
    return Reader(text).read();
}

}  // namespace kiln::lint::shell
