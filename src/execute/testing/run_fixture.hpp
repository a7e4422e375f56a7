#pragma once

#include "execute/build_context.hpp"
#include "execute/journal.hpp"
#include "execute/testing/recording_sink.hpp"
#include "sys/file_system.hpp"
#include "sys/process_identity.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"
#include "sys/testing/fake_clock.hpp"

#include <string>

namespace kiln::exec {

/// All that a component needs in order to run in a test: real files and processes in a folder of
/// its own, a clock that does not wait, and a build named "null.base".
struct RunFixture {
    sys::FakeClock clock;
    sys::RealFileSystem files;
    sys::RealProcessRunner processes;
    sys::TempDirectory folder{files, sys::default_temp_parent(), "kiln-execute-test-"};
    Journal journal{folder.path() / "journal.db"};
    Effects effects{clock, files, processes, journal, folder.path() / "cache"};
    RunOptions options;
    RecordingSink events;
    std::stop_source stop;
    plan::Build build;

    RunFixture() {
        journal.begin_run({sys::identify_self(), "test.pkr.hcl", clock.wall_now()});
        effects.temp_directory = folder.path();
        effects.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}};
        options.run_uuid = "11111111-2222-3333-4444-555555555555";
        build.name = "null.base";
        build.source_name = "base";
        build.builder.type = "null";
        build.text.working_directory = folder.path();
    }

    BuildContext context() { return {build, options, effects, events, stop.get_token()}; }
    std::string at(const std::string& name) const { return folder.path() / name; }
    std::string write(const std::string& name, const std::string& text, unsigned mode = 0644) {
        const std::filesystem::path path = at(name);
        files.make_directories(path.parent_path(), 0755);
        files.write_file_atomic(path, text, mode);
        return path;
    }
    std::string read(const std::string& name) { return files.read_file(at(name), 1 << 20); }
};

}  // namespace kiln::exec
