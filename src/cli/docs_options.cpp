#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "plan/component_registry.hpp"

#include <cctype>
#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string capitalised(std::string text) {
    if (!text.empty()) {
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    }
    return text;
}

std::string in_code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

/// What stands in the column "default": a value as a template would write it, or words.
std::string default_of(const plan::OptionSpec& option) {
    const std::string& text = option.default_text;
    const bool is_value =
        !text.empty() && (std::isdigit(static_cast<unsigned char>(text[0])) != 0 ||
                          text[0] == '"' || text[0] == '[' || text == "true" || text == "false");
    return option.required ? "required" : is_value ? in_code(text) : text;
}

std::string remarks_of(const plan::OptionSpec& option) {
    std::string text = option.help;
    if (!option.allowed.empty()) {
        text += ": ";
        for (const std::string& word : option.allowed) {
            text += (word == option.allowed.front() ? "" : ", ") + in_code(word);
        }
    }
    return text + (option.secret ? " (secret)" : "");
}

void add_rules(const plan::OptionTable& table, std::string& page) {
    if (table.groups().empty() && table.rules().empty()) {
        return;
    }
    page += "Rules:\n\n";
    for (const plan::OptionGroup& group : table.groups()) {
        page += "- " + plan::text_of(group) + "\n";
    }
    for (const plan::OptionRule& rule : table.rules()) {
        page += "- " + rule.text + "\n";
    }
    page += "\n";
}

/// A table of options, then one for each block among them.
void add_options(const std::string& heading, const plan::OptionTable& table, std::string& page) {
    page +=
        fmt::format("{}\n\n| option | type | default | |\n| --- | --- | --- | --- |\n", heading);
    for (const plan::OptionSpec& option : table.options()) {
        page += fmt::format(
            "| `{}` | {} | {} | {} |\n",
            option.name,
            plan::name_of(option.type),
            default_of(option),
            remarks_of(option)
        );
    }
    page += "\n";
    add_rules(table, page);
    for (const plan::OptionSpec& option : table.options()) {
        if (option.is_block()) {
            add_options(fmt::format("Block `{}`:", option.name), option.nested(), page);
        }
    }
}

void add_types(plan::ComponentRole role, std::string& page) {
    for (const plan::ComponentType& type : plan::component_types(role)) {
        if (type.options == nullptr) {
            continue;
        }
        page += fmt::format(
            "## {} `{}`\n\n{}.\n\n",
            capitalised(plan::name_of(role)),
            type.name,
            capitalised(type.summary)
        );
        add_options("Options:", type.options(), page);
    }
}

/// The reference page docs/options.md, from the tables that decode the options.
std::string options_page() {
    std::string page =
        "# Options\n\nPrinted by `kiln docs options` from the tables that kiln itself reads "
        "options with; do not edit.\n\n";
    add_types(plan::ComponentRole::builder, page);
    add_types(plan::ComponentRole::provisioner, page);
    add_types(plan::ComponentRole::post_processor, page);
    page.pop_back();  // one newline at the end, not two
    return page;
}

class DocsOptions : public Command {
public:
    void declare(CommandLine&) override {}
    ExitCode run(Session& session) override {
        print_result(session, options_page());
        return ExitCode::done;
    }
};

}  // namespace

std::unique_ptr<Command> make_docs_options() {
    return std::make_unique<DocsOptions>();
}

}  // namespace kiln::cli
