#include "execute/publish/publisher.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/images.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/go_time.hpp"
#include "base/units.hpp"
#include "execute/builder/amazon/amazon_builder.hpp"
#include "execute/publish/disk_checks.hpp"
#include "execute/publish/snapshot_upload.hpp"
#include "sys/xdg.hpp"

#include <algorithm>
#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

constexpr Patience kUntilSealed{
    std::chrono::milliseconds(500), std::chrono::seconds(10), std::chrono::minutes(30)};
// One answer may come from a place that does not know the last state yet.
constexpr int kSurely = 2;

// "/dev/sdf" to "/dev/sdp" are for data volumes. (EC2 User Guide, "Device names for volumes".)
constexpr std::size_t kMostDisks = 12;

std::string device_name_of(const plan::AmazonPublishOptions& options, std::size_t number) {
    return number == 0 ? options.root_device_name
                       : std::string("/dev/sd") + static_cast<char>('f' + number - 1);
}

std::string blocks_text(const publish::PublishedDisk& disk) {
    return std::to_string(disk.changed_blocks) + " of " + std::to_string(disk.data_blocks) +
           " blocks with data (" +
           format_bytes(disk.changed_blocks * static_cast<std::int64_t>(aws::ebs::kBlockBytes)) +
           ")";
}

}  // namespace

/// A disk and where it is on its way.
struct Publisher::Part {
    Part(
        Ec2Build& build,
        const publish::DiskSource& disk,
        const std::filesystem::path& folder,
        SnapshotWish wish
    )
        : maps(build.context().effects.files, folder / "maps"),
          upload(build, disk, maps, folder / "uploads", std::move(wish)) {}

    publish::MapStore maps;
    SnapshotUpload upload;
    publish::PublishedDisk record;
};

Publisher::Publisher(BuildContext& context, plan::AmazonPublishOptions options)
    : context_(context),
      options_(std::move(options)),
      build_(context, options_.access),
      folder_(sys::kiln_directories(context.effects.environment).state / "publish"),
      boot_mode_(options_.registration.boot_mode.value_or("")) {}

Publisher::~Publisher() = default;

void Publisher::check_account() {
    if (const std::string endpoint = build_.session().custom_endpoint(); !endpoint.empty()) {
        context_.say("Asking EC2 at " + endpoint);
    }
    build_.session().identity(context_.stop);
    check_regions(build_, options_.ami);
    check_ami_name(build_, options_.ami, context_.options.force);
}

void Publisher::check_disks(const std::vector<std::filesystem::path>& disks) {
    if (disks.empty()) {
        throw Error(ErrorKind::input, "there is no disk image to publish");
    }
    if (disks.size() > kMostDisks) {
        throw Error(
            ErrorKind::input,
            "an AMI of " + std::to_string(disks.size()) + " disks: there are device names for " +
                std::to_string(kMostDisks)
        );
    }
    for (const std::filesystem::path& disk : disks) {
        disks_.push_back(std::make_unique<publish::DiskSource>(
            disk,
            context_.effects.files,
            context_.effects.temp_directory,
            context_.effects.processes,
            context_.stop
        ));
    }
    boot_mode_ = check_root_disk(context_, *disks_.front(), options_);
    for (std::size_t i = 1; i < disks_.size(); ++i) {
        check_data_disk(*disks_[i]);
    }
    const std::int64_t root_gib = disks_.front()->volume_gib();
    if (options_.volume_size != 0 && options_.volume_size < root_gib) {
        throw Error(
            ErrorKind::input,
            "volume_size of " + std::to_string(options_.volume_size) +
                " GiB is smaller than the disk (" + std::to_string(root_gib) + " GiB)"
        )
            .set_hint("use " + std::to_string(root_gib) + " or more, or leave volume_size out");
    }
}

std::string Publisher::key_arn() const {
    const std::string key = options_.ami.kms_key_id.value_or("");
    if (key.empty() || key.starts_with("arn:")) {
        return key;
    }
    // StartSnapshot takes no other form.
    const std::string& region = build_.region().name();
    const std::string partition = region.starts_with("cn-")       ? "aws-cn"
                                  : region.starts_with("us-gov-") ? "aws-us-gov"
                                                                  : "aws";
    return "arn:" + partition + ":kms:" + region + ":" +
           build_.session().identity(context_.stop).account + ":" +
           (key.starts_with("alias/") ? key : "key/" + key);
}

std::unique_ptr<Publisher::Part> Publisher::part_of(std::size_t number) {
    const std::string lineage = options_.lineage.value_or(context_.build.name);
    SnapshotWish wish{
        .parent =
            {.parent = options_.parent,
             .lineage = number == 0 ? lineage : lineage + "#" + std::to_string(number + 1),
             .volume_gib = disks_[number]->volume_gib(),
             .encrypted = is_encrypted(),
             .key = is_encrypted() ? options_.ami.kms_key_id.value_or("") : ""},
        .description =
            build_.render("snapshot_description", options_.snapshot_description.value_or("")),
        .kms_key_arn = is_encrypted() ? key_arn() : "",
        .tags = {}};
    if (wish.description.empty()) {
        wish.description = options_.ami.ami_name + ": " + device_name_of(options_, number);
    }
    return std::make_unique<Part>(build_, *disks_[number], folder_, std::move(wish));
}

std::vector<publish::PublishedDisk> Publisher::forecast() {
    std::vector<publish::PublishedDisk> all;
    for (std::size_t i = 0; i < disks_.size(); ++i) {
        publish::PublishedDisk disk = part_of(i)->upload.forecast();
        disk.device_name = device_name_of(options_, i);
        all.push_back(std::move(disk));
    }
    return all;
}

void Publisher::send_all() {
    for (std::size_t i = 0; i < disks_.size(); ++i) {
        parts_.push_back(part_of(i));
        Part& part = *parts_.back();
        part.record = part.upload.send();
        part.record.device_name = device_name_of(options_, i);
        context_.say(part.record.snapshot_id + " has " + blocks_text(part.record));
    }
}

void Publisher::await_snapshots() {
    context_.say("Waiting for the snapshots to complete...");
    std::vector<std::string> ids;
    for (const auto& part : parts_) {
        ids.push_back(part->record.snapshot_id);
    }
    int complete = 0;
    build_.wait_until("snapshots to complete", kUntilSealed, [&] {
        std::size_t done = 0;
        for (const ec2::Snapshot& snapshot :
             ec2::describe_snapshots(build_.region(), {{"snapshot-id", ids}}, build_.stop())) {
            if (snapshot.state == "error") {
                throw Error(
                    ErrorKind::command,
                    "the snapshot " + snapshot.id + " failed: " + snapshot.state_message
                );
            }
            done += snapshot.state == "completed" ? 1U : 0U;
        }
        complete = done == ids.size() ? complete + 1 : 0;
        return complete == kSurely;
    });
    for (const auto& part : parts_) {
        part->upload.keep_map();
    }
}

ec2::Registration Publisher::registration(const std::string& name, const ec2::Tags& tags) const {
    const plan::RegistrationOptions& wanted = options_.registration;
    ec2::Registration image{
        .name = name,
        .description = build_.render("ami_description", options_.ami.ami_description.value_or("")),
        .architecture = wanted.ami_architecture,
        .root_device_name = options_.root_device_name,
        .devices = {},
        .virtualization_type = "hvm",
        .boot_mode = boot_mode_,
        .uefi_data = wanted.uefi_data.value_or(""),
        .tpm_support = wanted.tpm_support.value_or(""),
        .imds_support = options_.ami.imds_support.value_or(""),
        .ena_support = options_.ami.ena_support.value_or(true),
        .sriov_support = options_.ami.sriov_support,
        .image_tags = tags};
    for (const auto& part : parts_) {
        ec2::BlockDevice device;
        device.device_name = part->record.device_name;
        device.snapshot_id = part->record.snapshot_id;
        device.type = options_.volume_type;
        image.devices.push_back(std::move(device));
    }
    image.devices.front().size_gib = options_.volume_size;
    return image;
}

publish::ImageRecord Publisher::record_of(const RegionImages& images) const {
    publish::ImageRecord record{
        .name = options_.ami.ami_name,
        .published = format_go_time(kRfc3339Layout, context_.effects.clock.wall_now()),
        .account = build_.session().identity(context_.stop).account,
        .run = build_.mark(),
        .architecture = options_.registration.ami_architecture,
        .lineage = options_.lineage.value_or(context_.build.name),
        .region = build_.region().name(),
        .images = images,
        .disks = {}};
    for (const auto& part : parts_) {
        record.disks.push_back(part->record);
    }
    return record;
}

Publisher::Published Publisher::run() {
    try {
        build_.enter_region(build_.region().name());
        is_sending_ = true;
        send_all();
        is_sending_ = false;
        await_snapshots();
        // The snapshots are encrypted as they shall be: no copy of the image has to see to that.
        plan::AmiOptions ami = options_.ami;
        ami.encrypt_boot.reset();
        ami.kms_key_id.reset();
        const RegionImages images = make_ami(
            build_,
            ami,
            context_.options.force,
            {},
            [&](const std::string& name, const ec2::Tags& tags) {
                context_.say("Registering the AMI...");
                return ec2::register_image(
                    build_.region(), registration(name, tags), build_.mark(), build_.stop()
                );
            }
        );
        build_.leave_regions();  // nothing is there but what stays
        for (const auto& part : parts_) {
            part->upload.forget();
        }
        Published made{images, record_of(images)};
        keep(made.record);
        return made;
    } catch (const Error& error) {
        clear_after(error);
        throw;
    }
}

/// The image is there: that it can not be written down is no failure.
void Publisher::keep(const publish::ImageRecord& record) const {
    try {
        publish::keep_image_record(context_.effects.files, folder_ / "images", record);
    } catch (const Error& error) {
        context_.warn("the image is published, and there is no record of it: " + error.message());
    }
}

void Publisher::clear_after(const Error& error) noexcept {
    try {
        const bool can_go_on = error.kind() == ErrorKind::interrupted ||
                               error.kind() == ErrorKind::network ||
                               error.kind() == ErrorKind::timeout;
        const bool has_begun = std::any_of(parts_.begin(), parts_.end(), [](const auto& part) {
            return part->upload.has_begun();
        });
        if (is_sending_ && can_go_on && has_begun) {
            context_.say(
                "What has been sent stays for half a day: the same command goes on from there, and "
                "`kiln sweep` removes it"
            );
            return;
        }
        clear_build(build_, Remains::everything, "");
        for (const auto& part : parts_) {
            part->upload.forget();
        }
    } catch (const std::exception& problem) {
        context_.warn(
            std::string("not everything could be removed: ") + problem.what() +
            "; `kiln sweep` tries again"
        );
    }
}

}  // namespace kiln::exec
