#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_change_options.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"
#include "cli/world.hpp"
#include "image/add_disks.hpp"
#include "image/change.hpp"
#include "plan/options/aws_rules.hpp"
#include "sys/process_identity.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using aws::ec2::BlockDevice;

std::string device_line(const BlockDevice& device, bool is_added) {
    std::string what = fmt::format("{} GiB", device.size_gib);
    if (!device.virtual_name.empty()) {
        what = device.virtual_name;
    } else {
        what += device.type.empty() ? "" : " " + device.type;
        what += device.iops ? fmt::format(", {} iops", *device.iops) : "";
        what += device.throughput_mib_s ? fmt::format(", {} MiB/s", *device.throughput_mib_s) : "";
        what += device.snapshot_id.empty() ? ", empty" : ", of " + device.snapshot_id;
        what += device.encrypted == true ? ", encrypted" : "";
        what += device.delete_on_termination ? "" : ", stays when its instance is terminated";
    }
    return fmt::format(
        "  {:<10} {} {}\n", device.device_name, is_added ? "added:" : "as it was:", what
    );
}

nlohmann::ordered_json added_device_json(const BlockDevice& device, bool is_added) {
    const auto number_or_null = [](std::optional<std::int64_t> number) {
        return number ? nlohmann::ordered_json(*number) : nlohmann::ordered_json();
    };
    return {
        {"device", device.device_name},
        {"added", is_added},
        {"snapshot", text_or_null(device.snapshot_id)},
        {"size_gib", device.size_gib},
        {"type", text_or_null(device.type)},
        {"iops", number_or_null(device.iops)},
        {"throughput_mib_s", number_or_null(device.throughput_mib_s)},
        {"encrypted",
         device.encrypted ? nlohmann::ordered_json(*device.encrypted) : nlohmann::ordered_json()},
        {"delete_on_termination", device.delete_on_termination}};
}

class ImageAddDisk : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.option("disk", "DISK", disks_);
        line.option("name", "NAME", wish_.name);
        line.option("description", "TEXT", wish_.description);
        line.option("set", "KEY=VALUE", set_);
        end_.declare(line);
        line.flag("dry-run", dry_run_);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        check(session);
        ImageAccess access(session, access_);
        const std::vector<image::OwnImage> named = access.find_images(words_);
        if (named.size() != 1) {
            throw Error(
                ErrorKind::usage,
                "kiln image add-disk is for one AMI, and " + words_.front() + " names " +
                    std::to_string(named.size())
            )
                .set_hint("name it by its id, or its region by -region");
        }
        const image::DiskAddition plan = image::plan_disk_addition(
            access.inventory(),
            named.front(),
            wish_,
            image::gather_uefi_data(access.aws(), named.front(), access.stop())
        );
        std::string id;
        if (dry_run_) {
            image::refuse_used_names(access.aws(), {plan.region}, wish_.name, access.stop());
        } else {
            id = perform(session, access, plan);
        }
        print_result(session, json_ ? as_json(plan, id).dump(2) : as_text(plan, id));
        return ExitCode::done;
    }

private:
    /// Before anybody is asked.
    void check(const Session& session) {
        if (words_.size() != 1) {
            throw Error(ErrorKind::usage, "kiln image add-disk needs one AMI's id or name");
        }
        if (disks_.empty()) {
            throw Error(ErrorKind::usage, "kiln image add-disk needs -disk, once for each disk")
                .set_hint("-disk size=100 adds an empty one of 100 GiB");
        }
        for (const std::string& text : disks_) {
            wish_.disks.push_back(image::parse_disk(text));
        }
        check_name();
        wish_.tags = tags_to_set(set_);
        deprecate_at_ = end_.time(session);
    }

    void check_name() const {
        // EC2 API Reference, RegisterImage.
        constexpr std::size_t kShortest = 3;
        constexpr std::size_t kLongest = 128;
        constexpr std::size_t kLongestDescription = 255;
        if (wish_.name.empty()) {
            throw Error(ErrorKind::usage, "kiln image add-disk needs -name, as names are unique");
        }
        if (wish_.name.size() < kShortest || wish_.name.size() > kLongest) {
            throw Error(
                ErrorKind::usage,
                "-name must be 3 to 128 characters long, \"" + wish_.name + "\" has " +
                    std::to_string(wish_.name.size())
            );
        }
        if (const std::string clean = plan::clean_ami_name(wish_.name); clean != wish_.name) {
            throw Error(ErrorKind::usage, "-name: \"" + wish_.name + "\" is no name for an AMI")
                .set_hint("\"" + clean + "\" is one");
        }
        if (wish_.description.size() > kLongestDescription) {
            throw Error(ErrorKind::usage, "-description has more than 255 characters");
        }
    }

    std::string perform(Session& session, ImageAccess& access, const image::DiskAddition& plan) {
        exec::Journal journal(journal_path(session));
        journal.begin_run({sys::identify_self(), "kiln image add-disk", session.start});
        std::string id;
        try {
            id = image::add_disks(
                {.session = access.aws(),
                 .journal = journal,
                 .account = access.account(),
                 .profile = access.profile(),
                 .mark = make_uuid(),
                 .deprecate_at = deprecate_at_},
                plan,
                access.stop()
            );
        } catch (...) {
            journal.finish_run(std::chrono::system_clock::now());
            throw;
        }
        journal.finish_run(std::chrono::system_clock::now());
        return id;
    }

    std::string as_text(const image::DiskAddition& plan, const std::string& id) const {
        std::string text = fmt::format(
            "{} \"{}\" in {}, of {}\n",
            id.empty() ? "Would register" : id + ":",
            plan.registration.name,
            plan.region,
            plan.source_id
        );
        for (std::size_t i = 0; i < plan.registration.devices.size(); ++i) {
            text += device_line(plan.registration.devices[i], i >= plan.kept_devices);
        }
        return text + (deprecate_at_.empty() ? "" : "  deprecated from " + deprecate_at_ + " on\n");
    }

    nlohmann::ordered_json as_json(const image::DiskAddition& plan, const std::string& id) const {
        nlohmann::ordered_json devices = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < plan.registration.devices.size(); ++i) {
            devices.push_back(
                added_device_json(plan.registration.devices[i], i >= plan.kept_devices)
            );
        }
        return {
            {"id", text_or_null(id)},
            {"region", plan.region},
            {"name", plan.registration.name},
            {"source", plan.source_id},
            {"deprecated", text_or_null(deprecate_at_)},
            {"devices", devices},
            {"tags", plan.registration.image_tags}};
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    std::vector<std::string> disks_;
    std::vector<std::string> set_;
    ImageEndOptions end_;
    image::DiskAdditionWish wish_;
    std::string deprecate_at_;
    bool dry_run_ = false;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_add_disk() {
    return std::make_unique<ImageAddDisk>();
}

}  // namespace kiln::cli
