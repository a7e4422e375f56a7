#include "goss/document.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <yaml-cpp/yaml.h>

namespace kiln::goss {

const Node* Node::find(std::string_view key) const {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
    return found == entries.end() ? nullptr : &found->value;
}

Value to_value(const Node& node) {
    if (node.is_list) {
        Value::List list;
        for (const Node& item : node.items) {
            list.push_back(to_value(item));
        }
        return list;
    }
    if (node.is_map) {
        Value::Map map;
        for (const Node::Entry& entry : node.entries) {
            map.insert_or_assign(entry.key, to_value(entry.value));
        }
        return map;
    }
    return node.scalar;
}

namespace {

constexpr std::size_t kMaxBytes = 4UL * 1024 * 1024;
constexpr int kMaxDepth = 100;
constexpr int kMaxValues = 100'000;

// Stays within this file.
struct Mistake {
    SourceRange range;
    std::string summary;
    std::string hint = {};
};

// yaml.v3's numbers: 12, -3, 0x1f, 0o17, 017, 0b1, with underscores.
std::optional<Value> whole_number(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
    const bool negative = text.starts_with('-');
    std::string_view digits(text);
    if (negative || text.starts_with('+')) {
        digits.remove_prefix(1);
    }
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0o") || digits.starts_with("0b")) {
        base = digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2;
        digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits[0] == '0') {
        base = 8;
    }
    std::int64_t number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() ||
        number < 0) {
        return std::nullopt;
    }
    return Value(negative ? -number : number);
}

std::optional<Value> real_number(std::string_view text) {
    if (text == ".inf" || text == ".Inf" || text == "+.inf") {
        return Value(std::numeric_limits<double>::infinity());
    }
    if (text == "-.inf" || text == "-.Inf") {
        return Value(-std::numeric_limits<double>::infinity());
    }
    if (text == ".nan" || text == ".NaN") {
        return Value(std::numeric_limits<double>::quiet_NaN());
    }
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool starts_well =
        !digits.empty() && (is_digit(digits[0]) || digits[0] == '-' || digits[0] == '.');
    if (error != std::errc() || end != digits.data() + digits.size() || !starts_well ||
        !std::any_of(digits.begin(), digits.end(), &is_digit)) {
        return std::nullopt;
    }
    return Value(number);
}

Value plain_scalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
        return {};
    }
    if (text == "true" || text == "True" || text == "TRUE") {
        return true;
    }
    if (text == "false" || text == "False" || text == "FALSE") {
        return false;
    }
    if (auto whole = whole_number(text)) {
        return *whole;
    }
    if (auto real = real_number(text)) {
        return *real;
    }
    return text;
}

class Reader {
public:
    Reader(const SourceFile& file, Syntax syntax) : file_(file), syntax_(syntax) {}

    Node read(const YAML::Node& yaml) {
        Node node;
        node.range = range_of(yaml);
        if (++values_ > kMaxValues) {
            throw Mistake{node.range, "more than 100000 values"};
        }
        if (++depth_ > kMaxDepth) {
            throw Mistake{node.range, "values are nested more than 100 deep, or hold themselves"};
        }
        if (yaml.IsSequence()) {
            node.is_list = true;
            for (const YAML::Node& item : yaml) {
                node.items.push_back(read(item));
            }
        } else if (yaml.IsMap()) {
            node.is_map = true;
            read_entries(yaml, node);
        } else if (yaml.IsScalar()) {
            node.scalar = scalar(yaml);
        }
        --depth_;
        return node;
    }

    SourceRange range_at(const YAML::Mark& mark, std::size_t length) const {
        const std::size_t size = file_.text().size();
        const std::size_t begin =
            std::min(mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos), size);
        const std::size_t end = std::min(begin + length, size);
        return {&file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    }

private:
    SourceRange range_of(const YAML::Node& yaml) const {
        const std::size_t length =
            yaml.IsScalar() ? std::max<std::size_t>(yaml.Scalar().size(), 1) : 1;
        return range_at(yaml.Mark(), yaml.IsScalar() ? length : 1);
    }

    Value scalar(const YAML::Node& yaml) const {
        const std::string& text = yaml.Scalar();
        if (yaml.Tag() == "!" || yaml.Tag() == "tag:yaml.org,2002:str") {
            return text;
        }
        Value value = plain_scalar(text);
        if (syntax_ == Syntax::json && value.integer() != nullptr) {
            return value.as_double();
        }
        return value;
    }

    void read_entries(const YAML::Node& yaml, Node& node) {
        std::vector<Node> merged;
        std::set<std::string, std::less<>> seen;
        for (const auto& pair : yaml) {
            const SourceRange key_range = range_of(pair.first);
            if (!pair.first.IsScalar()) {
                throw Mistake{key_range, "a key must be a text"};
            }
            const std::string& key = pair.first.Scalar();
            if (key == "<<" && pair.first.Tag() != "!") {
                merged.push_back(read(pair.second));
                continue;
            }
            if (!seen.insert(key).second) {
                throw Mistake{key_range, "\"" + key + "\" is there already", "keys must differ"};
            }
            node.entries.push_back({key, key_range, read(pair.second)});
        }
        for (const Node& source : merged) {
            merge(source, node);
        }
    }

    static void merge(const Node& source, Node& node) {
        for (const Node& item : source.items) {
            merge(item, node);
        }
        for (const Node::Entry& entry : source.entries) {
            if (node.find(entry.key) == nullptr) {
                node.entries.push_back(entry);
            }
        }
    }

    const SourceFile& file_;
    Syntax syntax_;
    int depth_ = 0;
    int values_ = 0;
};

// yaml-cpp recurses for every "[" and "{", and its own limit comes late.
bool opens_too_deep(std::string_view text) {
    int depth = 0;
    int indicators = 0;  // "- - - - x" is a list in a list with each dash, at a line's begin only
    bool at_begin = true;
    for (const char c : text) {
        depth += (c == '[' || c == '{') ? 1 : (c == ']' || c == '}') ? -1 : 0;
        const bool opens = c == '-' || c == '?' || c == ':';
        at_begin = c == '\n' || (at_begin && (opens || c == ' ' || c == '\t'));
        indicators = c == '\n' ? 0 : indicators + (opens && at_begin ? 1 : 0);
        if (depth > 4 * kMaxDepth || indicators > 4 * kMaxDepth) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<Node> parse_document(
    const SourceFile& file, Syntax syntax, Diagnostics& diagnostics
) {
    Reader reader(file, syntax);
    const SourceRange start{&file, 0, 0};
    try {
        if (file.text().size() > kMaxBytes) {
            throw Mistake{start, "the file is larger than 4 MiB"};
        }
        if (!is_valid_utf8(file.text())) {
            throw Mistake{start, "the file is not UTF-8"};
        }
        if (opens_too_deep(file.text())) {
            throw Mistake{start, "values are nested more than 100 deep"};
        }
        Node node = reader.read(YAML::Load(std::string(file.text())));
        node.range = node.range ? node.range : start;
        return node;
    } catch (const Mistake& mistake) {
        diagnostics.error(mistake.range, mistake.summary, mistake.hint);
    } catch (const YAML::Exception& error) {
        diagnostics.error(reader.range_at(error.mark, 1), "not YAML: " + error.msg);
    }
    return std::nullopt;
}

}  // namespace kiln::goss
