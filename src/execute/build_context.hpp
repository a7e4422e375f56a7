#pragma once

#include "execute/events.hpp"
#include "plan/build_plan.hpp"

#include <filesystem>
#include <stop_token>
#include <string>

namespace kiln::sys {
class Clock;
class FileSystem;
class ProcessRunner;
}  // namespace kiln::sys

namespace kiln::exec {

class Journal;

/// The doors to the world and the places kiln keeps things in; one for the whole run.
struct Effects {
    sys::Clock& clock;
    sys::FileSystem& files;
    sys::ProcessRunner& processes;
    Journal& journal;
    std::filesystem::path cache_directory;  ///< $XDG_CACHE_HOME/kiln
};

struct RunOptions {
    bool force = false;
    bool use_cache = true;
    bool debug = false;
    std::string run_uuid;  ///< PACKER_RUN_UUID, the same for all builds of a run
};

/// What a builder, a provisioner or a post-processor may use while one build runs.
struct BuildContext {
    const plan::Build& build;
    const RunOptions& options;
    Effects& effects;
    EventSink& events;
    std::stop_token stop;

    void say(std::string text) const { events.on_event(Said{build.name, std::move(text)}); }
    void warn(std::string text) const { events.on_event(Warned{build.name, std::move(text)}); }
};

}  // namespace kiln::exec
