#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "plan/print_plan.hpp"

namespace kiln::cli {

namespace {

class Plan : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line);
        line.flag("json", json_);
        line.flag("warn-on-undeclared-var", warn_on_undeclared_var_);
    }

    ExitCode run(Session& session) override {
        session.json = json_;
        const auto undeclared =
            warn_on_undeclared_var_ ? UndeclaredNames::warn : UndeclaredNames::ignore;
        const std::optional<Planned> planned =
            load_and_plan(session, template_, undeclared, DataSources::read);
        if (!planned) {
            return ExitCode::failed;
        }
        print_result(
            session, json_ ? plan::print_plan_json(planned->plan) : plan::print_plan(planned->plan)
        );
        return ExitCode::done;
    }

private:
    TemplateOptions template_;
    bool json_ = false;
    bool warn_on_undeclared_var_ = false;
};

}  // namespace

std::unique_ptr<Command> make_plan() {
    return std::make_unique<Plan>();
}

}  // namespace kiln::cli
