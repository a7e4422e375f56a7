#include "cli/planned.hpp"

#include "cli/messages.hpp"
#include "cli/world.hpp"
#include "plan/make_plan.hpp"
#include "template/load.hpp"

#include <utility>

namespace kiln::cli {

Planned load_and_plan(
    Session& session,
    const TemplateOptions& options,
    UndeclaredNames undeclared,
    DataSources data,
    Diagnostics& diagnostics
) {
    tmpl::LoadRequest request = options.load_request();
    request.warn_on_undeclared = undeclared == UndeclaredNames::warn;
    if (data == DataSources::read) {
        request.read_data = real_data(session);
    }

    Planned planned;
    planned.source =
        tmpl::load_template(request, real_world(session), session.sources, diagnostics);
    // With mistakes in the template too: one run tells of all that can be found.
    if (planned.source->understood) {
        planned.plan = plan::make_plan(
            planned.source,
            options.selection(),
            real_facts(session),
            run_facts(session),
            diagnostics
        );
    }
    return planned;
}

std::optional<Planned> load_and_plan(
    Session& session, const TemplateOptions& options, UndeclaredNames undeclared, DataSources data
) {
    Diagnostics diagnostics;
    Planned planned = load_and_plan(session, options, undeclared, data, diagnostics);
    if (report(session, diagnostics)) {
        return std::nullopt;
    }
    return planned;
}

}  // namespace kiln::cli
