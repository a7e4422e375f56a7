#pragma once

#include "execute/journal.hpp"

#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec {

class AwsSessions;

enum class SweepOutcome {
    would_remove,  ///< dry run
    removed,
    already_gone,
    failed,  ///< stays in the journal
};

struct SweptResource {
    JournaledResource resource;
    SweepOutcome outcome = SweepOutcome::removed;
    std::string problem;                  ///< why it failed
    std::vector<std::string> parts = {};  ///< of a run in the cloud: what is (or was) there

    bool operator==(const SweptResource&) const = default;
};

/// Removes what runs that are gone have left: processes first, then mounts and loop devices, then
/// files and folders, the newest of each first. A removal that fails does not stop the others.
/// Throws only when the journal itself fails. A second sweep finds nothing to do.
///
/// What is left in the cloud is looked for by its tags and removed with whatever keys AWS is
/// reached by now; those of another account are refused. Without `aws` it stays as it is.
std::vector<SweptResource> sweep(
    Journal& journal, sys::FileSystem& files, AwsSessions* aws, bool dry_run
);

/// Which builds of a region to sweep by tags alone, without the journal of whoever ran them.
struct RegionSweep {
    std::string region;
    std::string mark;  ///< this one, whether it has expired or not; "": all that have expired
    std::chrono::system_clock::time_point now{};
};
/// Removes what is temporary of builds whose time is over, in the account of the present keys. A
/// build that may still run has not expired, and is left alone unless it is named.
std::vector<SweptResource> sweep_region(AwsSessions& aws, const RegionSweep& wish, bool dry_run);

/// "removed directory /x", "could not remove mount /y: busy": for people, one line.
std::string describe(const SweptResource& swept);

}  // namespace kiln::exec
