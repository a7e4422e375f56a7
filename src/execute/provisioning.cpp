#include "execute/provisioning.hpp"

#include "execute/local_file_inputs.hpp"
#include "execute/make_component.hpp"
#include "execute/meta_arguments.hpp"
#include "execute/prompter.hpp"
#include "execute/stop.hpp"

#include <fmt/format.h>

namespace kiln::exec {

Provisioning::Provisioning(BuildContext& context, const Components& components, Machine& machine)
    : context_(context), components_(components), machine_(machine) {}

void Provisioning::run() {
    abandon();
    const std::vector<plan::ProvisionerStep>& steps = context_.build.provisioners;
    for (; next_ < steps.size(); ++next_) {
        throw_if_stopped(context_.stop);
        if (context_.options.debug && context_.options.prompter != nullptr) {
            context_.options.prompter->ask(
                context_.build.name,
                "Pausing before the next provisioner. Press enter to continue.",
                Prompter::Echo::shown,
                context_.stop
            );
        }
        tell_step(context_, provisioner_step(context_.build, next_), [&] {
            return run_step(steps[next_]);
        });
    }
}

StepResult Provisioning::run_step(const plan::ProvisionerStep& step) {
    const std::unique_ptr<Provisioner> provisioner =
        make_component(components_.provisioners, step.component, context_.build_values);
    if (context_.inputs) {
        add_local_files(context_, provisioner->inputs(context_));
    }
    StepLayers* layers = provisioner->shapes_machine() ? machine_.step_layers() : nullptr;
    if (layers != nullptr) {
        return run_on_layer(step, *provisioner, *layers);
    }
    run_with_meta_arguments(context_, step, *provisioner, machine_);
    return {};
}

StepResult Provisioning::run_on_layer(
    const plan::ProvisionerStep& step, Provisioner& provisioner, StepLayers& layers
) {
    const std::vector<StepInput> inputs = provisioner.inputs(context_);
    const StepLayers::Verdict verdict = layers.reuse(step.component.type, inputs);
    context_.say(fmt::format(
        "Step {} of {} ({}): {}",
        next_ + 1,
        context_.build.provisioners.size(),
        step.name.empty() ? step.component.type : step.component.type + " " + step.name,
        verdict.reused ? "cached" : verdict.reason
    ));
    if (verdict.reused) {
        return {.cached = true};
    }
    layers.begin(step.component.type, inputs);
    layer_is_open_ = true;
    run_with_meta_arguments(context_, step, provisioner, machine_);
    // With continue_on_error a failed step's result is kept as any other: the machine goes on with
    // it, and the same step would leave the same again.
    layers.commit();
    layer_is_open_ = false;
    return {.reason = verdict.reason};
}

void Provisioning::run_error_cleanup() {
    if (!context_.build.error_cleanup_provisioner) {
        return;
    }
    const plan::ProvisionerStep& step = *context_.build.error_cleanup_provisioner;
    BuildContext context = context_;
    context.stop = {};
    const std::unique_ptr<Provisioner> provisioner =
        make_component(components_.provisioners, step.component, context.build_values);
    StepLayers* layers = machine_.step_layers();
    if (layers != nullptr && !layer_is_open_ && provisioner->shapes_machine()) {
        layers->begin("error-cleanup-provisioner", {});
        layer_is_open_ = true;
    }
    run_with_meta_arguments(context, step, *provisioner, machine_);
}

void Provisioning::abandon() noexcept {
    if (layer_is_open_) {
        machine_.step_layers()->abandon();
        layer_is_open_ = false;
    }
}

}  // namespace kiln::exec
