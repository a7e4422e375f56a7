#include "execute/publish/snapshot_upload.hpp"

#include "aws/ec2/created_once.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/publish/block_telling.hpp"

#include <chrono>
#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

// A snapshot without a put fails by itself after this long: until then an upload can go on.
constexpr std::int64_t kTimeoutMinutes = std::int64_t{12} * 60;
constexpr const char* kDiskBytesTag = "kiln:disk-bytes";
constexpr const char* kParentTag = "kiln:parent-snapshot";

std::string key_of_upload(
    const Ec2Build& build, const publish::DiskSource& disk, const SnapshotWish& wish
) {
    return Digest()
        .field(build.session().identity(build.stop()).account)
        .field(build.region().name())
        .field(std::filesystem::absolute(disk.image()).lexically_normal().string())
        .field(wish.parent.lineage)
        .finish_hex()
        .substr(0, 32);
}

}  // namespace

SnapshotUpload::SnapshotUpload(
    Ec2Build& build,
    const publish::DiskSource& disk,
    publish::MapStore& maps,
    const std::filesystem::path& folder,
    SnapshotWish wish
)
    : build_(build), disk_(disk), maps_(maps), wish_(std::move(wish)) {
    log_ = std::make_unique<publish::UploadLog>(
        build.context().effects.files, folder, key_of_upload(build, disk, wish_)
    );
}

publish::PublishedDisk SnapshotUpload::forecast() {
    parent_ = find_parent(build_, maps_, wish_.parent);
    return record_of(upload(""));
}

publish::PublishedDisk SnapshotUpload::send() {
    const Earlier earlier = take_up_earlier();
    if (earlier == Earlier::is_sealed) {
        const publish::UploadResult counted = upload("");
        if (is_whole(counted)) {
            build_.context().say("All of it was sent by an earlier run, to " + id_);
            map_ = counted.map;
            return record_of(counted);
        }
    }
    if (earlier != Earlier::goes_on) {
        begin(find_parent(build_, maps_, wish_.parent));
    }
    const publish::UploadResult sent = upload(id_);
    seal(sent);
    map_ = sent.map;
    return record_of(sent);
}

void SnapshotUpload::keep_map() {
    ec2::create_tags(build_.region(), {id_}, {{publish::kMapTag, map_.digest()}}, build_.stop());
    maps_.keep(id_, map_);
}

std::optional<ec2::Snapshot> SnapshotUpload::look() const {
    auto found = ec2::describe_snapshots(build_.region(), {{"snapshot-id", {id_}}}, build_.stop());
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

bool SnapshotUpload::is_asked_for_alike(const publish::BegunUpload& begun) const {
    const aws::ebs::NewSnapshot& asked = begun.asked;
    const bool has_parent = !asked.parent_snapshot_id.empty();
    return begun.disk_identity == disk_.identity() && asked.volume_gib == disk_.volume_gib() &&
           asked.encrypted.value_or(false) == (wish_.parent.encrypted && !has_parent) &&
           asked.kms_key_arn == (has_parent ? "" : wish_.kms_key_arn);
}

/// An earlier run that was ended has left a snapshot, to which nobody else has a claim: it becomes
/// this run's where it is of the same disk and asked for in the same way, and goes where it is not.
SnapshotUpload::Earlier SnapshotUpload::take_up_earlier() {
    const std::optional<publish::BegunUpload> begun = log_->begun();
    if (!begun || !knows_id(*begun)) {
        return Earlier::none;
    }
    const auto snapshot = look();
    const auto role = snapshot ? snapshot->tags.find(kRoleTag) : ec2::Tags::const_iterator{};
    if (!snapshot || role == snapshot->tags.end() || role->second != kTemporaryRole) {
        return Earlier::none;
    }
    const bool is_alive = snapshot->state == "pending" || snapshot->state == "completed";
    if (!is_alive || !is_asked_for_alike(*begun) || !finds_parent_again(*begun)) {
        build_.context().say(
            "The snapshot " + id_ + " of an earlier run is of no use any more: deleting it..."
        );
        ec2::delete_snapshot(build_.region(), id_, build_.stop());
        return Earlier::none;
    }
    ec2::create_tags(build_.region(), {id_}, build_.temporary_tags(), build_.stop());
    build_.context().say(
        "Going on with " + id_ + ": " + std::to_string(log_->arrived().size()) +
        " blocks of it were sent by an earlier run"
    );
    return snapshot->state == "pending" ? Earlier::goes_on : Earlier::is_sealed;
}

/// Where the run was ended before it heard the answer of StartSnapshot, the same token gives the
/// same answer.
bool SnapshotUpload::knows_id(const publish::BegunUpload& begun) {
    id_ = begun.snapshot_id;
    if (!id_.empty() || !is_asked_for_alike(begun)) {
        return !id_.empty();
    }
    try {
        id_ = aws::ebs::start_snapshot(
                  build_.session().client(), build_.region().name(), begun.asked, build_.stop()
        )
                  .id;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        return false;  // its parent is gone, the token too old: a new one is started
    }
    publish::BegunUpload known = begun;
    known.snapshot_id = id_;
    log_->begin(known);
    return true;
}

/// What was sent is of use only with what it was compared to.
bool SnapshotUpload::finds_parent_again(const publish::BegunUpload& begun) {
    if (begun.asked.parent_snapshot_id.empty()) {
        return true;
    }
    ParentWish same = wish_.parent;
    same.parent = begun.asked.parent_snapshot_id;
    try {
        parent_ = find_parent(build_, maps_, same);
        return true;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        return false;
    }
}

void SnapshotUpload::begin(std::optional<ParentSnapshot> parent) {
    parent_ = std::move(parent);
    publish::BegunUpload upload{.disk_identity = disk_.identity(), .asked = {}, .snapshot_id = ""};
    aws::ebs::NewSnapshot& asked = upload.asked;
    asked.volume_gib = disk_.volume_gib();
    asked.description = wish_.description;
    asked.timeout_minutes = kTimeoutMinutes;
    asked.tags = build_.temporary_tags(wish_.tags);
    asked.tags[kLineageTag] = wish_.parent.lineage;
    asked.tags[kDiskBytesTag] = std::to_string(disk_.size_bytes());
    asked.client_token =
        build_.client_token("snapshot of " + disk_.identity() + (parent_ ? " with a parent" : ""))
            .substr(0, 32);
    if (parent_) {
        asked.parent_snapshot_id = parent_->snapshot.id;
        asked.tags[kParentTag] = parent_->snapshot.id;
    } else if (wish_.parent.encrypted) {
        asked.encrypted = true;
        asked.kms_key_arn = wish_.kms_key_arn;
    }
    log_->begin(upload);
    try {
        id_ = aws::ebs::start_snapshot(
                  build_.session().client(), build_.region().name(), asked, build_.stop()
        )
                  .id;
    } catch (const Error& error) {
        const bool is_of_parent =
            error.kind() == ErrorKind::input || error.kind() == ErrorKind::not_found;
        if (!parent_ || wish_.parent.parent != "auto" || !is_of_parent) {
            throw;
        }
        build_.context().say(
            asked.parent_snapshot_id +
            " is not taken as the parent, so that all is sent: " + error.message()
        );
        begin(std::nullopt);
        return;
    }
    upload.snapshot_id = id_;
    log_->begin(upload);
    build_.context().say(
        "Sending " + disk_.image().string() + " to snapshot " + id_ +
        (parent_ ? ", of which the parent is " + parent_->snapshot.id : "")
    );
}

publish::UploadResult SnapshotUpload::upload(const std::string& snapshot_id) {
    return publish::upload_blocks(
        build_.session().client(),
        build_.context().effects.clock,
        {.disk = disk_,
         .region = build_.region().name(),
         .snapshot_id = snapshot_id,
         .parent = parent_ ? &parent_->map : nullptr,
         .log = log_.get()},
        BlockTelling(
            build_.context(),
            (snapshot_id.empty() ? "reading " : "sending ") + disk_.image().filename().string()
        ),
        build_.stop()
    );
}

/// Whether what the earlier run has sent, and sealed, is what would be sent now.
bool SnapshotUpload::is_whole(const publish::UploadResult& counted) const {
    Digest linear;
    for (const auto& [index, digest] : log_->arrived()) {
        linear.update(digest.data(), digest.size());
    }
    return counted.changed_blocks == static_cast<std::int64_t>(log_->arrived().size()) &&
           counted.linear_sha256 == linear.finish_bytes();
}

void SnapshotUpload::seal(const publish::UploadResult& sent) {
    const bool is_sealed = aws::ebs::complete_snapshot(
        build_.session().client(),
        build_.region().name(),
        id_,
        sent.changed_blocks,
        sent.linear_sha256,
        build_.stop()
    );
    if (is_sealed) {
        return;
    }
    // Where an answer got lost the call was repeated, and the first one may have had its effect,
    // which DescribeSnapshots need not know yet.
    const auto snapshot = look();
    if (!snapshot || (snapshot->state != "completed" && snapshot->state != "pending")) {
        throw Error(
            ErrorKind::input,
            "the snapshot " + id_ + " can not be completed: it is " +
                (snapshot ? "in the state \"" + snapshot->state + "\"" : "gone")
        )
            .set_hint("publish it again: all is sent anew");
    }
}

publish::PublishedDisk SnapshotUpload::record_of(const publish::UploadResult& result) const {
    return {
        .file = disk_.image().string(),
        .device_name = "",
        .snapshot_id = id_,
        .parent_snapshot_id = parent_ ? parent_->snapshot.id : "",
        .size_bytes = disk_.size_bytes(),
        .volume_gib = disk_.volume_gib(),
        .data_blocks = static_cast<std::int64_t>(result.map.blocks.size()),
        .changed_blocks = result.changed_blocks,
        .map_sha256 = result.map.digest()};
}

}  // namespace kiln::exec
