#pragma once

#include "base/diagnostics.hpp"
#include "cli/session.hpp"
#include "cli/template_options.hpp"
#include "plan/build_plan.hpp"
#include "template/template.hpp"

#include <memory>
#include <optional>

namespace kiln::cli {

/// A template read and planned, before any effect.
struct Planned {
    std::shared_ptr<const tmpl::Template> source;
    plan::BuildPlan plan;
};

/// How much a command wants to hear of names that no variable declares.
enum class UndeclaredNames { ignore, warn };
/// Whether data sources are read; else what they yield is unknown.
enum class DataSources { leave, read };

/// Reads the template, plans it, and reports every mistake found on the way. Nothing when there is
/// an error among them.
std::optional<Planned> load_and_plan(
    Session& session, const TemplateOptions& options, UndeclaredNames undeclared, DataSources data
);

/// The same, with the mistakes handed to the caller.
Planned load_and_plan(
    Session& session,
    const TemplateOptions& options,
    UndeclaredNames undeclared,
    DataSources data,
    Diagnostics& diagnostics
);

}  // namespace kiln::cli
