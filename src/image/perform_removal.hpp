#pragma once

#include "execute/aws/session.hpp"
#include "execute/journal.hpp"
#include "image/removal.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::image {

/// One thing that a removal did, or failed to do.
struct RemovalStep {
    std::string region;
    std::string kind;  ///< "AMI", "snapshot"
    std::string id;
    std::string problem;     ///< why it is still there, or ""
    std::string kept_until;  ///< when the Recycle Bin lets go of it, or ""

    bool operator==(const RemovalStep&) const = default;
};

/// The doors of a removal, and who asked for it.
struct RemovalDoor {
    exec::AwsSession& session;
    exec::Journal& journal;
    std::string account;
    std::string profile;  ///< "" for none
};

/// Performs a plan, region by region at once; in each the images go first and then their snapshots.
/// Each region is in the journal before anything of it goes, and as long as something that should
/// have gone is there. A failure is told in its step and keeps nothing else back.
std::vector<RemovalStep> perform_removal(
    const RemovalDoor& door, const RemovalPlan& plan, std::stop_token stop
);
std::vector<RemovalStep> perform_snapshot_removal(
    const RemovalDoor& door, const std::vector<SnapshotRemoval>& removals, std::stop_token stop
);

/// What undoing did for one image.
struct Restored {
    Place place;
    std::vector<std::string> snapshots;  ///< that came back with it
    std::string problem;                 ///< "" when it is there again

    bool operator==(const Restored&) const = default;
};
/// Brings images back from the Recycle Bin: those of `words` (ids, or names) that it has in these
/// regions, the snapshots in front of them. `remembered` are the snapshots that they had, where
/// this host knows. Error{not_found} for a word that no bin has.
std::vector<Restored> restore_images(
    exec::AwsSession& session,
    const std::vector<std::string>& regions,
    const std::vector<std::string>& words,
    const std::map<Place, std::vector<std::string>>& remembered,
    std::stop_token stop
);

}  // namespace kiln::image
