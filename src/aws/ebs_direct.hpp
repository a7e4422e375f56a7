#pragma once

#include "aws/client.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kiln::aws::ebs {

/// The EBS direct APIs: the blocks of a snapshot, without a volume and without an instance. All are
/// safe to repeat. (Amazon EBS User Guide, "EBS direct APIs".)

/// What a snapshot is made of, in bytes: no other size is taken.
constexpr std::size_t kBlockBytes = std::size_t{512} << 10;

struct NewSnapshot {
    std::int64_t volume_gib = 1;  ///< 1 to 65536
    std::string
        parent_snapshot_id;   ///< "": none. Its blocks are the new one's until others are put
    std::string description;  ///< at most 255 characters
    std::map<std::string, std::string> tags;
    std::string client_token;       ///< the same token and parameters give the same snapshot
    std::optional<bool> encrypted;  ///< not together with a parent
    std::string kms_key_arn;
    std::int64_t timeout_minutes =
        60;  ///< 10 to 4320: without a put for so long it fails by itself

    bool operator==(const NewSnapshot&) const = default;
};

struct StartedSnapshot {
    std::string id;
    std::string status;  ///< "pending"
    std::string parent_snapshot_id;
    std::string kms_key_arn;

    bool operator==(const StartedSnapshot&) const = default;
};
StartedSnapshot start_snapshot(
    Client&, const std::string& region, const NewSnapshot&, std::stop_token
);

/// `block` has kBlockBytes, `sha256` is its digest (32 bytes, raw). One attempt: nothing, or why it
/// did not work. "BlockIsOther", which may be tried again, is kiln's own word for a service that
/// has received something else.
std::optional<ServiceError> put_block(
    Client&,
    const std::string& region,
    const std::string& snapshot_id,
    std::int64_t index,
    const net::BodySource& block,
    std::string_view sha256,
    std::stop_token
);

/// Ends the puts. `changed_blocks` is the number of different indexes that were put; unless it is
/// 0, `linear_sha256` the digest of their digests, in the order of their indexes (raw). The
/// snapshot is whole later: DescribeSnapshots tells. False when it takes no completion (any more),
/// as after one whose answer got lost.
bool complete_snapshot(
    Client&,
    const std::string& region,
    const std::string& snapshot_id,
    std::int64_t changed_blocks,
    std::string_view linear_sha256,
    std::stop_token
);

/// A block that a snapshot has. Tokens are for get_block() and live for seven days.
struct Block {
    std::int64_t index = 0;
    std::string token;

    bool operator==(const Block&) const = default;
};
/// Some of a snapshot's blocks, by index.
struct BlockPage {
    std::int64_t volume_gib = 0;
    std::vector<Block> blocks;
    bool is_last = false;
};
/// All that were written, at most 10,000 at a time.
void list_blocks(
    Client&,
    const std::string& region,
    const std::string& snapshot_id,
    const std::function<void(const BlockPage&)>& take,
    std::stop_token
);

/// A block in which two snapshots of one lineage differ. "" is the token of one that has it not.
struct ChangedBlock {
    std::int64_t index = 0;
    std::string first_token;
    std::string second_token;

    bool operator==(const ChangedBlock&) const = default;
};
std::vector<ChangedBlock> list_changed_blocks(
    Client&,
    const std::string& region,
    const std::string& first_id,
    const std::string& second_id,
    std::stop_token
);

/// How many blocks a snapshot has, those of its parents among them; or what the service says.
std::variant<std::int64_t, ServiceError> count_blocks(
    Client&, const std::string& region, const std::string& snapshot_id, std::stop_token
);
/// How many the second one has that are not the first one's.
std::variant<std::int64_t, ServiceError> count_changed_blocks(
    Client&,
    const std::string& region,
    const std::string& first_id,
    const std::string& second_id,
    std::stop_token
);
/// Reason of the error for two snapshots of which neither has blocks of the other.
constexpr const char* kUnrelated = "UNRELATED_SNAPSHOTS";

struct BlockBytes {
    std::string bytes;
    std::string sha256;  ///< raw

    bool operator==(const BlockBytes&) const = default;
};
/// A block whose bytes have the digest that came with them ("BlockIsOther" otherwise). One attempt,
/// as with put_block.
std::variant<BlockBytes, ServiceError> get_block(
    Client&,
    const std::string& region,
    const std::string& snapshot_id,
    const Block& block,
    std::stop_token
);

}  // namespace kiln::aws::ebs
