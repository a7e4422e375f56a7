#include "plan/component_registry.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace kiln::plan {
namespace {

// Every table of every type, those of blocks too, each once.
std::set<const OptionTable*> all_tables() {
    std::set<const OptionTable*> tables;
    std::vector<const OptionTable*> todo;
    for (const ComponentRole role :
         {ComponentRole::builder,
          ComponentRole::provisioner,
          ComponentRole::post_processor,
          ComponentRole::data_source}) {
        for (const ComponentType& type : component_types(role)) {
            if (type.options != nullptr) {
                todo.push_back(&type.options());
            }
        }
    }
    while (!todo.empty()) {
        const OptionTable* table = todo.back();
        todo.pop_back();
        if (!tables.insert(table).second) {
            continue;
        }
        for (const OptionSpec& option : table->options()) {
            if (option.is_block()) {
                todo.push_back(&option.nested());
            }
        }
    }
    return tables;
}

TEST(ComponentRegistry, NamesEachOptionOnceAndHelpsWithIt) {
    for (const OptionTable* table : all_tables()) {
        std::set<std::string> names;
        for (const OptionSpec& option : table->options()) {
            SCOPED_TRACE(option.name);
            EXPECT_TRUE(names.insert(option.name).second) << "twice";
            EXPECT_FALSE(option.name.empty());
            EXPECT_FALSE(option.help.empty());
            EXPECT_EQ(option.help.find('\n'), std::string::npos);
            EXPECT_FALSE(option.help.ends_with('.'));
        }
        EXPECT_FALSE(names.empty());
    }
}

TEST(ComponentRegistry, SpeaksInRulesOfOptionsThatThereAre) {
    for (const OptionTable* table : all_tables()) {
        for (const OptionGroup& group : table->groups()) {
            EXPECT_GE(group.names.size(), 2U);
            for (const std::string& name : group.names) {
                EXPECT_NE(table->find(name), nullptr) << name;
            }
            EXPECT_TRUE(text_of(group).ends_with('.'));
        }
        for (const OptionRule& rule : table->rules()) {
            EXPECT_NE(rule.check, nullptr);
            EXPECT_TRUE(rule.text.ends_with('.')) << rule.text;
        }
    }
}

TEST(ComponentRegistry, AllowsItsOwnDefaults) {
    for (const OptionTable* table : all_tables()) {
        const std::shared_ptr<void> defaults = table->make_defaults();
        for (const OptionSpec& option : table->options()) {
            SCOPED_TRACE(option.name);
            if (option.type == OptionType::string && !option.allowed.empty()) {
                const void* member = option.readable(defaults.get());
                const std::string value =
                    member == nullptr ? "" : *static_cast<const std::string*>(member);
                EXPECT_TRUE(
                    value.empty() || std::count(option.allowed.begin(), option.allowed.end(), value)
                ) << value;
            }
            if (option.type == OptionType::integer && option.readable(defaults.get()) != nullptr) {
                const auto value =
                    *static_cast<const std::int64_t*>(option.readable(defaults.get()));
                EXPECT_TRUE(value == 0 || value >= option.minimum.value_or(value));
                EXPECT_TRUE(value == 0 || value <= option.maximum.value_or(value));
            }
        }
    }
}

// An option of an included struct is read and written where that struct lies.
TEST(ComponentRegistry, KeepsIncludedOptionsApart) {
    for (const OptionTable* table : all_tables()) {
        std::set<const void*> places;
        const std::shared_ptr<void> object = table->make_defaults();
        for (const OptionSpec& option : table->options()) {
            if (!option.is_block()) {
                EXPECT_TRUE(places.insert(option.writable(object.get())).second) << option.name;
            }
        }
    }
}

TEST(ComponentRegistry, HidesEveryPasswordAndSecret) {
    for (const OptionTable* table : all_tables()) {
        for (const OptionSpec& option : table->options()) {
            const bool names_a_secret = option.name.ends_with("password") ||
                                        option.name.ends_with("secret_key") ||
                                        option.name == "token" || option.name == "aws_token";
            if (names_a_secret && option.type == OptionType::string) {
                EXPECT_TRUE(option.secret) << option.name;
            }
        }
    }
}

TEST(ComponentRegistry, ListsTypesByNameAndTellsOfThoseWithOptions) {
    for (const ComponentRole role :
         {ComponentRole::builder,
          ComponentRole::provisioner,
          ComponentRole::post_processor,
          ComponentRole::data_source}) {
        std::string last;
        for (const ComponentType& type : component_types(role)) {
            EXPECT_LT(last, type.name);
            last = type.name;
            EXPECT_EQ(type.options == nullptr, type.support == Support::name_only) << type.name;
            EXPECT_EQ(type.options == nullptr, type.summary.empty()) << type.name;
            EXPECT_EQ(find_component_type(role, type.name), &type);
        }
    }
}

}  // namespace
}  // namespace kiln::plan
