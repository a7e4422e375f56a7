#include "plan/inspect.hpp"

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/template_options.hpp"
#include "cli/world.hpp"
#include "template/load.hpp"

namespace kiln::cli {

namespace {

class Inspect : public Command {
public:
    void declare(CommandLine& line) override { template_.declare(line); }

    /// Shows what was understood even of a template with mistakes, as Packer does.
    ExitCode run(Session& session) override {
        Diagnostics diagnostics;
        const std::shared_ptr<const tmpl::Template> source = tmpl::load_template(
            template_.load_request(), real_world(session), session.sources, diagnostics
        );
        print_result(session, plan::print_inspection(*source));
        return report(session, diagnostics) ? ExitCode::failed : ExitCode::done;
    }

private:
    TemplateOptions template_;
};

}  // namespace

std::unique_ptr<Command> make_inspect() {
    return std::make_unique<Inspect>();
}

}  // namespace kiln::cli
