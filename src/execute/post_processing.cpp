#include "execute/post_processing.hpp"

#include "execute/make_component.hpp"
#include "execute/step_telling.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <set>

namespace kiln::exec {

namespace {

using artifact::Artifact;

/// One build's post-processing: what was made, and what becomes of it.
class PostProcessing {
public:
    PostProcessing(BuildContext& context, const Components& components, const Artifact& built)
        : context_(context), components_(components), built_(built) {}

    std::vector<Artifact> run();

private:
    void run_chain(const plan::PostProcessorChain& chain);
    PostProcessor::Result run_one(const plan::PostProcessorStep& step, const Artifact& input);
    void announce(const plan::PostProcessorStep& step) const;
    void delete_files_of_dropped();
    void fail(const std::string& what) { failures_.push_back(what); }
    void drop(const std::optional<Artifact>& last) {
        if (last) {
            dropped_.push_back(*last);
        }
    }
    /// A build that failed leaves nothing of its own, as long as the user does not want to look.
    bool look_at_failures() const { return context_.options.on_error != OnError::cleanup; }

    BuildContext& context_;
    const Components& components_;
    const Artifact& built_;
    bool keep_built_ = false;
    std::size_t next_step_ = 0;  ///< of all chains
    std::vector<Artifact> kept_;
    std::vector<Artifact> dropped_;
    std::vector<std::string> failures_;
};

bool keeps_input(const plan::PostProcessorStep& step, const PostProcessor::Result& result) {
    if (result.keep_input_by_default && result.force_keep_input) {
        return true;
    }
    return step.keep_input_artifact.value_or(result.keep_input_by_default);
}

std::vector<Artifact> PostProcessing::run() {
    keep_built_ = context_.build.post_processors.empty();
    std::size_t first = 0;
    for (const plan::PostProcessorChain& chain : context_.build.post_processors) {
        next_step_ = first;
        first += chain.size();
        run_chain(chain);
    }
    if (keep_built_) {
        kept_.insert(kept_.begin(), built_);
    } else {
        dropped_.push_back(built_);
    }
    delete_files_of_dropped();
    throw_if_stopped(context_.stop);
    if (!failures_.empty()) {
        std::string text = std::to_string(failures_.size()) + " error(s) occurred:\n";
        for (const std::string& failure : failures_) {
            text += "\n* " + failure;
        }
        throw Error(ErrorKind::command, text);
    }
    return kept_;
}

void PostProcessing::run_chain(const plan::PostProcessorChain& chain) {
    std::optional<Artifact> last;  // nothing while it is the builder's
    for (const plan::PostProcessorStep& step : chain) {
        if (context_.stop.stop_requested()) {
            drop(last);
            return;
        }
        PostProcessor::Result result;
        try {
            tell_step(context_, post_processor_step(context_.build, next_step_++, step), [&] {
                announce(step);
                result = run_one(step, last ? *last : built_);
                return StepResult{};
            });
        } catch (const std::exception& error) {
            fail(std::string("Post-processor failed: ") + error.what());
            if (!step.keep_input_artifact.value_or(look_at_failures())) {
                drop(last);
            } else if (last) {
                kept_.push_back(*last);
            } else {
                keep_built_ = true;
            }
            return;
        }
        if (!result.artifact) {
            break;
        }
        if (!last) {
            keep_built_ = keep_built_ || keeps_input(step, result);
        } else {
            (keeps_input(step, result) ? kept_ : dropped_).push_back(*last);
        }
        last = std::move(result.artifact);
    }
    if (last) {
        kept_.push_back(*last);
    }
}

PostProcessor::Result PostProcessing::run_one(
    const plan::PostProcessorStep& step, const Artifact& input
) {
    BuildContext context = context_;
    context.component = step.component.type;
    return make_component(components_.post_processors, step.component, context.build_values)
        ->process(context, input);
}

void PostProcessing::announce(const plan::PostProcessorStep& step) const {
    const std::string& type = step.component.type;
    context_.say(
        step.name == type ? "Running post-processor: " + type
                          : "Running post-processor: " + step.name + " (type " + type + ")"
    );
}

// An artifact often names files of the one before it (checksum's does): what a kept one names
// stays.
void PostProcessing::delete_files_of_dropped() {
    std::set<std::filesystem::path> wanted;
    for (const Artifact& artifact : kept_) {
        wanted.insert(artifact.files.begin(), artifact.files.end());
    }
    for (const Artifact& artifact : dropped_) {
        for (const std::filesystem::path& file : artifact.files) {
            if (wanted.contains(file)) {
                continue;
            }
            try {
                context_.effects.files.remove_file(file);
            } catch (const Error& error) {
                fail("Failed cleaning up prior artifact: " + error.message());
            }
        }
    }
}

}  // namespace

std::vector<Artifact> run_post_processors(
    BuildContext& context, const Components& components, const Artifact& built
) {
    return PostProcessing(context, components, built).run();
}

}  // namespace kiln::exec
