#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "plan/component_registry.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string in_code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

/// What stands in the column "default".
std::string default_of(const plan::OptionSpec& option) {
    return option.required ? "required" : in_code(option.default_text);
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
    for (const plan::OptionSpec& option : table.options()) {
        if (option.is_block()) {
            add_options(fmt::format("Block `{}`:", option.name), option.nested(), page);
        }
    }
}

void add_types(plan::ComponentRole role, std::string& page) {
    for (const plan::ComponentType& type : plan::component_types(role)) {
        if (type.support != plan::Support::runs || type.options == nullptr) {
            continue;
        }
        page += fmt::format("## {} `{}`\n\n{}.\n\n", plan::name_of(role), type.name, type.summary);
        add_options("Options:", *type.options, page);
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
