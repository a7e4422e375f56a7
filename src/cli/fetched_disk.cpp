#include "cli/fetched_disk.hpp"

#include "aws/ec2/images.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "cli/aws_door.hpp"
#include "cli/messages.hpp"
#include "cli/terminal.hpp"
#include "disk/partial_file.hpp"
#include "sys/clock.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <unistd.h>
#include <utility>
#include <vector>

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;

/// The snapshot of an image's root volume, or of the one that has that device name.
std::string snapshot_of_image(const ec2::Image& image, const std::string& device_name) {
    const std::string& wanted = device_name.empty() ? image.root_device_name : device_name;
    std::vector<std::string> names;
    for (const ec2::ImageDevice& device : image.devices) {
        if (device.device_name == wanted && !device.snapshot_id.empty()) {
            return device.snapshot_id;
        }
        names.push_back(device.device_name);
    }
    throw Error(
        ErrorKind::not_found,
        "the AMI " + image.id + " has no snapshot for " + wanted + ", but " + join(names, ", ")
    )
        .set_hint(
            "kiln fetch -device " + (names.empty() ? "NAME" : names.front()) + " " + image.id
        );
}

std::string find_snapshot(
    const ec2::Region& region, const FetchWish& wish, const std::stop_token& stop
) {
    if (wish.what.starts_with("snap-")) {
        return wish.what;
    }
    const auto found = ec2::describe_images(
        region, {.filters = {{"image-id", {wish.what}}}, .include_deprecated = true}, stop
    );
    if (found.empty()) {
        throw Error(ErrorKind::not_found, "there is no AMI " + wish.what + " in " + region.name())
            .set_hint("name the region that it is in: -region NAME");
    }
    return snapshot_of_image(found.front(), wish.device_name);
}

/// Of a snapshot of one's own; none of another account's.
ec2::Tags tags_of_own(
    const ec2::Region& region, const std::string& snapshot, const std::stop_token& stop
) {
    const auto found = ec2::describe_snapshots(region, {{"snapshot-id", {snapshot}}}, stop);
    return found.empty() ? ec2::Tags{} : found.front().tags;
}

void check_whole(
    const std::string& snapshot, const ec2::Tags& tags, const publish::DownloadResult& got
) {
    const auto digest = tags.find(publish::kMapTag);
    if (digest != tags.end() && got.map.digest() != digest->second) {
        throw Error(
            ErrorKind::input,
            "the snapshot " + snapshot + " does not hold what was published: its blocks come to " +
                got.map.digest() + ", and its tag " + publish::kMapTag + " says " + digest->second
        );
    }
}

/// A volume has whole GiB; the disk that was published need not have had.
void cut_to_disk(Session& session, const std::filesystem::path& file, const ec2::Tags& tags) {
    const auto size = tags.find("kiln:disk-bytes");
    const auto status = session.files.status(file);
    std::int64_t bytes = 0;
    if (size == tags.end() || !status) {
        return;
    }
    const std::string& text = size->second;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (parsed.ec == std::errc() && bytes > 0 && bytes < status->size_bytes &&
        ::truncate(file.c_str(), bytes) != 0) {
        throw system_error("cutting " + file.string(), errno);
    }
}

publish::BlockProgress progress_of(const Session& session, const FetchWish& wish) {
    if (wish.is_quiet || session.machine_readable || !is_terminal(STDERR_FILENO)) {
        return [](std::int64_t, std::int64_t) {};
    }
    using Clock = std::chrono::steady_clock;
    return [&session,
            what = wish.what,
            told = Clock::time_point{}](std::int64_t done, std::int64_t all) mutable {
        if (Clock::now() - told > std::chrono::seconds(2)) {
            told = Clock::now();
            print_message(session, what + ": " + format_bytes(done) + " of " + format_bytes(all));
        }
    };
}

}  // namespace

void FetchAccess::declare(CommandLine& line) {
    line.option("region", "REGION", region);
    line.option("profile", "NAME", profile);
}

bool is_image_id(const std::string& text) {
    return text.starts_with("ami-") || text.starts_with("snap-");
}

FetchedDisk fetch_disk(
    Session& session,
    const FetchAccess& access,
    const FetchWish& wish,
    const std::filesystem::path& output,
    const std::stop_token& stop
) {
    const auto aws = aws_door(session);
    plan::AwsAccessOptions options;
    if (!access.region.empty()) {
        options.region = access.region;
    }
    if (!access.profile.empty()) {
        options.profile = access.profile;
    }
    const auto reached = aws().open(options, stop);
    const std::string snapshot = find_snapshot(reached->ec2(), wish, stop);
    const ec2::Tags tags = tags_of_own(reached->ec2(), snapshot, stop);

    sys::RealClock clock;
    disk::PartialFile partial(output);
    publish::DownloadResult got = publish::download_blocks(
        reached->client(),
        clock,
        {.region = reached->region(), .snapshot_id = snapshot, .output = partial.path()},
        progress_of(session, wish),
        stop
    );
    check_whole(snapshot, tags, got);
    if (!wish.whole_volume) {
        cut_to_disk(session, partial.path(), tags);
    }
    partial.finish();
    return {snapshot, std::move(got), tags.contains(publish::kMapTag)};
}

ReadableImage::ReadableImage(
    Session& session,
    const FetchAccess& access,
    const std::string& named,
    const std::stop_token& stop
)
    : path_(named) {
    if (!is_image_id(named) || session.files.status(named)) {
        return;
    }
    folder_.emplace(session.files, sys::default_temp_parent(), "kiln-fetched-");
    path_ = folder_->path() / named;
    fetch_disk(session, access, {.what = named}, path_, stop);
}

}  // namespace kiln::cli
