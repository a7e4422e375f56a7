#include "node/yaml.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <cstdint>

namespace kiln::node {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr int kMostDepth = 32;

/// What is left of a line without its comment; offsets are those of the file.
struct YamlLine {
    std::size_t begin = 0;  ///< of its first character that is no blank
    std::size_t end = 0;
    std::size_t indent = 0;
};

class YamlReader {
public:
    explicit YamlReader(const SourceFile& file) : file_(file), text_(file.text()) {}

    YamlNode read() {
        if (text_.size() > kMostBytes) {
            fail(0, 0, "the file is larger than 1 MiB");
        }
        check_encoding();
        cut_lines();
        if (lines_.empty()) {
            return {};
        }
        YamlNode root = read_block(lines_.front().indent, 0);
        if (next_ < lines_.size()) {
            const YamlLine& line = lines_[next_];
            fail(line.begin, line.end, "indented differently from the lines above");
        }
        return root;
    }

private:
    void check_encoding() const {
        for (std::size_t begin = 0; begin < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', begin), text_.size());
            if (!is_valid_utf8(std::string_view(text_).substr(begin, end - begin))) {
                fail(begin, end, "the line is not valid UTF-8");
            }
            begin = end + 1;
        }
    }

    [[noreturn]] void fail(
        std::size_t begin, std::size_t end, const std::string& message, const std::string& hint = {}
    ) const {
        Error error(ErrorKind::input, message, range(begin, end));
        error.set_hint(hint);
        throw error;
    }

    SourceRange range(std::size_t begin, std::size_t end) const {
        return {&file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

    std::string_view content(const YamlLine& line) const {
        return text_.substr(line.begin, line.end - line.begin);
    }

    // ---- lines

    void cut_lines() {
        std::size_t begin = 0;
        while (begin < text_.size()) {
            const std::size_t newline = std::min(text_.find('\n', begin), text_.size());
            cut_line(begin, newline);
            begin = newline + 1;
        }
    }

    void cut_line(std::size_t begin, std::size_t newline) {
        YamlLine line{begin, end_without_comment(begin, newline), 0};
        while (line.begin < line.end && text_[line.begin] == ' ') {
            ++line.begin;
        }
        line.indent = line.begin - begin;
        if (line.begin == line.end) {
            return;
        }
        if (text_[line.begin] == '\t') {
            fail(line.begin, line.begin + 1, "a tab in the indentation", "indent with blanks");
        }
        if (content(line) == "---" && lines_.empty()) {
            return;
        }
        if (content(line) == "---" || content(line) == "...") {
            fail(line.begin, line.end, "a second document", "one file is one document");
        }
        lines_.push_back(line);
    }

    /// Where a line ends without its comment and the blanks before it. A '#' within quotes or
    /// within a word is no comment.
    std::size_t end_without_comment(std::size_t begin, std::size_t newline) const {
        char quote = 0;
        char before = ' ';  // the last character that is no blank, ' ' at the start
        std::size_t end = newline;
        for (std::size_t i = begin; i < newline; ++i) {
            const char c = text_[i];
            if (quote != 0) {
                i += c == '\\' && quote == '"' ? 1U : 0U;
                quote = c == quote ? '\0' : quote;
            } else if ((c == '"' || c == '\'') && std::string_view(" :-[{,").find(before) != std::string_view::npos) {
                quote = c;
            } else if (c == '#' && (i == begin || text_[i - 1] == ' ' || text_[i - 1] == '\t')) {
                end = i;
                break;
            }
            before = c == ' ' ? before : c;
        }
        while (end > begin &&
               std::string_view(" \t\r").find(text_[end - 1]) != std::string_view::npos) {
            --end;
        }
        return end;
    }

    // ---- blocks

    static bool is_item(std::string_view content) {
        return content == "-" || content.starts_with("- ");
    }

    /// Where the ':' of a key stands that `content` begins with, or npos.
    std::size_t colon_of(const YamlLine& line) const {
        std::size_t i = line.begin;
        if (text_[i] == '"' || text_[i] == '\'') {
            i = end_of_quoted(i, line.end);
        } else if (text_[i] == '[' || text_[i] == '{') {
            return std::string_view::npos;
        }
        for (; i < line.end; ++i) {
            if (text_[i] == ':' && (i + 1 == line.end || text_[i + 1] == ' ')) {
                return i;
            }
        }
        return std::string_view::npos;
    }

    YamlNode read_block(std::size_t indent, int depth) {
        if (depth > kMostDepth) {
            fail(lines_[next_].begin, lines_[next_].end, "nested deeper than 32");
        }
        const YamlLine& line = lines_[next_];
        if (is_item(content(line))) {
            return read_list(indent, depth);
        }
        if (colon_of(line) != std::string_view::npos) {
            return read_map(indent, depth);
        }
        ++next_;
        return read_inline(line.begin, line.end, depth);
    }

    bool at_indent(std::size_t indent) const {
        return next_ < lines_.size() && lines_[next_].indent == indent;
    }

    YamlNode read_list(std::size_t indent, int depth) {
        YamlNode list;
        list.kind = YamlNode::Kind::list;
        list.range = range(lines_[next_].begin, lines_[next_].end);
        while (at_indent(indent) && is_item(content(lines_[next_]))) {
            YamlLine& line = lines_[next_];
            if (line.end - line.begin == 1) {
                const SourceRange dash = range(line.begin, line.end);
                ++next_;
                list.items.push_back(read_nested(indent, false, dash, depth));
                continue;
            }
            // What follows the dash is a block of its own, indented by where it stands.
            const std::size_t skip = text_.find_first_not_of(' ', line.begin + 1) - line.begin;
            line.begin += skip;
            line.indent += skip;
            list.items.push_back(read_block(line.indent, depth + 1));
        }
        return list;
    }

    YamlNode read_map(std::size_t indent, int depth) {
        YamlNode map;
        map.kind = YamlNode::Kind::map;
        map.range = range(lines_[next_].begin, lines_[next_].end);
        while (at_indent(indent) && !is_item(content(lines_[next_]))) {
            const YamlLine line = lines_[next_];
            const std::size_t colon = colon_of(line);
            if (colon == std::string_view::npos) {
                fail(line.begin, line.end, "expected a key and a colon", "write \"key: value\"");
            }
            YamlNode::Entry entry = read_key(line.begin, colon);
            ++next_;
            const std::size_t value = std::min(text_.find_first_not_of(' ', colon + 1), line.end);
            entry.value = value < line.end ? read_inline(value, line.end, depth)
                                           : read_nested(indent, true, entry.key_range, depth);
            add_entry(map, std::move(entry));
        }
        return map;
    }

    /// The block that stands deeper than `indent`, or null. A list may stand as deep as its key.
    YamlNode read_nested(std::size_t indent, bool of_key, SourceRange owner, int depth) {
        if (next_ < lines_.size()) {
            const YamlLine& line = lines_[next_];
            if (line.indent > indent ||
                (of_key && line.indent == indent && is_item(content(line)))) {
                return read_block(line.indent, depth + 1);
            }
        }
        YamlNode null;
        null.range = owner;
        return null;
    }

    void add_entry(YamlNode& map, YamlNode::Entry entry) const {
        if (map.find(entry.key) != nullptr) {
            fail(
                entry.key_range.begin, entry.key_range.end, "\"" + entry.key + "\" is given twice"
            );
        }
        map.entries.push_back(std::move(entry));
    }

    YamlNode::Entry read_key(std::size_t begin, std::size_t colon) const {
        YamlNode::Entry entry;
        std::size_t end = colon;
        while (end > begin && text_[end - 1] == ' ') {
            --end;
        }
        entry.key_range = range(begin, end);
        const bool quoted = begin < end && (text_[begin] == '"' || text_[begin] == '\'');
        if (quoted && end_of_quoted(begin, end) != end) {
            fail(begin, end, "unexpected text after a quoted key");
        }
        entry.key = quoted ? unquote(begin, end) : std::string(text_.substr(begin, end - begin));
        if (entry.key.empty()) {
            fail(begin, colon + 1, "a key without a name");
        }
        return entry;
    }

    // ---- values in one line

    YamlNode read_inline(std::size_t begin, std::size_t end, int depth) {
        std::size_t at = begin;
        YamlNode node = read_flow(at, end, depth, "");
        if (at != end) {
            fail(at, end, "unexpected text after a value");
        }
        return node;
    }

    void skip_blanks(std::size_t& at, std::size_t end) const {
        while (at < end && text_[at] == ' ') {
            ++at;
        }
    }

    /// A value that ends before one of `stops`, or at the end.
    YamlNode read_flow(std::size_t& at, std::size_t end, int depth, std::string_view stops) {
        if (depth > kMostDepth) {
            fail(at, end, "nested deeper than 32");
        }
        const char c = at < end ? text_[at] : '\0';
        if (c == '[') {
            return read_flow_list(at, end, depth);
        }
        if (c == '{') {
            return read_flow_map(at, end, depth);
        }
        if (std::string_view("&*!|>%@`").find(c) != std::string_view::npos && c != '\0') {
            fail(
                at,
                end,
                std::string("a value can not begin with '") + c + "'",
                "anchors, tags and block scalars are not read; put text in quotes"
            );
        }
        YamlNode node;
        node.kind = YamlNode::Kind::scalar;
        const std::size_t begin = at;
        if (c == '"' || c == '\'') {
            at = end_of_quoted(at, end);
            node.scalar = unquote(begin, at);
        } else {
            while (at < end && stops.find(text_[at]) == std::string_view::npos) {
                ++at;
            }
            node.scalar = trim(text_.substr(begin, at - begin));
            if (node.scalar.empty() || node.scalar == "~" || node.scalar == "null") {
                node.kind = YamlNode::Kind::null;
                node.scalar.clear();
            }
        }
        node.range = range(begin, begin + trim(text_.substr(begin, at - begin)).size());
        skip_blanks(at, end);
        return node;
    }

    /// Past the separator after a member; false when that was the closing bracket.
    bool next_member(std::size_t& at, std::size_t end, char close, std::size_t begin) const {
        skip_blanks(at, end);
        if (at < end && text_[at] == ',') {
            ++at;
            skip_blanks(at, end);
            return at >= end || text_[at] != close;
        }
        if (at < end && text_[at] == close) {
            return false;
        }
        if (at >= end) {
            fail(begin, end, std::string("no '") + close + "' on this line");
        }
        fail(at, end, std::string("expected ',' or '") + close + "'");
    }

    YamlNode read_flow_list(std::size_t& at, std::size_t end, int depth) {
        const std::size_t begin = at++;
        YamlNode list;
        list.kind = YamlNode::Kind::list;
        skip_blanks(at, end);
        if (at >= end || text_[at] != ']') {
            do {
                list.items.push_back(read_flow(at, end, depth + 1, ",]"));
            } while (next_member(at, end, ']', begin));
        }
        ++at;
        list.range = range(begin, at);
        skip_blanks(at, end);
        return list;
    }

    YamlNode read_flow_map(std::size_t& at, std::size_t end, int depth) {
        const std::size_t begin = at++;
        YamlNode map;
        map.kind = YamlNode::Kind::map;
        skip_blanks(at, end);
        if (at >= end || text_[at] != '}') {
            do {
                const YamlLine member{at, end, 0};
                const std::size_t colon = at < end ? colon_of(member) : std::string_view::npos;
                if (colon == std::string_view::npos ||
                    text_.substr(at, colon - at).find_first_of(",}") != std::string_view::npos) {
                    fail(at, end, "expected a key and a colon", "write \"{key: value}\"");
                }
                YamlNode::Entry entry = read_key(at, colon);
                at = colon + 1;
                skip_blanks(at, end);
                entry.value = read_flow(at, end, depth + 1, ",}");
                add_entry(map, std::move(entry));
            } while (next_member(at, end, '}', begin));
        }
        ++at;
        map.range = range(begin, at);
        skip_blanks(at, end);
        return map;
    }

    // ---- quoted scalars

    /// Behind the closing quote.
    std::size_t end_of_quoted(std::size_t begin, std::size_t end) const {
        const char quote = text_[begin];
        for (std::size_t i = begin + 1; i < end; ++i) {
            if (quote == '"' && text_[i] == '\\') {
                ++i;
            } else if (text_[i] == quote) {
                if (quote == '\'' && i + 1 < end && text_[i + 1] == quote) {
                    ++i;
                    continue;
                }
                return i + 1;
            }
        }
        fail(begin, end, "a quote that is not closed on its line");
    }

    std::string unquote(std::size_t begin, std::size_t end) const {
        const std::string_view inner = text_.substr(begin + 1, end - begin - 2);
        if (text_[begin] == '\'') {
            return replace_all(std::string(inner), "''", "'");
        }
        std::string out;
        for (std::size_t i = 0; i < inner.size(); ++i) {
            if (inner[i] != '\\') {
                out += inner[i];
                continue;
            }
            constexpr std::string_view letters = "nt\"\\/";
            constexpr std::string_view meanings = "\n\t\"\\/";
            ++i;
            const std::size_t which =
                i < inner.size() ? letters.find(inner[i]) : std::string_view::npos;
            if (which == std::string_view::npos) {
                fail(
                    begin + i,
                    begin + i + 2,
                    "an escape that is not read",
                    "use \\n, \\t, \\\" or \\\\"
                );
            }
            out += meanings[which];
        }
        return out;
    }

    const SourceFile& file_;
    std::string_view text_;
    std::vector<YamlLine> lines_;
    std::size_t next_ = 0;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [key](const Entry& e) {
        return e.key == key;
    });
    return found == entries.end() ? nullptr : &found->value;
}

YamlNode parse_yaml(const SourceFile& file) {
    return YamlReader(file).read();
}

}  // namespace kiln::node
