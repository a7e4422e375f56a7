#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/publish/parents.hpp"
#include "publish/disk_source.hpp"
#include "publish/image_record.hpp"
#include "publish/snapshot_map.hpp"
#include "publish/upload.hpp"
#include "publish/upload_log.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace kiln::exec {

/// What the snapshot of a disk shall be.
struct SnapshotWish {
    ParentWish parent;
    std::string description;
    std::string kms_key_arn;  ///< "": the account's default key, where it is encrypted
    aws::ec2::Tags tags;      ///< besides kiln's own
};

/// One disk on its way into a snapshot. What an earlier run has sent of the same disk, and was
/// ended in doing, is not sent again.
class SnapshotUpload {
public:
    /// `folder` is where uploads are remembered. Error{exists} when another kiln sends this disk.
    SnapshotUpload(
        Ec2Build& build,
        const publish::DiskSource& disk,
        publish::MapStore& maps,
        const std::filesystem::path& folder,
        SnapshotWish wish
    );

    /// What sending it would take; changes nothing.
    publish::PublishedDisk forecast();
    /// Sends all that is missing, and seals the snapshot: it is complete later.
    publish::PublishedDisk send();
    /// Whether there is a snapshot to go on with.
    bool has_begun() const { return !id_.empty(); }
    /// Once the snapshot is complete: its map is kept, here and by its tag.
    void keep_map();
    /// The upload is over, or can not go on.
    void forget() { log_->remove(); }

private:
    enum class Earlier { none, goes_on, is_sealed };
    Earlier take_up_earlier();
    bool knows_id(const publish::BegunUpload& begun);
    bool is_asked_for_alike(const publish::BegunUpload& begun) const;
    bool finds_parent_again(const publish::BegunUpload& begun);
    void begin(std::optional<ParentSnapshot> parent);
    publish::UploadResult upload(const std::string& snapshot_id);
    bool is_whole(const publish::UploadResult& counted) const;
    void seal(const publish::UploadResult& sent);
    publish::PublishedDisk record_of(const publish::UploadResult& result) const;
    std::optional<aws::ec2::Snapshot> look() const;

    Ec2Build& build_;
    const publish::DiskSource& disk_;
    publish::MapStore& maps_;
    SnapshotWish wish_;
    std::unique_ptr<publish::UploadLog> log_;
    std::optional<ParentSnapshot> parent_;
    std::string id_;
    publish::SnapshotMap map_;
};

}  // namespace kiln::exec
