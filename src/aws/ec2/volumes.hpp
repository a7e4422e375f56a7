#pragma once

#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

struct Volume {
    std::string id;
    std::string state;  ///< "available" when no instance has it
    std::int64_t size_gib = 0;
    Tags tags;

    bool operator==(const Volume&) const = default;
};
/// Ids that EC2 does not know (any more) are left out.
std::vector<Volume> describe_volumes(const Region&, const Filters&, std::stop_token);
/// From a stopped instance, or from one that does not have it mounted.
void detach_volume(const Region&, const std::string& id, std::stop_token);
void attach_volume(
    const Region&,
    const std::string& id,
    const std::string& instance_id,
    const std::string& device_name,
    std::stop_token
);
bool delete_volume(const Region&, const std::string& id, std::stop_token);

struct Snapshot {
    std::string id;
    std::string state;     ///< "pending", "completed", "error"
    std::string progress;  ///< "73%"
    std::string state_message;
    std::string description;
    std::string volume_id;   ///< EC2's placeholder for a copy, and for one that was uploaded
    std::string start_time;  ///< ISO 8601; sorts as text
    std::int64_t size_gib = 0;
    /// Of the blocks that it refers to, its parents' among them; 0 when EC2 does not say.
    std::int64_t full_bytes = 0;
    std::string tier;  ///< "standard", "archive"
    bool encrypted = false;
    std::string kms_key_arn;
    Tags tags;

    bool operator==(const Snapshot&) const = default;
};
/// Own ones that the filters let through. `page_size` is of one answer; 0: EC2's own.
std::vector<Snapshot> describe_snapshots(
    const Region&, const Filters&, std::stop_token, int page_size = 0
);
/// Ids of accounts, and "all", that may make volumes of it, besides its owner.
std::vector<std::string> snapshot_permissions(
    const Region&, const std::string& id, std::stop_token
);
/// Those of `ids` that are locked, each with the kind of lock: "compliance", "governance".
std::map<std::string, std::string> locked_snapshots(
    const Region&, const std::vector<std::string>& ids, std::stop_token
);
/// Its id. When an answer got lost, the snapshot with the tag `mark` of that volume is the one.
std::string create_snapshot(
    const Region&,
    const std::string& volume_id,
    const std::string& description,
    const Tags& tags,
    const std::string& mark,
    std::stop_token
);
bool delete_snapshot(const Region&, const std::string& id, std::stop_token);
/// Who may make volumes of it.
void share_snapshot(
    const Region&,
    const std::string& id,
    const std::vector<std::string>& users,
    const std::vector<std::string>& groups,
    std::stop_token
);

/// The same tags for several resources at once; existing keys are overwritten.
void create_tags(
    const Region&, const std::vector<std::string>& ids, const Tags& tags, std::stop_token
);
/// Whatever their values are.
void delete_tags(
    const Region&,
    const std::vector<std::string>& ids,
    const std::vector<std::string>& keys,
    std::stop_token
);

}  // namespace kiln::aws::ec2
