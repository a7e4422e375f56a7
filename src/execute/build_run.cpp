#include "execute/build_run.hpp"

#include "execute/build_values.hpp"
#include "execute/make_component.hpp"
#include "execute/post_processing.hpp"
#include "execute/prompter.hpp"
#include "execute/step_telling.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"

#include <utility>

namespace kiln::exec {

namespace {

// What a component threw, whatever it was.
Error current_error() {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return Error(ErrorKind::no_space, "out of memory");
    } catch (const std::exception& error) {
        return Error(ErrorKind::io, error.what());
    } catch (...) {
        return Error(ErrorKind::io, "an unknown failure");
    }
}

/// What a check finds is told at the component's block.
void checked_at(const plan::Component& component, const std::function<void()>& check) {
    try {
        check();
    } catch (const Error& error) {
        throw Error(error.kind(), error.message(), component.range).set_hint(error.hint());
    }
}

}  // namespace

BuildRun::BuildRun(
    const plan::Build& build,
    const Components& components,
    const RunOptions& options,
    Effects& effects,
    EventSink& events,
    std::stop_token stop
)
    : components_(components), context_{build, options, effects, events, std::move(stop)} {
    context_.started = effects.clock.wall_now();
    for (const plan::PostProcessorChain& chain : build.post_processors) {
        for (const plan::PostProcessorStep& step : chain) {
            if (step.component.type == "provenance") {
                context_.inputs = std::make_shared<BuildInputs>();
            }
        }
    }
}

std::string BuildRun::name_of(Step step) {
    switch (step) {
        case Step::start:
            return "StepStart";
        case Step::provision:
            return "StepProvision";
        case Step::capture:
            return "StepCapture";
    }
    return {};
}

BuildOutcome BuildRun::run() {
    sys::Clock& clock = context_.effects.clock;
    const auto begin = clock.steady_now();
    BuildOutcome outcome;
    outcome.build = context_.build.name;
    context_.events.on_event(BuildStarted{outcome.build});
    try {
        if (const std::optional<artifact::Artifact> built = shape()) {
            outcome.artifacts = run_post_processors(context_, components_, *built);
        }
    } catch (...) {
        outcome.error = current_error();
        outcome.status = context_.stop.stop_requested() ? BuildOutcome::Status::interrupted
                                                        : BuildOutcome::Status::failed;
    }
    const auto duration = clock.steady_now() - begin;
    if (outcome.error) {
        context_.events.on_event(BuildFailed{outcome.build, duration, *outcome.error});
    } else {
        context_.events.on_event(BuildFinished{outcome.build, duration, outcome.artifacts});
    }
    return outcome;
}

std::optional<artifact::Artifact> BuildRun::shape() {
    make_builder();
    check_provisioners();
    check_post_processors();
    const auto told = [this](const BuildStep& step, const std::function<void()>& work) {
        tell_step(context_, step, [&] {
            work();
            return StepResult{};
        });
    };
    attempt(Step::start, [&] { told(start_step(context_.build), [this] { start(); }); });
    attempt(Step::provision, [this] { provisioning_->run(); });
    std::optional<artifact::Artifact> built;
    attempt(Step::capture, [&] {
        told(capture_step(context_.build), [&] { built = builder_->capture(context_, *machine_); });
    });
    provisioning_.reset();
    machine_.reset();
    return built;
}

void BuildRun::make_builder() {
    builder_ = make_component(components_.builders, context_.build.builder, {});
    builder_->check(context_);
}

void BuildRun::check_provisioners() {
    std::vector<const plan::ProvisionerStep*> steps;
    for (const plan::ProvisionerStep& step : context_.build.provisioners) {
        steps.push_back(&step);
    }
    if (context_.build.error_cleanup_provisioner) {
        steps.push_back(&*context_.build.error_cleanup_provisioner);
    }
    for (const plan::ProvisionerStep* step : steps) {
        const auto factory = components_.provisioners.find(step->component.type);
        if (factory == components_.provisioners.end()) {
            continue;  // told when it is to run
        }
        checked_at(step->component, [&] {
            factory->second(step->component.options)->check(context_);
        });
    }
}

void BuildRun::check_post_processors() {
    for (const plan::PostProcessorChain& chain : context_.build.post_processors) {
        for (const plan::PostProcessorStep& step : chain) {
            const auto factory = components_.post_processors.find(step.component.type);
            if (factory != components_.post_processors.end()) {
                checked_at(step.component, [&] {
                    factory->second(step.component.options)->check(context_);
                });
            }
        }
    }
}

void BuildRun::start() {
    machine_ = builder_->start(context_);
    context_.build_values =
        complete_build_values(machine_->build_values(), context_.options.run_uuid);
    provisioning_.emplace(context_, components_, *machine_);
}

void BuildRun::attempt(Step step, const std::function<void()>& work) {
    while (true) {
        try {
            throw_if_stopped(context_.stop);
            work();
            pause("after run of step '" + name_of(step) + "'");
            return;
        } catch (...) {
            const Error error = current_error();
            const Decision decision = decide(step, error);
            if (decision != Decision::retry) {
                settle(step, decision);
                throw error;
            }
            if (step == Step::start) {
                builder_->discard(context_);
                make_builder();
            }
        }
    }
}

BuildRun::Decision BuildRun::decide(Step step, const Error& error) {
    const bool may_ask = context_.options.prompter != nullptr && !context_.stop.stop_requested();
    switch (context_.options.on_error) {
        case OnError::cleanup:
            return Decision::clean_up;
        case OnError::abort:
            context_.say_error(error.message());
            context_.say_error("Step \"" + name_of(step) + "\" failed, aborting...");
            return Decision::leave;
        case OnError::run_cleanup_provisioner:
            context_.say_error(error.message());
            context_.say_error("Step \"" + name_of(step) + "\" failed, aborting...");
            return Decision::leave_after_cleanup_provisioner;
        case OnError::ask:
            context_.say_error(error.message());
            context_.say_error("Step \"" + name_of(step) + "\" failed");
            return may_ask ? ask() : Decision::clean_up;
    }
    return Decision::clean_up;
}

BuildRun::Decision BuildRun::ask() {
    while (true) {
        const std::optional<std::string> answer = context_.options.prompter->ask(
            context_.build.name,
            "[c] Clean up and exit, [a] abort without cleanup, or [r] retry step (build may fail "
            "even if retry succeeds)?",
            Prompter::Echo::shown,
            context_.stop
        );
        if (!answer || *answer == "c") {
            return Decision::clean_up;
        }
        if (*answer == "a") {
            return Decision::leave;
        }
        if (*answer == "r") {
            return Decision::retry;
        }
        context_.say("Incorrect input: " + *answer);
    }
}

void BuildRun::settle(Step failed, Decision decision) {
    if (failed == Step::provision && decision != Decision::leave) {
        run_error_cleanup();
    }
    if (decision == Decision::clean_up) {
        clean_up(failed);
        return;
    }
    for (int step = static_cast<int>(failed) - 1; step >= 0; --step) {
        context_.say_error(
            "aborted: skipping cleanup of step \"" + name_of(static_cast<Step>(step)) + "\""
        );
    }
}

void BuildRun::run_error_cleanup() {
    context_.say("Provisioning step had errors: Running the cleanup provisioner, if present...");
    try {
        provisioning_->run_error_cleanup();
    } catch (...) {
        // The first error is the one that the build ends with.
        context_.say_error("Cleanup failed: " + current_error().message());
    }
}

void BuildRun::clean_up(Step failed) {
    for (int step = static_cast<int>(failed); step >= 0; --step) {
        pause("before cleanup of step '" + name_of(static_cast<Step>(step)) + "'");
    }
    if (provisioning_) {
        provisioning_->abandon();
        provisioning_.reset();
    }
    machine_.reset();
    builder_->discard(context_);
}

void BuildRun::pause(const std::string& when) {
    if (context_.options.debug && context_.options.prompter != nullptr) {
        context_.options.prompter->ask(
            context_.build.name,
            "Pausing " + when + ". Press enter to continue.",
            Prompter::Echo::shown,
            context_.stop
        );
    }
}

}  // namespace kiln::exec
