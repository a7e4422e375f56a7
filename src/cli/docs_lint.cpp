#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "lint/rule.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

/// The index docs/lint/README.md, from the table of rules.
std::string lint_index_page() {
    std::string page =
        "# What kiln lint looks for\n\n"
        "Printed by `kiln docs lint` from the table of rules; do not edit.\n\n"
        "`kiln lint TEMPLATE` looks for traps in a template, in the scripts it runs and in the "
        "build scripts\nbeside it: see [kiln-lint](../man/kiln-lint.md). Each rule has a page "
        "here, which\n`kiln lint -explain ID` prints. Rules marked *on request* are looked for "
        "with `-all` or `-only-rule`.\n\n"
        "| rule | | looks for |\n| --- | --- | --- |\n";
    for (const lint::Rule& rule : lint::rules()) {
        page += fmt::format(
            "| [{0}]({0}.md) | {1} | {2}{3} |\n",
            rule.id,
            rule.severity == Severity::error ? "error" : "warning",
            rule.summary,
            rule.on_request ? " (*on request*)" : ""
        );
    }
    return page;
}

class DocsLint : public Command {
public:
    void declare(CommandLine&) override {}
    ExitCode run(Session& session) override {
        print_result(session, lint_index_page());
        return ExitCode::done;
    }
};

}  // namespace

std::unique_ptr<Command> make_docs_lint() {
    return std::make_unique<DocsLint>();
}

}  // namespace kiln::cli
