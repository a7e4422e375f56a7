#include "plan/make_plan.hpp"

#include "base/sensitive.hpp"
#include "base/strings.hpp"
#include "hcl/references.hpp"
#include "plan/cannot_run.hpp"
#include "plan/component_registry.hpp"
#include "plan/component_source.hpp"
#include "plan/data_source.hpp"
#include "plan/known_types.hpp"
#include "plan/option_rules.hpp"
#include "plan/option_secrets.hpp"
#include "template/secrets.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace kiln::plan {

namespace {

// A step of two builds is planned twice; its mistakes are told once.
class UniqueDiagnostics {
public:
    explicit UniqueDiagnostics(Diagnostics& out) : out_(out) {}

    void append(const Diagnostics& found) {
        for (const Diagnostic& diagnostic : found.list()) {
            const SourceRange& at = diagnostic.subject;
            if (seen_.emplace(at.file, at.begin, at.end, diagnostic.summary).second) {
                out_.add(diagnostic);
            }
        }
    }

private:
    Diagnostics& out_;
    std::set<std::tuple<const SourceFile*, std::uint32_t, std::uint32_t, std::string>> seen_;
};

// Refers to values that only a running build has. The name of the build block is known before.
bool uses_build_values(const std::vector<hcl::Body>& bodies) {
    return std::any_of(bodies.begin(), bodies.end(), [](const hcl::Body& body) {
        const std::vector<hcl::Reference> references = hcl::references(body);
        return std::any_of(references.begin(), references.end(), [](const hcl::Reference& r) {
            return r.root == "build" && (r.path.empty() || r.path.front() != "name");
        });
    });
}

// Plans the components of one build.
class BuildPlanner {
public:
    BuildPlanner(
        std::shared_ptr<const tmpl::Template> owner,
        const tmpl::BuildBlock& block,
        const tmpl::SourceUse& use,
        const Facts& facts,
        const RunFacts& run,
        Diagnostics& diagnostics
    )
        : owner_(std::move(owner)),
          block_(block),
          use_(use),
          facts_(facts),
          diagnostics_(diagnostics) {
        build_.name = tmpl::full_build_name(block, use);
        build_.block_name = block.name;
        build_.source_name = use.source->name;
        build_.source_alias = use.alias;
        build_.text = run.text();
        build_.text.build_name = use.source->name;
        build_.text.build_type = use.source->type;
        if (owner_->language == tmpl::Language::legacy_json) {
            add_legacy_texts();
        }
    }

    Build plan(const tmpl::Selection& selection) {
        plan_builder();
        for (const tmpl::ProvisionerBlock& block : block_.provisioners) {
            if (block.arguments.runs_for(use_.name_for_steps())) {
                build_.provisioners.push_back(plan_provisioner(block));
            }
        }
        if (const auto& cleanup = block_.error_cleanup_provisioner) {
            build_.error_cleanup_provisioner = plan_provisioner(*cleanup);
        }
        for (const auto& chain : block_.post_processors) {
            plan_chain(chain, selection);
        }
        return std::move(build_);
    }

    /// Of the build that `plan` made.
    const std::vector<CannotRun>& cannot_run() const { return cannot_run_; }

private:
    bool is_legacy() const { return owner_->language == tmpl::Language::legacy_json; }

    void add_legacy_texts() {
        build_.text.template_directory = owner_->template_directory;
        build_.text.user_variable = [owner = owner_](const std::string& name) {
            const auto found = owner->user_variables.find(name);
            return found == owner->user_variables.end() ? std::nullopt
                                                        : std::optional(found->second);
        };
        // A value of the running build becomes a field, which is filled in when it runs.
        build_.text.build_value = [names = build_value_names()](const std::string& name) {
            const bool known = std::find(names.begin(), names.end(), name) != names.end();
            return known ? std::optional("{{." + name + "}}") : std::nullopt;
        };
    }

    bool selects(const tmpl::Selection& selection, const tmpl::PostProcessorBlock& block) const {
        const std::string& name = block.arguments.name;
        return is_legacy() ? selection.selects_post_processor(name, name, tmpl::NameMatch::exact)
                           : selection.selects_post_processor(name, block.type);
    }

    void plan_builder() {
        const tmpl::SourceBlock& source = *use_.source;
        OptionInput input;
        input.owner = is_legacy() ? "builder \"" + source.name + "\""
                                  : "source \"" + source.type + "." + source.name + "\"";
        input.range = source.range;
        input.bodies.push_back(source.body);
        if (use_.additions) {
            input.bodies.push_back(*use_.additions);
        }
        build_.builder = plan_component(ComponentRole::builder, source.type, std::move(input));
    }

    ProvisionerStep plan_provisioner(const tmpl::ProvisionerBlock& block) {
        OptionInput input;
        input.owner = "provisioner \"" + block.type + "\"";
        input.range = block.range;
        input.bodies.push_back(block.body);
        if (is_legacy()) {
            override_body(block, input.bodies.front());
        } else {
            input.overrides = overrides_of(block);
        }
        return {
            block.arguments.name,
            plan_component(ComponentRole::provisioner, block.type, std::move(input)),
            block.pause_before,
            block.timeout,
            block.max_retries,
            block.continue_on_error};
    }

    // Options that are overridden are left out of the body; those of the override come in.
    void override_body(const tmpl::ProvisionerBlock& block, hcl::Body& body) {
        const auto found = block.override_bodies.find(use_.alias);
        if (found == block.override_bodies.end()) {
            return;
        }
        for (const hcl::Attribute& attribute : found->second.attributes) {
            std::erase_if(body.attributes, [&](const hcl::Attribute& overridden) {
                if (!equal_ignoring_case(overridden.name, attribute.name)) {
                    return false;
                }
                warn_of_shorter(overridden, attribute);
                return true;
            });
            body.attributes.push_back(attribute);
        }
    }

    // Packer writes the override's list over the other one, element by element.
    void warn_of_shorter(const hcl::Attribute& overridden, const hcl::Attribute& attribute) {
        const auto* longer = std::get_if<hcl::TupleExpression>(&overridden.expression->node);
        const auto* shorter = std::get_if<hcl::TupleExpression>(&attribute.expression->node);
        if (longer == nullptr || shorter == nullptr ||
            longer->elements.size() <= shorter->elements.size()) {
            return;
        }
        const std::size_t rest = longer->elements.size() - shorter->elements.size();
        diagnostics_.warning(
            attribute.expression->range,
            "this override replaces the whole list \"" + attribute.name +
                "\"; Packer would keep the last " + std::to_string(rest) + " of it",
            "give both lists the same length to be understood alike"
        );
    }

    // By the name the build knows the source by, or the source's own.
    hcl::Value overrides_of(const tmpl::ProvisionerBlock& block) const {
        for (const std::string& name : {use_.alias, use_.source->name}) {
            const auto found = block.overrides.find(name);
            if (found != block.overrides.end()) {
                return found->second;
            }
        }
        return {};
    }

    void plan_chain(
        const std::vector<tmpl::PostProcessorBlock>& blocks, const tmpl::Selection& selection
    ) {
        PostProcessorChain chain;
        for (const tmpl::PostProcessorBlock& block : blocks) {
            if (!block.arguments.runs_for(use_.name_for_steps())) {
                continue;
            }
            if (!selects(selection, block)) {
                break;  // what follows would have worked on its artifact
            }
            OptionInput input;
            input.owner = "post-processor \"" + block.type + "\"";
            input.range = block.range;
            input.bodies.push_back(block.body);
            chain.push_back(
                {block.arguments.name,
                 plan_component(ComponentRole::post_processor, block.type, std::move(input)),
                 block.keep_input_artifact}
            );
        }
        if (!chain.empty()) {
            build_.post_processors.push_back(std::move(chain));
        }
    }

    Component plan_component(ComponentRole role, const std::string& name, OptionInput input) {
        Component component;
        component.type = name;
        component.range = input.range;
        const ComponentType* type = find_component_type(role, name);
        if (type == nullptr || type->options == nullptr) {
            note_obstacle(role, component);
            return component;  // a type that nobody knows is reported for the template as a whole
        }
        auto source = std::make_shared<ComponentSource>();
        source->owner = owner_;
        source->table = &type->options();
        source->text = build_.text;
        if (is_legacy() && role == ComponentRole::builder) {
            source->text.build_value = [](const std::string& /*name*/) { return std::nullopt; };
        }
        if (type->clean_resource_name != nullptr) {
            source->text.clean_resource_name = type->clean_resource_name;
        }
        source->source_type = use_.source->type;
        source->source_name = use_.alias;
        source->build_name = block_.name;
        source->sees_build_values = role != ComponentRole::builder;
        source->value_names = build_value_names();
        input.language = owner_->language;
        source->input = std::move(input);
        component.uses_build_values =
            source->sees_build_values && uses_build_values(source->input.bodies);

        const std::size_t errors = diagnostics_.error_count();
        component.options = decode_component(*source, {}, diagnostics_);
        if (diagnostics_.error_count() == errors) {
            check_rules(component.options, facts_, component.range, diagnostics_);
        }
        component.source = std::move(source);
        note_obstacle(role, component);
        return component;
    }

    void note_obstacle(ComponentRole role, const Component& component) {
        std::string reason = reason_against(role, component.type, component.options);
        if (!reason.empty()) {
            cannot_run_.push_back(
                {role, component.type, build_.name, std::move(reason), component.range}
            );
        }
    }

    std::vector<std::string> build_value_names() const {
        std::vector<std::string> names = common_build_values();
        const ComponentType* builder =
            find_component_type(ComponentRole::builder, use_.source->type);
        if (builder != nullptr) {
            names.insert(names.end(), builder->build_values.begin(), builder->build_values.end());
        }
        return names;
    }

    std::shared_ptr<const tmpl::Template> owner_;
    const tmpl::BuildBlock& block_;
    const tmpl::SourceUse& use_;
    const Facts& facts_;
    Diagnostics& diagnostics_;
    Build build_;
    std::vector<CannotRun> cannot_run_;
};

void plan_data_sources(
    const tmpl::Template& source,
    const Facts& facts,
    const RunFacts& run,
    BuildPlan& plan,
    Diagnostics& diagnostics
) {
    constexpr auto kRole = ComponentRole::data_source;
    for (const tmpl::DataBlock& data : source.data) {
        const DecodedOptions options =
            decode_data_source(data, source.scope, facts, run, diagnostics);
        std::string reason = reason_against(kRole, data.type, options);
        if (!reason.empty()) {
            plan.cannot_run.push_back({kRole, data.type, "", std::move(reason), data.range});
        }
    }
}

// What -only and -except may speak of.
std::vector<std::string> build_names(const tmpl::Template& source) {
    std::vector<std::string> names;
    for (const tmpl::BuildBlock& block : source.builds) {
        for (const tmpl::SourceUse& use : block.sources) {
            names.push_back(tmpl::full_build_name(block, use));
        }
    }
    return names;
}

tmpl::NameMatch match_of(const tmpl::Template& source) {
    return source.language == tmpl::Language::legacy_json ? tmpl::NameMatch::exact
                                                          : tmpl::NameMatch::glob;
}

std::vector<std::string> post_processor_names(const tmpl::Template& source) {
    std::vector<std::string> names;
    for (const tmpl::BuildBlock& block : source.builds) {
        for (const auto& chain : block.post_processors) {
            for (const tmpl::PostProcessorBlock& step : chain) {
                names.push_back(step.arguments.name);
                names.push_back(step.type);
            }
        }
    }
    return names;
}

void warn_of_unmatched(
    const tmpl::Template& source, const tmpl::Selection& selection, Diagnostics& diagnostics
) {
    const std::vector<std::string> builds = build_names(source);
    std::vector<std::string> excludable = post_processor_names(source);
    excludable.insert(excludable.end(), builds.begin(), builds.end());
    const auto warn = [&](const char* flag, const std::vector<std::string>& patterns) {
        for (const std::string& pattern : patterns) {
            std::string hint;
            for (const std::string& name : builds) {
                hint += (hint.empty() ? "builds are named " : ", ") + name;
            }
            diagnostics.warning(
                {}, std::string(flag) + " \"" + pattern + "\" matches nothing", hint
            );
        }
    };
    warn("-only", tmpl::unmatched_patterns(selection.only, builds, match_of(source)));
    warn("-except", tmpl::unmatched_patterns(selection.except, excludable, match_of(source)));
}

}  // namespace

tmpl::TextContext RunFacts::text() const {
    tmpl::TextContext text;
    text.start = start;
    text.make_uuid = make_uuid;
    text.working_directory = working_directory;
    return text;
}

BuildPlan make_plan(
    std::shared_ptr<const tmpl::Template> source,
    const tmpl::Selection& selection,
    const Facts& facts,
    const RunFacts& run,
    Diagnostics& diagnostics
) {
    BuildPlan plan;
    plan.base_directory = source->base_directory;
    plan.secrets = source->secrets;
    UniqueDiagnostics unique(diagnostics);
    {
        Diagnostics found;
        warn_of_unmatched(*source, selection, found);
        check_known_types(*source, found);
        plan_data_sources(*source, facts, run, plan, found);
        unique.append(found);
    }
    for (const tmpl::BuildBlock& block : source->builds) {
        for (const tmpl::SourceUse& use : block.sources) {
            if (!selection.selects_build(tmpl::full_build_name(block, use), match_of(*source))) {
                continue;
            }
            Diagnostics found;
            BuildPlanner planner(source, block, use, facts, run, found);
            Build build = planner.plan(selection);
            unique.append(found);
            if (!found.has_errors()) {
                const std::vector<CannotRun>& against = planner.cannot_run();
                plan.cannot_run.insert(plan.cannot_run.end(), against.begin(), against.end());
                collect_option_secrets(build, plan.secrets);
                plan.builds.push_back(std::move(build));
            }
        }
    }
    plan.secrets = sorted_secrets(std::move(plan.secrets));
    return plan;
}

}  // namespace kiln::plan
