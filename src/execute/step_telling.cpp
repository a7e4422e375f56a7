#include "execute/step_telling.hpp"

#include "base/error.hpp"
#include "sys/clock.hpp"

namespace kiln::exec {

namespace {

int count_of(const plan::Build& build) {
    std::size_t count = 2 + build.provisioners.size();
    for (const plan::PostProcessorChain& chain : build.post_processors) {
        count += chain.size();
    }
    return static_cast<int>(count);
}

std::string name_with(const std::string& type, const std::string& name) {
    return name.empty() || name == type ? type : type + " " + name;
}

BuildStep numbered(
    const plan::Build& build, BuildStep::Kind kind, std::string name, std::size_t number
) {
    return {kind, std::move(name), static_cast<int>(number), count_of(build)};
}

}  // namespace

void tell_step(
    const BuildContext& context, const BuildStep& step, const std::function<StepResult()>& work
) {
    sys::Clock& clock = context.effects.clock;
    const auto begin = clock.steady_now();
    context.events.on_event(StepBegan{context.build.name, step});
    StepEnded end{context.build.name, step, StepEnded::Outcome::failed, "", {}};
    const auto tell = [&](StepEnded::Outcome outcome, std::string reason) {
        end.outcome = outcome;
        end.reason = std::move(reason);
        end.duration = clock.steady_now() - begin;
        context.events.on_event(end);
    };
    try {
        StepResult result = work();
        tell(
            result.cached ? StepEnded::Outcome::cached : StepEnded::Outcome::done,
            std::move(result.reason)
        );
    } catch (const std::exception& error) {
        tell(StepEnded::Outcome::failed, error.what());
        throw;
    }
}

BuildStep start_step(const plan::Build& build) {
    return numbered(build, BuildStep::Kind::start, build.builder_type(), 1);
}

BuildStep provisioner_step(const plan::Build& build, std::size_t index) {
    const plan::ProvisionerStep& step = build.provisioners[index];
    return numbered(
        build, BuildStep::Kind::provisioner, name_with(step.component.type, step.name), 2 + index
    );
}

BuildStep capture_step(const plan::Build& build) {
    return numbered(
        build, BuildStep::Kind::capture, build.builder_type(), 2 + build.provisioners.size()
    );
}

BuildStep post_processor_step(
    const plan::Build& build, std::size_t index, const plan::PostProcessorStep& step
) {
    return numbered(
        build,
        BuildStep::Kind::post_processor,
        name_with(step.component.type, step.name),
        3 + build.provisioners.size() + index
    );
}

}  // namespace kiln::exec
