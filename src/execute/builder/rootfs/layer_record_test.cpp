#include "execute/builder/rootfs/layer_record.hpp"

#include <gtest/gtest.h>

namespace kiln::exec::rootfs {
namespace {

using Inputs = std::vector<StepInput>;

struct ChangeCase {
    const char* name;
    Inputs before, now;
    const char* want;
};
const ChangeCase kChangeCases[] = {
    {"nothing changed", {{"inline[0]", "a"}}, {{"inline[0]", "a"}}, ""},
    {"one value", {{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "3"}}, "changed: b"},
    {"one more", {{"a", "1"}}, {{"a", "1"}, {"files/etc/x", "2"}}, "new: files/etc/x"},
    {"one less", {{"a", "1"}, {"b", "2"}}, {{"a", "1"}}, "gone: b"},
    {"what is new comes before what is gone",
     {{"a", "1"}, {"b", "2"}},
     {{"a", "0"}, {"c", "3"}},
     "changed: a, new: c, gone: b"},
    {"many are counted",
     {},
     {{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}},
     "new: a, new: b, new: c, and 2 more"},
};
TEST(DescribeChange, NamesTheInputsThatDiffer) {
    for (const ChangeCase& c : kChangeCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(describe_change(c.before, c.now), c.want);
    }
}

TEST(LayerKey, DependsOnParentStepNamesAndValues) {
    const std::string key = layer_key("p", "shell", {{"a", "1"}});
    EXPECT_EQ(key.size(), 32U);
    EXPECT_EQ(key, layer_key("p", "shell", {{"a", "1"}}));
    EXPECT_NE(key, layer_key("q", "shell", {{"a", "1"}}));
    EXPECT_NE(key, layer_key("p", "file", {{"a", "1"}}));
    EXPECT_NE(key, layer_key("p", "shell", {{"b", "1"}}));
    EXPECT_NE(key, layer_key("p", "shell", {{"a", "2"}}));
    EXPECT_NE(layer_key("p", "s", {{"ab", "c"}}), layer_key("p", "s", {{"a", "bc"}}));
}

TEST(Digested, HidesValuesAndKeepsNames) {
    const Inputs inputs = digested({{"password", "secret"}, {"other", "secret"}, {"x", ""}});
    ASSERT_EQ(inputs.size(), 3U);
    EXPECT_EQ(inputs[0].name, "password");
    EXPECT_EQ(inputs[0].value, inputs[1].value);
    EXPECT_NE(inputs[0].value, inputs[2].value);
    EXPECT_EQ(inputs[0].value.find("secret"), std::string::npos);
}

TEST(LayerRecords, SurviveJson) {
    LayerRecord record;
    record.id = "i";
    record.key = "k";
    record.parent = "p";
    record.step = "shell \"quoted\"";
    record.inputs = {{"a", "1"}, {"b", "2"}};
    record.content = {123, 45};
    record.created = 1700000000;
    record.facts = {{"kernel", "6.1"}};
    const std::vector<LayerRecord> chain = {record, LayerRecord{}};
    EXPECT_EQ(chain_from_json(to_json(chain)), chain);
}

TEST(LayerRecords, UnreadableTextIsAnEmptyChain) {
    for (const char* text : {"", "{", "[{}]", "[1]", "{\"id\": 3}"}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(chain_from_json(text), std::vector<LayerRecord>{});
    }
}

}  // namespace
}  // namespace kiln::exec::rootfs
