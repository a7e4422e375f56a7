#include "plan/inspect.hpp"

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/template_options.hpp"
#include "cli/world.hpp"
#include "plan/inspect_legacy.hpp"
#include "template/load.hpp"

namespace kiln::cli {

namespace {

class Inspect : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line);
        line.flag("json", json_);
    }

    /// Shows a template as far as it is understood, and fails only when a declaration or a given
    /// value is wrong, as Packer does: it may be looked at without the values its variables need.
    ExitCode run(Session& session) override {
        session.json = json_;
        Diagnostics diagnostics;
        tmpl::LoadRequest request = template_.load_request();
        request.look_only = true;
        request.read_data = real_data_if_it_can_be_had(session);
        const std::shared_ptr<const tmpl::Template> source =
            tmpl::load_template(request, real_world(session), session.sources, diagnostics);
        const bool is_legacy = source->language == tmpl::Language::legacy_json;
        const bool is_shown =
            is_legacy ? source->understood && !diagnostics.has_errors() : source->declared;
        if (is_shown && json_) {
            print_result(session, plan::print_inspection_json(*source));
        } else if (is_shown && is_legacy) {
            for (const plan::InspectionLine& line : plan::inspect_legacy(*source)) {
                print_record(session, line.record);
                print_result(session, line.text + "\n");
            }
        } else if (is_shown) {
            for (const std::string& part : plan::print_inspection(*source)) {
                print_result(session, part);
            }
        }
        const bool has_errors = report(session, diagnostics);
        return (is_legacy ? !has_errors : source->declared) ? ExitCode::done : ExitCode::failed;
    }

private:
    TemplateOptions template_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_inspect() {
    return std::make_unique<Inspect>();
}

}  // namespace kiln::cli
