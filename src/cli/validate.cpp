#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "cli/world.hpp"
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
    }

    ExitCode run(Session& session) override {
        return syntax_only_ ? check_syntax(session) : check_all(session);
    }

private:
    ExitCode check_syntax(Session& session) const {
        tmpl::LoadRequest request = template_.load_request();
        request.syntax_only = true;
        Diagnostics diagnostics;
        tmpl::load_template(request, real_world(session), session.sources, diagnostics);
        if (report(session, diagnostics)) {
            return ExitCode::failed;
        }
        print_result(session, "Syntax-only check passed. Everything looks okay.");
        return ExitCode::done;
    }

    ExitCode check_all(Session& session) const {
        const auto undeclared =
            no_warn_undeclared_var_ ? UndeclaredNames::ignore : UndeclaredNames::warn;
        if (!load_and_plan(session, template_, undeclared)) {
            return ExitCode::failed;
        }
        print_result(session, "The configuration is valid.");
        return ExitCode::done;
    }

    TemplateOptions template_;
    bool syntax_only_ = false;
    bool no_warn_undeclared_var_ = false;
    bool evaluate_datasources_ = false;  ///< accepted: there are none to evaluate yet
};

}  // namespace

std::unique_ptr<Command> make_validate() {
    return std::make_unique<Validate>();
}

}  // namespace kiln::cli
