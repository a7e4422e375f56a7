#pragma once

#include "aws/ec2/volumes.hpp"
#include "execute/builder/amazon/ec2_build.hpp"
#include "publish/snapshot_map.hpp"

#include <optional>
#include <string>

namespace kiln::exec {

/// Tag of a published snapshot: the name that it shares with those before and after it.
constexpr const char* kLineageTag = "kiln:lineage";

/// A snapshot to which only the differences are sent, and what it holds.
struct ParentSnapshot {
    aws::ec2::Snapshot snapshot;
    publish::SnapshotMap map;
};

/// What a child has to be, for a snapshot to be its parent.
struct ParentWish {
    std::string parent;  ///< "auto", "none" or an id
    std::string lineage;
    std::int64_t volume_gib = 0;  ///< a parent is no larger
    bool encrypted = false;
    std::string key;  ///< of KMS, as the options name it; "" is the account's default
};

/// The parent of a new snapshot: own, complete, no larger and encrypted in the same way, as far as
/// that is certain. Its map is this machine's where the snapshot's tag bears it out; else its
/// blocks are read. Nothing, after saying why, where there is none: then all is sent. Error{input}
/// when a parent that was named will not do.
std::optional<ParentSnapshot> find_parent(
    const Ec2Build& build, publish::MapStore& maps, const ParentWish& wish
);

}  // namespace kiln::exec
