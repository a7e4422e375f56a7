#include "cli/commands.hpp"
#include "cli/diagnostic_json.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "cli/world.hpp"
#include "plan/cannot_run.hpp"
#include "template/load.hpp"

namespace kiln::cli {

namespace {

class Validate : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line);
        line.flag("syntax-only", syntax_only_);
        line.flag("no-warn-undeclared-var", no_warn_undeclared_var_);
        line.flag("evaluate-datasources", evaluate_datasources_);
        line.flag("runnable", runnable_);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        Diagnostics diagnostics;
        if (syntax_only_) {
            check_syntax(session, diagnostics);
        } else {
            check_all(session, diagnostics);
        }
        if (json_) {
            print_result(session, verdict_json(diagnostics));
            return diagnostics.has_errors() ? ExitCode::failed : ExitCode::done;
        }
        if (report(session, diagnostics)) {
            return ExitCode::failed;
        }
        print_result(
            session,
            syntax_only_ ? "Syntax-only check passed. Everything looks okay."
                         : "The configuration is valid."
        );
        return ExitCode::done;
    }

private:
    void check_syntax(Session& session, Diagnostics& diagnostics) const {
        tmpl::LoadRequest request = template_.load_request();
        request.syntax_only = true;
        tmpl::load_template(request, real_world(session), session.sources, diagnostics);
    }

    void check_all(Session& session, Diagnostics& diagnostics) const {
        const auto undeclared =
            no_warn_undeclared_var_ ? UndeclaredNames::ignore : UndeclaredNames::warn;
        const auto data = evaluate_datasources_ ? DataSources::read : DataSources::leave;
        const Planned planned = load_and_plan(session, template_, undeclared, data, diagnostics);
        if (runnable_) {
            plan::refuse_what_cannot_run(planned.plan, diagnostics);
        }
    }

    TemplateOptions template_;
    bool syntax_only_ = false;
    bool runnable_ = false;
    bool json_ = false;
    bool no_warn_undeclared_var_ = false;
    bool evaluate_datasources_ = false;
};

}  // namespace

std::unique_ptr<Command> make_validate() {
    return std::make_unique<Validate>();
}

}  // namespace kiln::cli
