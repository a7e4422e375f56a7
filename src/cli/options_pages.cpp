#include "cli/options_pages.hpp"

#include "plan/component_registry.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <vector>

namespace kiln::cli {

namespace {

constexpr const char* kDoNotEdit =
    "Printed by `kiln docs options` from the tables that kiln itself reads options with; do not "
    "edit.";

constexpr std::array<plan::ComponentRole, 4> kRoles = {
    plan::ComponentRole::builder,
    plan::ComponentRole::provisioner,
    plan::ComponentRole::post_processor,
    plan::ComponentRole::data_source};

std::string capitalised(std::string text) {
    if (!text.empty()) {
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    }
    return text;
}

std::string in_code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

// A bar ends a cell of a table.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

/// What stands in the column "default": a value as a template would write it, or words.
std::string default_of(const plan::OptionSpec& option) {
    const std::string& text = option.default_text;
    const bool is_value =
        !text.empty() && (std::isdigit(static_cast<unsigned char>(text[0])) != 0 ||
                          (text[0] == '"' && text.find('"', 1) == text.size() - 1) ||
                          text[0] == '[' || text == "true" || text == "false");
    return option.required ? "required" : is_value ? in_code(text) : text;
}

std::string range_of(const plan::OptionSpec& option) {
    if (option.minimum && option.maximum) {
        return fmt::format("; {} to {}", *option.minimum, *option.maximum);
    }
    if (option.minimum) {
        return fmt::format("; {} or more", *option.minimum);
    }
    return option.maximum ? fmt::format("; {} or less", *option.maximum) : "";
}

// Text templates that wait for the build are worth a word: they see more than the others.
const char* when_rendered(const plan::OptionSpec& option) {
    switch (option.render) {
        case plan::Render::at_prepare:
            return "";
        case plan::Render::at_run:
            return " (rendered during the build)";
        case plan::Render::at_prepare_and_run:
            return " (rendered before and during the build)";
        case plan::Render::never:
            return " (not rendered)";
    }
    return "";
}

std::string remarks_of(const plan::OptionSpec& option) {
    std::string text = option.help;
    if (!option.allowed.empty()) {
        text += ": ";
        for (const std::string& word : option.allowed) {
            text += (word == option.allowed.front() ? "" : ", ") + in_code(word);
        }
    }
    text += range_of(option) + when_rendered(option);
    if (!option.deprecated.empty()) {
        text += " (deprecated: " + option.deprecated + ")";
    }
    return text + (option.secret ? " (secret)" : "");
}

std::string page_of(const plan::ComponentType& type) {
    std::string role = plan::name_of(type.role);
    std::replace(role.begin(), role.end(), ' ', '-');
    return role + "-" + type.name + ".md";
}

std::string link_to(const plan::OptionTable& shared) {
    return "[" + shared.shared().title + "](" + shared.shared().name + ".md)";
}

// Blocks of one table are told of together.
struct BlockGroup {
    const plan::OptionTable* table = nullptr;
    std::vector<std::string> names;
};

class PageWriter {
public:
    /// Pages of shared tables that were referred to are appended to `shared`.
    explicit PageWriter(std::vector<const plan::OptionTable*>& shared) : shared_(shared) {}

    /// Own options and rules of the table, references to what it includes, then its blocks.
    void add(const std::string& heading, const plan::OptionTable& table) {
        add_options(heading, table);
        add_includes(table);
        add_rules(table);
        add_blocks(table);
    }

    std::string take() {
        while (text_.ends_with("\n\n")) {
            text_.pop_back();
        }
        return std::move(text_);
    }

    void line(const std::string& text) { text_ += text + "\n"; }

private:
    void refer_to(const plan::OptionTable& table) {
        if (std::find(shared_.begin(), shared_.end(), &table) == shared_.end()) {
            shared_.push_back(&table);
        }
    }

    void add_options(const std::string& heading, const plan::OptionTable& table) {
        bool first = true;
        for (const plan::OptionSpec& option : table.options()) {
            if (option.home != nullptr) {
                continue;
            }
            if (first) {
                line(heading + "\n\n| option | type | default | |\n| --- | --- | --- | --- |");
                first = false;
            }
            line(fmt::format(
                "| `{}` | {} | {} | {} |",
                option.name,
                plan::name_of(option.type),
                cell(default_of(option)),
                cell(remarks_of(option))
            ));
        }
        if (!first) {
            line("");
        }
    }

    void add_includes(const plan::OptionTable& table) {
        std::vector<const plan::OptionTable*> homes;
        for (const plan::OptionSpec& option : table.options()) {
            if (option.home != nullptr &&
                std::find(homes.begin(), homes.end(), option.home) == homes.end()) {
                homes.push_back(option.home);
            }
        }
        if (homes.empty()) {
            return;
        }
        std::string list;
        for (const plan::OptionTable* home : homes) {
            refer_to(*home);
            list += (list.empty() ? "" : ", ") + link_to(*home);
        }
        line("It has these options and rules too: " + list + ".\n");
    }

    void add_rules(const plan::OptionTable& table) {
        std::vector<std::string> rules;
        for (const plan::OptionGroup& group : table.groups()) {
            if (group.home == nullptr) {
                rules.push_back(plan::text_of(group));
            }
        }
        for (const plan::OptionRule& rule : table.rules()) {
            if (rule.home == nullptr) {
                rules.push_back(rule.text);
            }
        }
        if (rules.empty()) {
            return;
        }
        line("Rules:\n");
        for (const std::string& rule : rules) {
            line("- " + rule);
        }
        line("");
    }

    void add_blocks(const plan::OptionTable& table) {
        std::vector<BlockGroup> groups;
        for (const plan::OptionSpec& option : table.options()) {
            if (!option.is_block() || option.home != nullptr) {
                continue;
            }
            const auto found = std::find_if(groups.begin(), groups.end(), [&](const BlockGroup& g) {
                return g.table == &option.nested();
            });
            if (found == groups.end()) {
                groups.push_back({&option.nested(), {option.name}});
            } else {
                found->names.push_back(option.name);
            }
        }
        for (const BlockGroup& group : groups) {
            std::string heading = group.names.size() == 1 ? "Block " : "Blocks ";
            for (const std::string& name : group.names) {
                heading += (name == group.names.front() ? "" : ", ") + in_code(name);
            }
            if (group.table->is_shared()) {
                refer_to(*group.table);
                line(heading + ": " + link_to(*group.table) + ".\n");
            } else {
                add(heading + ":", *group.table);
            }
        }
    }

    std::vector<const plan::OptionTable*>& shared_;
    std::string text_;
};

const char* words_for(plan::Support support) {
    switch (support) {
        case plan::Support::runs:
            return "runs";
        case plan::Support::options_only:
            return "checked";
        case plan::Support::name_only:
            return "known by name";
    }
    return "";
}

std::string type_page(
    const plan::ComponentType& type, std::vector<const plan::OptionTable*>& shared
) {
    PageWriter page(shared);
    page.line(fmt::format(
        "# {} `{}`\n\n{}\n", capitalised(plan::name_of(type.role)), type.name, kDoNotEdit
    ));
    page.line(capitalised(type.summary) + ".\n");
    if (type.support == plan::Support::options_only) {
        page.line(
            "kiln reads and checks its options, and can not run it yet: `kiln validate` judges a "
            "template that has it, `kiln build` refuses.\n"
        );
    }
    page.add("Options:", type.options());
    return page.take();
}

std::string index_page() {
    std::string page = fmt::format(
        "# Options\n\n{}\n\nA type that *runs* is built with; of one that is *checked* kiln reads "
        "the options and judges them, so that `kiln validate` tells what Packer would; one that is "
        "*known by name* is accepted. A build that needs a type which does not run is refused "
        "before it does anything. Types of plugins that a template names in `required_plugins` "
        "are as those known by name.\n",
        kDoNotEdit
    );
    for (const plan::ComponentRole role : kRoles) {
        page += fmt::format(
            "\n## {}s\n\n| type | | |\n| --- | --- | --- |\n", capitalised(plan::name_of(role))
        );
        std::string others;
        for (const plan::ComponentType& type : plan::component_types(role)) {
            if (type.options == nullptr) {
                others += (others.empty() ? "" : ", ") + in_code(type.name);
                continue;
            }
            page += fmt::format(
                "| [`{}`](options/{}) | {} | {} |\n",
                type.name,
                page_of(type),
                words_for(type.support),
                type.summary
            );
        }
        page += others.empty() ? "" : "\nKnown by name: " + others + ".\n";
    }
    return page;
}

}  // namespace

std::map<std::string, std::string> options_pages() {
    std::map<std::string, std::string> pages;
    std::vector<const plan::OptionTable*> shared;
    for (const plan::ComponentRole role : kRoles) {
        for (const plan::ComponentType& type : plan::component_types(role)) {
            if (type.options != nullptr) {
                pages["options/" + page_of(type)] = type_page(type, shared);
            }
        }
    }
    // Writing a page may find further ones.
    for (std::size_t i = 0; i < shared.size(); ++i) {
        PageWriter page(shared);
        const plan::SharedTable& names = shared[i]->shared();
        page.line(fmt::format("# {}\n\n{}\n", names.title, kDoNotEdit));
        page.add("Options:", *shared[i]);
        pages["options/" + names.name + ".md"] = page.take();
    }
    pages["options.md"] = index_page();
    return pages;
}

}  // namespace kiln::cli
