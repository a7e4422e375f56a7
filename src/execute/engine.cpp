#include "execute/engine.hpp"

#include "execute/build_run.hpp"
#include "execute/prompter.hpp"
#include "sys/clock.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace kiln::exec {

namespace {

std::size_t thread_count(const RunOptions& options, std::size_t builds) {
    // A person can answer one build at a time.
    const bool one_by_one = options.debug;
    if (one_by_one) {
        return std::min<std::size_t>(1, builds);
    }
    const int wanted = options.parallel_builds;
    return wanted > 0 ? std::min(static_cast<std::size_t>(wanted), builds) : builds;
}

/// One question at a time, whichever build asks.
class OneAtATime : public Prompter {
public:
    explicit OneAtATime(Prompter* prompter) : prompter_(prompter) {}

    std::optional<std::string> ask(
        const std::string& build, const std::string& question, Echo echo, std::stop_token stop
    ) override {
        const std::lock_guard lock(mutex_);
        return prompter_->ask(build, question, echo, std::move(stop));
    }

private:
    std::mutex mutex_;
    Prompter* prompter_;
};

}  // namespace

bool RunResult::ok() const {
    return !interrupted && std::all_of(builds.begin(), builds.end(), [](const BuildOutcome& b) {
        return b.status == BuildOutcome::Status::finished;
    });
}

RunResult execute(
    const plan::BuildPlan& plan,
    const Components& components,
    const RunOptions& wanted,
    Effects& effects,
    EventSink& events,
    std::stop_token stop
) {
    OneAtATime prompter(wanted.prompter);
    RunOptions options = wanted;
    options.prompter = wanted.prompter != nullptr ? &prompter : nullptr;

    const auto begin = effects.clock.steady_now();
    RunResult result;
    RunStarted start;
    for (const plan::Build& build : plan.builds) {
        start.builds.push_back(build.name);
        BuildOutcome outcome;
        outcome.build = build.name;
        outcome.status = BuildOutcome::Status::interrupted;
        result.builds.push_back(std::move(outcome));
    }
    events.on_event(start);
    if (options.debug) {
        events.on_event(Said{"", "Debug mode enabled. Builds will not be parallelized."});
    }
    {
        const std::stop_callback tell(stop, [&events] {
            events.on_event(SaidError{"", "Cancelling build after receiving interrupt"});
        });
        std::atomic<std::size_t> next{0};
        const auto work = [&] {
            for (std::size_t i = next++; i < plan.builds.size(); i = next++) {
                if (!stop.stop_requested()) {
                    BuildRun run(plan.builds[i], components, options, effects, events, stop);
                    result.builds[i] = run.run();
                }
            }
        };
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < thread_count(options, plan.builds.size()); ++i) {
            threads.emplace_back(work);
        }
    }
    result.interrupted = stop.stop_requested();
    events.on_event(RunFinished{effects.clock.steady_now() - begin, result.interrupted});
    return result;
}

}  // namespace kiln::exec
