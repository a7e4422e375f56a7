// JSON has no blocks: whether a property is one only its reader knows. So the parser makes
// expressions of everything, and with_blocks() later takes those apart that the reader names.

#include "hcl/json_syntax.hpp"

#include "hcl/parser_state.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace kiln::hcl {

namespace {

constexpr std::string_view kComment = "//";

bool is_container(const Expression& expression) {
    return std::holds_alternative<ObjectExpression>(expression.node) ||
           std::holds_alternative<TupleExpression>(expression.node);
}

std::string property_name(const Expression& key) {
    if (std::optional<std::string> name = literal_string(key)) {
        return std::move(*name);
    }
    return std::string(key.range.text());
}

void report_duplicate(
    const std::string& name, SourceRange second, SourceRange first, Diagnostics& diagnostics
) {
    diagnostics.error(
        second, "\"" + name + "\" is set twice", "it is set at " + to_string(first) + " already"
    );
}

enum class JsonForm {
    hcl,    ///< strings are templates; a property may stand twice, as it may be a block
    plain,  ///< strings are texts; a property stands once
};

class JsonReader {
public:
    JsonReader(const SourceFile& file, JsonForm form, Diagnostics& diagnostics)
        : file_(file), text_(file.text()), form_(form), diagnostics_(diagnostics) {}

    ExpressionPtr read() {
        ExpressionPtr value = read_value();
        skip_blanks();
        if (at_ < text_.size()) {
            fail(at_, at_ + 1, "expected the end of the file");
        }
        return value;
    }

private:
    [[noreturn]] void fail(
        std::size_t begin, std::size_t end, std::string summary, std::string hint = {}
    ) {
        end = std::min(end, text_.size());
        diagnostics_.error(range(begin, end), std::move(summary), std::move(hint));
        throw Abandoned{};
    }

    SourceRange range(std::size_t begin, std::size_t end) const {
        return SourceText(file_).range(begin, end);
    }

    void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    // The next byte that is no blank; NUL, which no file here holds, at the end.
    char peek() {
        skip_blanks();
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    void expect(char wanted, const std::string& hint = {}) {
        if (peek() != wanted) {
            fail(at_, at_ + 1, std::string("expected ") + wanted, hint);
        }
        ++at_;
    }

    // Clear enough to go on behind it, and find other mistakes.
    void refuse_trailing_comma(std::size_t at, std::string hint) {
        diagnostics_.error(range(at, at + 1), "a comma with nothing behind it", std::move(hint));
    }

    ExpressionPtr read_value() {
        const char c = peek();
        if (c == '{' || c == '[') {
            if (nesting_ == kMaxNesting) {
                fail(
                    at_,
                    at_ + 1,
                    "nested too deeply: more than " + std::to_string(kMaxNesting) + " levels"
                );
            }
            ++nesting_;
            ExpressionPtr value = c == '{' ? read_object() : read_array();
            --nesting_;
            return value;
        }
        if (c == '"') {
            return read_string();
        }
        if (c == '-' || (c >= '0' && c <= '9')) {
            return read_number();
        }
        return read_word();
    }

    ExpressionPtr read_object() {
        const std::size_t begin = at_++;
        ObjectExpression object;
        while (peek() != '}') {
            if (!object.items.empty()) {
                const std::size_t comma = at_;
                expect(',', "properties are separated by commas");
                if (peek() == '}') {
                    refuse_trailing_comma(comma, "no comma follows the last property");
                    break;
                }
            }
            if (peek() != '"') {
                fail(at_, at_ + 1, "expected a property name in double quotes");
            }
            ExpressionPtr key = read_string();
            expect(':');
            object.items.push_back({std::move(key), read_value()});
        }
        ++at_;
        if (form_ == JsonForm::plain) {
            refuse_duplicates(object);
        }
        return make_expression(std::move(object), range(begin, at_));
    }

    void refuse_duplicates(const ObjectExpression& object) {
        std::unordered_map<std::string, SourceRange> names;
        for (const ObjectItem& item : object.items) {
            const auto [first, is_new] = names.emplace(property_name(*item.key), item.key->range);
            if (!is_new) {
                report_duplicate(first->first, item.key->range, first->second, diagnostics_);
            }
        }
    }

    ExpressionPtr read_array() {
        const std::size_t begin = at_++;
        TupleExpression array;
        while (peek() != ']') {
            if (!array.elements.empty()) {
                const std::size_t comma = at_;
                expect(',', "elements are separated by commas");
                if (peek() == ']') {
                    refuse_trailing_comma(comma, "no comma follows the last element");
                    break;
                }
            }
            array.elements.push_back(read_value());
        }
        ++at_;
        return make_expression(std::move(array), range(begin, at_));
    }

    std::size_t skip_digits(std::size_t at) const {
        return std::min(text_.find_first_not_of("0123456789", at), text_.size());
    }

    ExpressionPtr read_number() {
        const std::size_t begin = at_;
        const std::size_t digits = begin + (text_[begin] == '-' ? 1 : 0);
        std::size_t end = skip_digits(digits);
        bool good = end > digits && (text_[digits] != '0' || end == digits + 1);
        if (end < text_.size() && text_[end] == '.') {
            const std::size_t fraction = end + 1;
            end = skip_digits(fraction);
            good = good && end > fraction;
        }
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            const bool sign =
                end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-');
            const std::size_t exponent = end + (sign ? 2 : 1);
            end = skip_digits(exponent);
            good = good && end > exponent;
        }
        const std::optional<Number> number =
            good ? Number::parse(text_.substr(begin, end - begin)) : std::nullopt;
        if (!number) {
            fail(begin, end, "this is no number, or one out of range");
        }
        at_ = end;
        return make_expression(LiteralExpression{Value::number(*number)}, range(begin, end));
    }

    ExpressionPtr read_word() {
        const std::size_t begin = at_;
        const std::size_t end =
            std::min(text_.find_first_not_of("abcdefghijklmnopqrstuvwxyz", begin), text_.size());
        const std::string_view word = text_.substr(begin, end - begin);
        at_ = end;
        if (word == "true" || word == "false") {
            const Value value = Value::boolean(word == "true");
            return make_expression(LiteralExpression{value}, range(begin, end));
        }
        if (word == "null") {
            return make_expression(LiteralExpression{Value::null()}, range(begin, end));
        }
        if (begin == text_.size()) {
            fail(begin, begin, "expected a value, found the end of the file");
        }
        const bool comment = text_[begin] == '/' || text_[begin] == '#';
        fail(
            begin,
            std::max(end, begin + 1),
            "expected a value",
            !comment                   ? "strings are in double quotes"
            : form_ == JsonForm::plain ? "JSON has no comments"
                                       : "a comment is a property named \"//\""
        );
    }

    ExpressionPtr read_string() {
        const std::size_t begin = ++at_;
        const std::size_t end = find_string_end();
        const std::string_view raw = text_.substr(begin, end - begin);
        at_ = end + 1;
        if (raw.find('\\') == std::string_view::npos) {
            return read_template(SourceText(range(begin, end)), range(begin - 1, end + 1));
        }
        std::vector<std::uint32_t> origins;
        const std::string decoded = decode(begin, end, origins);
        const SourceText source(file_, decoded, origins);
        return read_template(source, range(begin - 1, end + 1));
    }

    ExpressionPtr read_template(const SourceText& source, SourceRange quoted) {
        const std::string_view text = source.text();
        if (form_ == JsonForm::plain || (text.find("${") == std::string_view::npos &&
                                         text.find("%{") == std::string_view::npos)) {
            return make_expression(LiteralExpression{Value::string(text)}, quoted);
        }
        return parse_template_text(source, diagnostics_);
    }

    // From at_ on; the offset of the closing quote.
    std::size_t find_string_end() {
        for (std::size_t i = at_; i < text_.size(); ++i) {
            if (text_[i] == '"') {
                return i;
            }
            if (static_cast<unsigned char>(text_[i]) < 0x20) {
                fail(
                    i, i + 1, "a string holds no newlines or control characters", "write \\n, \\t"
                );
            }
            if (text_[i] == '\\') {
                ++i;
            }
        }
        fail(at_ - 1, at_, "this string is not closed");
    }

    std::string decode(std::size_t begin, std::size_t end, std::vector<std::uint32_t>& origins) {
        std::string decoded;
        for (std::size_t i = begin; i < end;) {
            const std::size_t origin = i;
            if (text_[i] == '\\') {
                i = decode_escape(i, decoded);
            } else {
                decoded += text_[i++];
            }
            origins.resize(decoded.size(), static_cast<std::uint32_t>(origin));
        }
        origins.push_back(static_cast<std::uint32_t>(end));
        return decoded;
    }

    // The offset behind the escape at `at`.
    std::size_t decode_escape(std::size_t at, std::string& decoded) {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        const char letter = text_[at + 1];  // at least the closing quote follows
        if (const std::size_t index = kLetters.find(letter); index != std::string_view::npos) {
            decoded += kMeanings[index];
            return at + 2;
        }
        if (letter != 'u') {
            fail(at, at + 2, "unknown escape in a string");
        }
        char32_t code = read_hex(at);
        std::size_t end = at + 6;
        const bool high = code >= 0xD800 && code <= 0xDBFF;
        if (high && text_.substr(end, 2) == "\\u") {
            const char32_t low = read_hex(end);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
                end += 6;
            }
        }
        if (code >= 0xD800 && code <= 0xDFFF) {
            code = 0xFFFD;  // half a pair, as other readers of JSON have it
        }
        append_utf8(decoded, code);
        return end;
    }

    // The four digits of the \u at `at`.
    char32_t read_hex(std::size_t at) {
        char32_t value = 0;
        for (std::size_t i = at + 2; i < at + 6; ++i) {
            const char c = i < text_.size() ? text_[i] : '\0';
            const std::size_t digit = std::string_view("0123456789abcdef0123456789ABCDEF").find(c);
            if (digit == std::string_view::npos) {
                fail(at, at + 2, "\\u takes 4 hexadecimal digits");
            }
            value = value * 16 + static_cast<char32_t>(digit % 16);
        }
        return value;
    }

    const SourceFile& file_;
    std::string_view text_;
    JsonForm form_;
    Diagnostics& diagnostics_;
    std::size_t at_ = 0;
    std::size_t nesting_ = 0;
};

void add_properties(Body& body, const ObjectExpression& object) {
    for (const ObjectItem& item : object.items) {
        const std::string name = property_name(*item.key);
        if (name != kComment) {
            body.attributes.push_back(
                {name, item.key->range, item.value, join(item.key->range, item.value->range)}
            );
        }
    }
}

Body empty_body(SourceRange range) {
    Body body;
    body.range = range;
    body.missing_item = range ? SourceRange{range.file, range.begin, range.begin + 1} : range;
    body.from_json = true;
    return body;
}

// A name may come more than once when it stands for blocks, as `is_exempt` knows.
template <typename IsExempt>
void drop_duplicates(Body& body, Diagnostics& diagnostics, IsExempt is_exempt) {
    std::unordered_map<std::string, SourceRange> names;
    std::vector<Attribute> kept;
    for (Attribute& attribute : body.attributes) {
        const auto [earlier, is_new] = names.emplace(attribute.name, attribute.name_range);
        if (is_new || is_exempt(attribute)) {
            kept.push_back(std::move(attribute));
            continue;
        }
        report_duplicate(attribute.name, attribute.name_range, earlier->second, diagnostics);
    }
    body.attributes = std::move(kept);
}

class BlockMaker {
public:
    BlockMaker(std::vector<Block>& blocks, Diagnostics& diagnostics)
        : blocks_(blocks), diagnostics_(diagnostics) {}

    void make(const Attribute& attribute, std::size_t labels) {
        Block block;
        block.type = attribute.name;
        block.type_range = attribute.name_range;
        block.header = attribute.name_range;
        add(*attribute.expression, labels, block);
    }

private:
    // `block` has its labels so far; `labels` more are in the properties of the value.
    void add(const Expression& value, std::size_t labels, const Block& block) {
        if (const auto* array = std::get_if<TupleExpression>(&value.node)) {
            for (const ExpressionPtr& element : array->elements) {
                add_object(*element, labels, block);
            }
            return;
        }
        const auto* literal = std::get_if<LiteralExpression>(&value.node);
        if (literal == nullptr || !literal->value.is_null()) {
            add_object(value, labels, block);
        }
    }

    void add_object(const Expression& value, std::size_t labels, const Block& block) {
        const auto* object = std::get_if<ObjectExpression>(&value.node);
        if (object == nullptr) {
            diagnostics_.error(
                value.range,
                "\"" + block.type + "\" is a block: an object, or an array of objects, is required"
            );
            return;
        }
        if (labels == 0) {
            Block made = block;
            made.body = empty_body(value.range);
            add_properties(made.body, *object);
            blocks_.push_back(std::move(made));
            return;
        }
        for (const ObjectItem& item : object->items) {
            const std::string name = property_name(*item.key);
            if (name == kComment) {
                continue;
            }
            Block labelled = block;
            labelled.labels.push_back({name, item.key->range});
            labelled.header = item.key->range;
            add(*item.value, labels - 1, labelled);
        }
    }

    std::vector<Block>& blocks_;
    Diagnostics& diagnostics_;
};

bool check_json_encoding(const SourceFile& file, Diagnostics& diagnostics) {
    if (file.text().starts_with(kByteOrderMark)) {
        diagnostics.error(
            SourceText(file).range(0, kByteOrderMark.size()),
            "the file starts with a byte order mark, which JSON does not allow",
            "save it as UTF-8 without one"
        );
        return false;
    }
    return check_encoding(file, diagnostics);
}

}  // namespace

Body parse_json_config(const SourceFile& file, Diagnostics& diagnostics) {
    Body body = empty_body(SourceText(file).range(0, file.text().size()));
    if (!check_json_encoding(file, diagnostics)) {
        return body;
    }
    try {
        const ExpressionPtr root = JsonReader(file, JsonForm::hcl, diagnostics).read();
        std::vector<ExpressionPtr> objects = {root};
        if (const auto* array = std::get_if<TupleExpression>(&root->node)) {
            objects = array->elements;
        }
        for (const ExpressionPtr& expression : objects) {
            if (const auto* object = std::get_if<ObjectExpression>(&expression->node)) {
                add_properties(body, *object);
            } else {
                diagnostics.error(expression->range, "an object is required");
            }
        }
    } catch (const Abandoned&) {
        return body;
    }
    drop_duplicates(body, diagnostics, [](const Attribute& attribute) {
        return is_container(*attribute.expression);
    });
    return body;
}

ExpressionPtr parse_json_document(const SourceFile& file, Diagnostics& diagnostics) {
    if (!check_json_encoding(file, diagnostics)) {
        return nullptr;
    }
    try {
        return JsonReader(file, JsonForm::plain, diagnostics).read();
    } catch (const Abandoned&) {
        return nullptr;
    }
}

Body with_blocks(
    const Body& body, const std::vector<BlockShape>& shapes, Diagnostics& diagnostics
) {
    if (!body.from_json) {
        return body;
    }
    Body result = empty_body(body.range);
    result.blocks = body.blocks;
    BlockMaker maker(result.blocks, diagnostics);
    for (const Attribute& attribute : body.attributes) {
        const auto shape =
            std::find_if(shapes.begin(), shapes.end(), [&](const BlockShape& candidate) {
                return candidate.type == attribute.name;
            });
        if (shape == shapes.end()) {
            result.attributes.push_back(attribute);
        } else {
            maker.make(attribute, shape->labels);
        }
    }
    drop_duplicates(result, diagnostics, [](const Attribute& /*attribute*/) { return false; });
    return result;
}

ExpressionPtr unquoted(const ExpressionPtr& expression, Diagnostics& diagnostics) {
    if (!literal_string(*expression)) {
        return expression;
    }
    SourceRange inside = expression->range;
    const std::string_view text = inside.text();
    const bool plain = text.size() >= 2 && text.starts_with('"') && text.ends_with('"') &&
                       text.find('\\') == std::string_view::npos;
    if (!plain) {
        diagnostics.error(inside, "an expression without escapes is required here");
        return unknown_expression(inside);
    }
    ++inside.begin;
    --inside.end;
    return parse_expression_text(SourceText(inside), diagnostics);
}

}  // namespace kiln::hcl
