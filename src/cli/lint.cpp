#include "lint/lint.hpp"

#include "base/error.hpp"
#include "base/sensitive.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/help_pages.hpp"
#include "cli/messages.hpp"
#include "cli/template_options.hpp"
#include "cli/world.hpp"
#include "template/load.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Diagnostic& diagnostic, const lint::Rule* rule) {
    const bool is_error = diagnostic.severity == Severity::error;
    Json finding = {
        {"rule", rule == nullptr ? Json() : Json(rule->id)},
        {"severity", is_error ? "error" : "warning"},
        {"file", nullptr},
        {"line", nullptr},
        {"column", nullptr},
        {"summary", diagnostic.summary},
        {"hint", diagnostic.hint.empty() ? Json() : Json(diagnostic.hint)}};
    if (const SourceRange& at = diagnostic.subject) {
        const SourceFile::Position position = at.file->position(at.begin);
        finding["file"] = at.file->name();
        finding["line"] = position.line;
        finding["column"] = position.column;
    }
    return finding;
}

std::string severity_name(Severity severity) {
    return severity == Severity::error ? "error" : "warning";
}

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

class Lint : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line, CommandLine::Needed::optional);
        line.option("only-rule", "ID,...", only_rules_);
        line.option("disable", "ID,...", disabled_);
        line.flag("all", all_);
        line.option("ignore", "ID:FILE[:LINE]", ignored_);
        line.flag("strict", strict_);
        line.flag("json", json_);
        line.flag("list", list_);
        line.option("explain", "ID", explain_);
    }

    ExitCode run(Session& session) override {
        if (list_) {
            print_result(session, json_ ? rules_as_json() : rules_as_table());
            return ExitCode::done;
        }
        if (!explain_.empty()) {
            print_result(session, lint_page(explain_));
            return ExitCode::done;
        }
        if (template_.path.empty()) {
            Error error(ErrorKind::usage, "kiln lint needs a TEMPLATE");
            error.set_hint("see kiln lint --help");
            throw error;
        }
        return check(session);
    }

private:
    ExitCode check(Session& session) const {
        const lint::Choice choice = read_choice();
        Diagnostics mistakes;
        const hcl::FunctionEnvironment world = real_world(session);
        const std::shared_ptr<const tmpl::Template> source =
            tmpl::load_template(template_.load_request(), world, session.sources, mistakes);
        lint::Result result;
        if (source->understood) {
            const lint::Subject subject(*source, template_.selection(), world, session.sources);
            result = lint::run_rules(subject, choice);
        }
        result.secrets.insert(result.secrets.end(), source->secrets.begin(), source->secrets.end());
        result.secrets = sorted_secrets(std::move(result.secrets));
        if (json_) {
            print_result(session, masked(findings_as_json(mistakes, result), result));
        } else {
            report(session, mistakes);
            print_findings(session, result, mistakes);
        }
        const bool fails = std::any_of(
            result.findings.begin(),
            result.findings.end(),
            [this](const lint::Finding& finding) {
                return strict_ || finding.diagnostic.severity == Severity::error;
            }
        );
        return fails || mistakes.has_errors() ? ExitCode::failed : ExitCode::done;
    }

    lint::Choice read_choice() const {
        lint::Choice choice;
        choice.only = split_each(only_rules_);
        choice.disabled = split_each(disabled_);
        choice.on_request = all_;
        for (const std::string& place : ignored_) {
            choice.ignored.push_back(lint::parse_ignored_place(place));
        }
        lint::check_rule_names(choice);
        return choice;
    }

    static std::string masked(std::string text, const lint::Result& result) {
        return mask_secrets(std::move(text), result.secrets);
    }

    static void print_findings(
        const Session& session, const lint::Result& result, const Diagnostics& mistakes
    ) {
        std::string text;
        std::size_t errors = 0;
        for (const lint::Finding& finding : result.findings) {
            Diagnostic shown = finding.diagnostic;
            shown.summary += fmt::format(" [{}]", finding.rule->id);
            text += masked(render(shown), result) + "\n\n";
            errors += shown.severity == Severity::error ? 1 : 0;
        }
        if (!result.findings.empty()) {
            text += fmt::format(
                "{}, {}; kiln lint -explain {} tells more",
                counted(errors, "error"),
                counted(result.findings.size() - errors, "warning"),
                result.findings.size() == 1 ? std::string(result.findings.front().rule->id) : "ID"
            );
            print_result(session, text);
        } else if (!mistakes.has_errors()) {
            print_result(session, "No trap found.");
        }
    }

    static std::string findings_as_json(const Diagnostics& mistakes, const lint::Result& result) {
        Json findings = Json::array();
        for (const Diagnostic& mistake : mistakes.list()) {
            findings.push_back(to_json(mistake, nullptr));
        }
        for (const lint::Finding& finding : result.findings) {
            findings.push_back(to_json(finding.diagnostic, finding.rule));
        }
        return Json{{"findings", std::move(findings)}}.dump(
            2, ' ', false, Json::error_handler_t::replace
        );
    }

    static std::string rules_as_json() {
        Json all = Json::array();
        for (const lint::Rule& rule : lint::rules()) {
            all.push_back(
                {{"id", rule.id},
                 {"severity", severity_name(rule.severity)},
                 {"summary", rule.summary},
                 {"on_request", rule.on_request}}
            );
        }
        return Json{{"rules", std::move(all)}}.dump(2);
    }

    static std::string rules_as_table() {
        std::string text;
        for (const lint::Rule& rule : lint::rules()) {
            text += fmt::format(
                "{:<24} {:<8} {}{}\n",
                rule.id,
                severity_name(rule.severity),
                rule.summary,
                rule.on_request ? " (on request)" : ""
            );
        }
        return text;
    }

    TemplateOptions template_;
    std::vector<std::string> only_rules_;
    std::vector<std::string> disabled_;
    std::vector<std::string> ignored_;
    bool all_ = false;
    bool strict_ = false;
    bool json_ = false;
    bool list_ = false;
    std::string explain_;
};

}  // namespace

std::unique_ptr<Command> make_lint() {
    return std::make_unique<Lint>();
}

}  // namespace kiln::cli
