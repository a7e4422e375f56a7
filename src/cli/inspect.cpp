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

    /// Shows a template as far as it is understood, and fails only when a declaration or a given
    /// value is wrong, as Packer does: it may be looked at without the values its variables need.
    ExitCode run(Session& session) override {
        Diagnostics diagnostics;
        const std::shared_ptr<const tmpl::Template> source = tmpl::load_template(
            template_.load_request(), real_world(session), session.sources, diagnostics
        );
        if (source->declared) {
            print_result(session, plan::print_inspection(*source));
        }
        report(session, diagnostics);
        return source->declared ? ExitCode::done : ExitCode::failed;
    }

private:
    TemplateOptions template_;
};

}  // namespace

std::unique_ptr<Command> make_inspect() {
    return std::make_unique<Inspect>();
}

}  // namespace kiln::cli
