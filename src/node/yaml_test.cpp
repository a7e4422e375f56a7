#include "node/yaml.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::node {
namespace {

/// One line that shows the structure: {a: [1, "x y"], b: ~}.
std::string shown(const YamlNode& node) {
    std::string text;
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "~";
        case YamlNode::Kind::scalar:
            return "\"" + node.scalar + "\"";
        case YamlNode::Kind::list:
            for (const YamlNode& item : node.items) {
                text += (text.empty() ? "" : ", ") + shown(item);
            }
            return "[" + text + "]";
        case YamlNode::Kind::map:
            for (const YamlNode::Entry& entry : node.entries) {
                text += (text.empty() ? "" : ", ") + entry.key + ": " + shown(entry.value);
            }
            return "{" + text + "}";
    }
    return "?";
}

struct YamlCase {
    const char* text;
    const char* want;
};

TEST(Yaml, ReadsWhatProfilesAreWrittenIn) {
    const YamlCase cases[] = {
        {"", "~"},
        {"# nothing\n---\n", "~"},
        {"a: 1\nb: two words # comment\n", R"({a: "1", b: "two words"})"},
        {"a:\n  b:\n    c: d\n  e: f\n", R"({a: {b: {c: "d"}, e: "f"}})"},
        {"a:\n- 1\n- 2\nb:\n  - 3\n", R"({a: ["1", "2"], b: ["3"]})"},
        {"- a: 1\n  b: 2\n- a: 3\n", R"([{a: "1", b: "2"}, {a: "3"}])"},
        {"-\n  a: 1\n- x\n", R"([{a: "1"}, "x"])"},
        {"a: {b: 1, c: [2, 3]}\n", R"({a: {b: "1", c: ["2", "3"]}})"},
        {"a: []\nb: {}\nc:\nd: ~\n", R"({a: [], b: {}, c: ~, d: ~})"},
        {"a: '# it''s'\nb: \"x\\ty # z\"\n", "{a: \"# it's\", b: \"x\ty # z\"}"},
        {"pci: 0000:00:06.0\nurl: a#b\n", R"({pci: "0000:00:06.0", url: "a#b"})"},
        {"\"a b\": 1\r\n", R"({a b: "1"})"},
        {"[a, 'b, c']\n", R"(["a", "b, c"])"},
    };
    for (const YamlCase& c : cases) {
        SCOPED_TRACE(c.text);
        SourceFile file("p.yaml", c.text);
        EXPECT_EQ(shown(parse_yaml(file)), c.want);
    }
}

TEST(Yaml, NamesThePlaceOfAMistake) {
    const YamlCase cases[] = {
        {"a: 1\na: 2\n", "p.yaml:2:1: \"a\" is given twice"},
        {"a:\n\tb: 1\n", "p.yaml:2:1: a tab in the indentation"},
        {"a: 1\n  b: 2\n", "p.yaml:2:3: indented differently from the lines above"},
        {"a: [1, 2\n", "p.yaml:1:4: no ']' on this line"},
        {"a: [1] x\n", "p.yaml:1:8: unexpected text after a value"},
        {"a: \"x\n", "p.yaml:1:4: a quote that is not closed on its line"},
        {"a: &x 1\n", "p.yaml:1:4: a value can not begin with '&'"},
        {"a: |\n  text\n", "p.yaml:1:4: a value can not begin with '|'"},
        {"a: 1\nb: x\xBB\n", "p.yaml:2:1: the line is not valid UTF-8"},
        {"a: 1\nb\n", "p.yaml:2:1: expected a key and a colon"},
        {"a: 1\n---\nb: 2\n", "p.yaml:2:1: a second document"},
        {": 1\n", "p.yaml:1:1: a key without a name"},
        {"a: {b, c}\n", "p.yaml:1:5: expected a key and a colon"},
        {"a: \"\\q\"\n", "p.yaml:1:5: an escape that is not read"},
    };
    for (const YamlCase& c : cases) {
        SCOPED_TRACE(c.text);
        SourceFile file("p.yaml", c.text);
        try {
            ADD_FAILURE() << "no error: " << shown(parse_yaml(file));
        } catch (const Error& error) {
            EXPECT_EQ(to_string(error.range()) + ": " + error.message(), c.want);
        }
    }
}

TEST(Yaml, IsBounded) {
    SourceFile deep("deep.yaml", std::string(1000, '['));
    EXPECT_THROW(parse_yaml(deep), Error);
    std::string dashes;
    for (int i = 0; i < 1000; ++i) {
        dashes += "- ";
    }
    SourceFile nested("nested.yaml", dashes + "x");
    EXPECT_THROW(parse_yaml(nested), Error);
    SourceFile large("large.yaml", std::string((1 << 20) + 1, '#'));
    EXPECT_THROW(parse_yaml(large), Error);
}

}  // namespace
}  // namespace kiln::node
