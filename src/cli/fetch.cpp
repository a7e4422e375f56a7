#include "aws/ec2/images.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "cli/aws_door.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/stop_on_signals.hpp"
#include "cli/terminal.hpp"
#include "disk/partial_file.hpp"
#include "publish/download.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

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

class Fetch : public Command {
public:
    void declare(CommandLine& line) override {
        line.option("region", "REGION", region_);
        line.option("profile", "NAME", profile_);
        line.option("device", "NAME", device_);
        line.flag("whole-volume", whole_volume_);
        line.flag("json", json_);
        line.argument("IMAGE", what_, CommandLine::Needed::required);
        line.argument("FILE", output_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        if (!what_.starts_with("ami-") && !what_.starts_with("snap-")) {
            throw Error(ErrorKind::usage, "\"" + what_ + "\" is neither an AMI nor a snapshot")
                .set_hint("kiln fetch ami-0123456789abcdef0 node.raw");
        }
        if (session.files.status(output_)) {
            throw Error(ErrorKind::exists, output_ + " exists already")
                .set_hint("remove it, or give another name");
        }
        const StopOnSignals signals;
        const auto aws = aws_door(session);
        plan::AwsAccessOptions access;
        if (!region_.empty()) {
            access.region = region_;
        }
        if (!profile_.empty()) {
            access.profile = profile_;
        }
        const auto reached = aws().open(access, signals.token());
        const std::string snapshot = find_snapshot(reached->ec2(), signals.token());
        const auto tags = tags_of_own(reached->ec2(), snapshot, signals.token());

        sys::RealClock clock;
        disk::PartialFile partial(output_);
        const publish::DownloadResult got = publish::download_blocks(
            reached->client(),
            clock,
            {.region = reached->region(), .snapshot_id = snapshot, .output = partial.path()},
            progress(session),
            signals.token()
        );
        check(snapshot, tags, got);
        cut(session, partial.path(), tags);
        partial.finish();
        tell(session, snapshot, tags, got);
        return ExitCode::done;
    }

private:
    std::string find_snapshot(const ec2::Region& region, const std::stop_token& stop) const {
        if (what_.starts_with("snap-")) {
            return what_;
        }
        const auto found = ec2::describe_images(
            region, {.filters = {{"image-id", {what_}}}, .include_deprecated = true}, stop
        );
        if (found.empty()) {
            throw Error(ErrorKind::not_found, "there is no AMI " + what_ + " in " + region.name())
                .set_hint("name the region that it is in: -region NAME");
        }
        return snapshot_of_image(found.front(), device_);
    }

    /// Of a snapshot of one's own; none of another account's.
    static ec2::Tags tags_of_own(
        const ec2::Region& region, const std::string& snapshot, const std::stop_token& stop
    ) {
        const auto found = ec2::describe_snapshots(region, {{"snapshot-id", {snapshot}}}, stop);
        return found.empty() ? ec2::Tags{} : found.front().tags;
    }

    static void check(
        const std::string& snapshot, const ec2::Tags& tags, const publish::DownloadResult& got
    ) {
        const auto digest = tags.find(publish::kMapTag);
        if (digest != tags.end() && got.map.digest() != digest->second) {
            throw Error(
                ErrorKind::input,
                "the snapshot " + snapshot +
                    " does not hold what was published: its blocks come to " + got.map.digest() +
                    ", and its tag " + publish::kMapTag + " says " + digest->second
            );
        }
    }

    /// A volume has whole GiB; the disk that was published need not have had.
    void cut(Session& session, const std::filesystem::path& file, const ec2::Tags& tags) const {
        const auto size = tags.find("kiln:disk-bytes");
        const auto status = session.files.status(file);
        std::int64_t bytes = 0;
        if (whole_volume_ || size == tags.end() || !status) {
            return;
        }
        const std::string& text = size->second;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bytes);
        if (parsed.ec == std::errc() && bytes > 0 && bytes < status->size_bytes &&
            ::truncate(file.c_str(), bytes) != 0) {
            throw system_error("cutting " + file.string(), errno);
        }
    }

    publish::BlockProgress progress(const Session& session) const {
        if (json_ || session.machine_readable || !is_terminal(STDERR_FILENO)) {
            return [](std::int64_t, std::int64_t) {};
        }
        using Clock = std::chrono::steady_clock;
        return [&session, told = Clock::time_point{}](std::int64_t done, std::int64_t all) mutable {
            if (Clock::now() - told > std::chrono::seconds(2)) {
                told = Clock::now();
                print_message(session, format_bytes(done) + " of " + format_bytes(all));
            }
        };
    }

    void tell(
        const Session& session,
        const std::string& snapshot,
        const ec2::Tags& tags,
        const publish::DownloadResult& got
    ) const {
        const bool is_verified = tags.contains(publish::kMapTag);
        if (json_) {
            const nlohmann::ordered_json root = {
                {"file", output_},
                {"snapshot_id", snapshot},
                {"volume_gib", got.volume_gib},
                {"data_blocks", got.map.blocks.size()},
                {"map_sha256", got.map.digest()},
                {"verified", is_verified}};
            print_result(session, root.dump(2));
            return;
        }
        print_result(
            session,
            fmt::format(
                "{} is the volume of {}: {} GiB, {} of data{}",
                output_,
                snapshot,
                got.volume_gib,
                format_bytes(
                    static_cast<std::int64_t>(got.map.blocks.size()) * disk::kEbsBlockBytes
                ),
                is_verified ? ", as it was published" : ""
            )
        );
    }

    std::string what_;
    std::string output_;
    std::string region_;
    std::string profile_;
    std::string device_;
    bool whole_volume_ = false;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_fetch() {
    return std::make_unique<Fetch>();
}

}  // namespace kiln::cli
