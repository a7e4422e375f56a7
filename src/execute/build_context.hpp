#pragma once

#include "execute/build_inputs.hpp"
#include "execute/events.hpp"
#include "plan/build_plan.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

namespace kiln::sys {
class Clock;
class FileSystem;
class ProcessRunner;
}  // namespace kiln::sys

namespace kiln::exec {

class AwsSessions;
class Journal;
class Prompter;

/// The doors to the world and the places kiln keeps things in; one for the whole run.
struct Effects {
    sys::Clock& clock;
    sys::FileSystem& files;
    sys::ProcessRunner& processes;
    Journal& journal;
    std::filesystem::path cache_directory;                ///< $XDG_CACHE_HOME/kiln
    std::filesystem::path temp_directory = "/tmp";        ///< $TMPDIR
    std::map<std::string, std::string> environment = {};  ///< of kiln, for local scripts
    AwsSessions* aws = nullptr;                           ///< null where nothing may ask AWS
};

/// What happens when a build fails (-on-error).
enum class OnError { cleanup, abort, ask, run_cleanup_provisioner };

struct RunOptions {
    bool force = false;
    bool use_cache = true;
    bool debug = false;
    std::string run_uuid;     ///< PACKER_RUN_UUID, the same for all builds of a run
    int parallel_builds = 0;  ///< 0: all at once
    OnError on_error = OnError::cleanup;
    Prompter* prompter = nullptr;  ///< null: there is nobody to ask
    /// For statements of provenance; null where none is made.
    std::shared_ptr<const RunInputs> inputs = nullptr;
};

/// What a builder, a provisioner or a post-processor may use while one build runs.
struct BuildContext {
    const plan::Build& build;
    const RunOptions& options;
    Effects& effects;
    EventSink& events;
    std::stop_token stop;
    std::string component = {};           ///< type of the post-processor that runs; "" for others
    plan::BuildValues build_values = {};  ///< of the machine, once there is one
    /// Gathers what the build uses; null when nobody wants to know, since finding it out takes
    /// time.
    std::shared_ptr<BuildInputs> inputs = nullptr;
    std::chrono::system_clock::time_point started = {};  ///< the build

    void say(std::string text) const {
        events.on_event(Said{build.name, std::move(text), component});
    }
    void say_error(std::string text) const {
        events.on_event(SaidError{build.name, std::move(text), component});
    }
    void warn(std::string text) const {
        events.on_event(Warned{build.name, std::move(text), component});
    }
};

}  // namespace kiln::exec
