#include "execute/publish/parents.hpp"

#include "base/error.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/publish/block_telling.hpp"
#include "publish/download.hpp"

#include <algorithm>
#include <tuple>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

std::string tag_of(const ec2::Snapshot& snapshot, const std::string& key) {
    const auto found = snapshot.tags.find(key);
    return found == snapshot.tags.end() ? "" : found->second;
}

/// Why it can not be the parent; "" when it can. A child of an encrypted snapshot has its key.
std::string objection(const ec2::Snapshot& snapshot, const ParentWish& wish) {
    if (snapshot.state != "completed") {
        return "it is " + snapshot.state;
    }
    if (snapshot.size_gib > wish.volume_gib) {
        return "it is of " + std::to_string(snapshot.size_gib) + " GiB, and the disk of " +
               std::to_string(wish.volume_gib);
    }
    if (snapshot.encrypted != wish.encrypted) {
        return snapshot.encrypted ? "it is encrypted, and the new one shall not be"
                                  : "it is not encrypted, and the new one shall be";
    }
    const bool is_that_key = snapshot.kms_key_arn == wish.key ||
                             (!wish.key.empty() && snapshot.kms_key_arn.ends_with("/" + wish.key));
    if (wish.encrypted && !is_that_key) {
        return "it is encrypted with " + snapshot.kms_key_arn +
               ", and whether that is the wanted key is not certain";
    }
    return "";
}

std::vector<ec2::Snapshot> candidates(const Ec2Build& build, const ParentWish& wish) {
    if (wish.parent != "auto") {
        return ec2::describe_snapshots(
            build.region(), {{"snapshot-id", {wish.parent}}}, build.stop()
        );
    }
    auto found = ec2::describe_snapshots(
        build.region(),
        {{std::string("tag:") + kLineageTag, {wish.lineage}},
         {std::string("tag:") + kRoleTag, {kOutputRole}}},
        build.stop()
    );
    std::sort(found.begin(), found.end(), [](const ec2::Snapshot& a, const ec2::Snapshot& b) {
        return std::tie(a.start_time, a.id) > std::tie(b.start_time, b.id);
    });
    return found;
}

publish::SnapshotMap map_of(
    const Ec2Build& build, publish::MapStore& maps, const ec2::Snapshot& snapshot
) {
    const std::string digest = tag_of(snapshot, publish::kMapTag);
    if (auto known = maps.load(snapshot.id, digest)) {
        return std::move(*known);
    }
    build.context().say(
        "This machine has no map of the parent " + snapshot.id + ": reading its blocks..."
    );
    publish::SnapshotMap read = publish::download_blocks(
                                    build.session().client(),
                                    build.context().effects.clock,
                                    {.region = build.region().name(), .snapshot_id = snapshot.id},
                                    BlockTelling(build.context(), "reading the parent"),
                                    build.stop()
    )
                                    .map;
    if (!digest.empty() && read.digest() != digest) {
        build.context().warn(
            "the blocks of " + snapshot.id + " are not those that its tag " + publish::kMapTag +
            " tells of; what was read counts"
        );
    } else {
        maps.keep(snapshot.id, read);
    }
    return read;
}

}  // namespace

std::optional<ParentSnapshot> find_parent(
    const Ec2Build& build, publish::MapStore& maps, const ParentWish& wish
) {
    if (wish.parent == "none") {
        return std::nullopt;
    }
    const bool is_named = wish.parent != "auto";
    for (const ec2::Snapshot& snapshot : candidates(build, wish)) {
        const std::string why_not = objection(snapshot, wish);
        if (why_not.empty()) {
            try {
                return ParentSnapshot{snapshot, map_of(build, maps, snapshot)};
            } catch (const Error& error) {
                if (is_named || error.kind() == ErrorKind::interrupted) {
                    throw;
                }
                build.context().say(
                    "The blocks of " + snapshot.id + " can not be read: " + error.message()
                );
                break;
            }
        }
        if (is_named) {
            throw Error(
                ErrorKind::input, snapshot.id + " can not be the parent of the snapshot: " + why_not
            );
        }
        build.context().say(
            "The snapshot " + snapshot.id + " of lineage \"" + wish.lineage +
            "\" is no parent: " + why_not
        );
    }
    if (is_named) {
        throw Error(
            ErrorKind::not_found,
            "the account has no snapshot " + wish.parent + " in " + build.region().name()
        );
    }
    return std::nullopt;
}

}  // namespace kiln::exec
