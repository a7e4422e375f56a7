#pragma once

#include "sys/process_identity.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

/// What leaves a trace on the host or in the cloud. The name of each is enough to remove it.
enum class ResourceKind {
    directory,    ///< absolute path; removed with all that is in it
    file,         ///< absolute path
    process,      ///< sys::to_string(ProcessIdentity); killed
    mount,        ///< absolute path of the mount point; unmounted
    loop_device,  ///< "/dev/loop3 <backing file>"; detached while it still backs that file
    layer,        ///< absolute path of a layer that is not complete
    image,        ///< absolute path of an image that is not complete
    aws_run,      ///< exec::to_string(AwsRun): what a build left in one region of an account
    aws_removal,  ///< exec::to_string(AwsRemoval): images that go, and then their snapshots
};
std::string_view to_string(ResourceKind kind);

/// Something that was written down and not released.
struct JournaledResource {
    std::int64_t id = 0;
    ResourceKind kind = ResourceKind::file;
    std::string name;
    std::string template_path;  ///< of the run that made it
    std::chrono::system_clock::time_point created{};

    bool operator==(const JournaledResource&) const = default;
};

/// Who writes into the journal.
struct RunInfo {
    sys::ProcessIdentity process;
    std::string template_path;
    std::chrono::system_clock::time_point started{};
};

/// The memory of what kiln has made and not yet removed, kept on disk so that it outlives kiln: an
/// intent is committed before the thing is created, and released when it is gone or has become a
/// result that is kept. SQLite in WAL mode; several kilns and threads may use one file at once.
///
/// Every failure is an Error that names the file: not writable, full, damaged.
class Journal {
public:
    /// Opens or makes the database and its folder. Begins no run.
    explicit Journal(const std::filesystem::path& database);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Once, before the first record(); what is recorded belongs to this run.
    void begin_run(const RunInfo& info);
    /// The run ended in good order. What it did not release is a leftover from now on.
    void finish_run(std::chrono::system_clock::time_point when);

    /// Commits the intent to create a resource. Needs a run.
    std::int64_t record(
        ResourceKind kind,
        const std::string& name,
        std::chrono::system_clock::time_point when = std::chrono::system_clock::now()
    );
    /// It is gone, or has become a result that is kept.
    void release(
        std::int64_t id,
        std::chrono::system_clock::time_point when = std::chrono::system_clock::now()
    );

    /// Resources that no living run cares for, newest first.
    std::vector<JournaledResource> leftovers();

    const std::filesystem::path& database() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// An intent, written down when the object is made. release() when the resource is gone or kept;
/// an entry that dies unreleased stays in the journal for `kiln sweep`.
class JournalEntry {
public:
    JournalEntry() = default;
    JournalEntry(Journal& journal, ResourceKind kind, const std::string& name);
    JournalEntry(JournalEntry&& other) noexcept;
    JournalEntry& operator=(JournalEntry&& other) noexcept;

    void release();

private:
    Journal* journal_ = nullptr;
    std::int64_t id_ = 0;
};

}  // namespace kiln::exec
