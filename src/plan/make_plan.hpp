#pragma once

#include "base/diagnostics.hpp"
#include "plan/build_plan.hpp"
#include "plan/check.hpp"
#include "template/selection.hpp"
#include "template/template.hpp"
#include "template/text_context.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace kiln::plan {

/// Values of the run that end up in rendered text.
struct RunFacts {
    std::chrono::system_clock::time_point start = {};
    std::function<std::string()> make_uuid;
    std::string working_directory;  ///< absolute

    /// What text templates can show of the run.
    tmpl::TextContext text() const;
};

/// The builds of a template that `selection` leaves, each fully decided. Pure. Mistakes go to
/// `diagnostics`, each once; a build with mistakes is not in the plan. A pattern that matches
/// nothing is a warning. A template without builds, or of which the selection leaves none, gives a
/// plan without builds: whether that will do is for the caller to say. The template must have been
/// `understood`.
BuildPlan make_plan(
    std::shared_ptr<const tmpl::Template> source,
    const tmpl::Selection& selection,
    const Facts& facts,
    const RunFacts& run,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
