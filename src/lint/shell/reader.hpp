#pragma once

#include "lint/shell/script.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::lint::shell {

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

/// Reads a script in one pass. A list is read piece by piece (read_lists.cpp): what separates
/// commands, redirects with their here-documents (read_redirects.cpp), and words with their quotes
/// and expansions (read_words.cpp). A word goes to the command that is being read
/// (read_commands.cpp), unless it is a keyword that opens or closes a compound command
/// (read_compound.cpp). Substitutions and quoted scripts are lists within the text, read by
/// recursion; compound commands nest on a list of their own.
class Reader {
public:
    explicit Reader(std::string_view text);

    Script read();

private:
    struct PendingDocument {
        std::size_t command;  ///< kNone while its command goes on
        std::size_t redirect;
        bool strip_tabs;
    };
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

    // ---- a list: commands up to `terminator` (which is taken) or the end
    void read_list(std::size_t block, char terminator);
    void read_piece(char c);  ///< one separator, comment, redirect or word
    void read_semicolon();
    void read_ampersand();
    void read_bar();
    void read_parenthesis();
    void join(Joint joint);
    void finish_list();

    // ---- a command
    bool at_command_start() const;
    void begin_command();
    void take_word(Word word);
    void finish_command();
    void await_documents(std::size_t command);
    void read_quoted_script(std::size_t index);

    // ---- compound commands
    bool take_keyword(const Word& word);
    void take_test(const Word& word);
    void skip_to_separator();
    void read_pattern();
    void skip_case_head();
    void open(std::string_view closer, BlockKind kind);
    void close(std::string_view closer);
    std::size_t add_block(BlockKind kind, std::size_t parent);

    // ---- redirects and here-documents
    void read_redirect();
    void read_documents();
    void read_document_script(std::size_t index, const Redirect& redirect);

    // ---- words
    Word read_word();
    void read_escape(Word& word);
    void read_single_quotes(Word& word);
    void read_double_quotes(Word& word);
    void read_expansion(Word& word);
    void read_nested(Word& word, std::size_t begin);
    void append_raw(Word& word, std::size_t to);
    /// From an opening bracket to behind the one that closes it.
    std::size_t skip_brackets(std::size_t from, char opening, char closing) const;
    std::size_t skip_parentheses(std::size_t from) const { return skip_brackets(from, '(', ')'); }
    std::size_t skip_braces(std::size_t from) const { return skip_brackets(from, '{', '}'); }

    // ---- parts of the text as scripts of their own
    void read_inside(std::size_t begin, std::size_t end, BlockKind kind, std::size_t parent);
    template <class Read>
    void in_context(BlockKind kind, std::size_t parent, Read read) {
        ++depth_;
        Command outer_command = std::exchange(command_, {});
        std::vector<PendingDocument> outer_pending = std::exchange(pending_, {});
        read(add_block(kind, parent));
        command_ = std::move(outer_command);
        pending_ = std::move(outer_pending);
        --depth_;
    }

    std::size_t find(char c, std::size_t from) const { return text_.substr(0, end_).find(c, from); }
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

/// Substitutions are read by recursion, so their depth is bounded; deeper ones are skipped as text.
constexpr int kMaxDepth = 50;

}  // namespace kiln::lint::shell
