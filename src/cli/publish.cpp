#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "cli/build_output.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/run_effects.hpp"
#include "cli/stop_on_signals.hpp"
#include "cli/version.hpp"
#include "cli/world.hpp"
#include "disk/block_map.hpp"
#include "execute/builder/amazon/amazon_builder.hpp"
#include "execute/publish/publisher.hpp"
#include "plan/option_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using Json = nlohmann::ordered_json;

/// "K=V" texts as the tags that they are.
std::map<std::string, std::string> tags_from(const std::vector<std::string>& texts) {
    std::map<std::string, std::string> tags;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw Error(ErrorKind::usage, "-tags wants KEY=VALUE, and \"" + text + "\" is none");
        }
        tags[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return tags;
}

Json publication_json(const publish::PublishedDisk& disk) {
    return {
        {"file", disk.file},
        {"device_name", disk.device_name},
        {"parent_snapshot_id",
         disk.parent_snapshot_id.empty() ? Json() : Json(disk.parent_snapshot_id)},
        {"volume_gib", disk.volume_gib},
        {"data_blocks", disk.data_blocks},
        {"changed_blocks", disk.changed_blocks}};
}

std::string forecast_line(const publish::PublishedDisk& one) {
    return fmt::format(
        "{} as {}: a volume of {} GiB; {} of {} blocks with data would be sent, {}{}\n",
        one.file,
        one.device_name,
        one.volume_gib,
        one.changed_blocks,
        one.data_blocks,
        format_bytes(one.changed_blocks * disk::kEbsBlockBytes),
        one.parent_snapshot_id.empty() ? "" : ", the rest is in " + one.parent_snapshot_id
    );
}

class Publish : public Command {
public:
    void declare(CommandLine& line) override {
        line.option("name", "NAME", options_.ami.ami_name);
        line.option("region", "REGION", region_);
        line.option("profile", "NAME", profile_);
        line.option("description", "TEXT", description_);
        line.choice("architecture", {"x86_64", "arm64"}, options_.registration.ami_architecture);
        line.choice("boot-mode", {"legacy-bios", "uefi", "uefi-preferred"}, boot_mode_);
        line.flag("ena", options_.ami.ena_support);
        line.choice("imds", {"v2.0"}, imds_);
        line.choice("tpm", {"v2.0"}, tpm_);
        line.option("uefi-data", "FILE", uefi_data_);
        line.option("root-device", "NAME", options_.root_device_name);
        line.option("volume-type", "TYPE", options_.volume_type);
        line.option("volume-size", "GIB", volume_size_);
        line.option("tags", "KEY=VALUE", tags_);
        line.option("regions", "REGION,...", regions_);
        line.option("kms-key-id", "KEY", kms_key_);
        line.flag("encrypt", encrypt_);
        line.option("share-account", "ACCOUNT", options_.ami.ami_users);
        line.option("share-organization", "ARN", options_.ami.ami_org_arns);
        line.option("share-unit", "ARN", options_.ami.ami_ou_arns);
        line.option("share-snapshot-account", "ACCOUNT", options_.ami.snapshots.snapshot_users);
        line.option("deprecate-at", "TIME", deprecate_at_);
        line.option("lineage", "NAME", lineage_);
        line.option("parent", "SNAPSHOT", options_.parent);
        line.flag("force", force_);
        line.flag("skip-image-check", options_.skip_image_check);
        line.flag("dry-run", dry_run_);
        line.flag("json", json_);
        line.flag("color", wishes_.color);
        line.arguments("DISK", disks_);
    }

    ExitCode run(Session& session) override {
        session.json = json_ && !dry_run_;
        if (disks_.empty()) {
            throw Error(ErrorKind::usage, "kiln publish needs a disk image");
        }
        if (options_.ami.ami_name.empty()) {
            throw Error(ErrorKind::usage, "kiln publish needs the name of the AMI: -name NAME");
        }
        gather_options(session);
        return is_right(session) ? carry_out(session) : ExitCode::failed;
    }

private:
    void gather_options(Session& session) {
        const auto set = [](std::optional<std::string>& option, const std::string& given) {
            if (!given.empty()) {
                option = given;
            }
        };
        set(options_.access.region, region_);
        set(options_.access.profile, profile_);
        set(options_.ami.ami_description, description_);
        set(options_.ami.imds_support, imds_);
        set(options_.ami.kms_key_id, kms_key_);
        set(options_.ami.deprecate_at, deprecate_at_);
        set(options_.registration.boot_mode, boot_mode_);
        set(options_.registration.tpm_support, tpm_);
        if (!uefi_data_.empty()) {
            options_.registration.uefi_data = session.files.read_file(uefi_data_);
        }
        if (encrypt_ || !kms_key_.empty()) {
            options_.ami.encrypt_boot = true;
        }
        options_.volume_size = volume_size_;
        options_.ami.tags = tags_from(tags_);
        for (const std::string& list : regions_) {
            for (const std::string& region : split(list, ',')) {
                options_.ami.ami_regions.push_back(region);
            }
        }
        options_.disks = disks_;
        options_.lineage =
            lineage_.empty() ? std::filesystem::path(disks_.front()).filename().string() : lineage_;
    }

    /// By the rules that a template's options have, too.
    bool is_right(Session& session) const {
        Diagnostics diagnostics;
        const plan::DecodedOptions decoded(
            plan::AmazonPublishOptions::options(),
            std::make_shared<plan::AmazonPublishOptions>(options_),
            {}
        );
        plan::check_rules(decoded, real_facts(session), {}, diagnostics);
        return !report(session, diagnostics);
    }

    ExitCode carry_out(Session& session) {
        exec::RunOptions run;
        run.run_uuid = make_uuid();
        run.force = force_;
        plan::Build build;
        build.name = "publish";
        build.builder.type = "publish";
        build.text.start = session.start;
        build.text.make_uuid = make_uuid;
        BuildOutput output(session, wishes_, {}, {run.run_uuid, disks_.front(), KILN_VERSION}, {});

        RunEffects doors(session, disks_.front());
        sys::Clock& clock = doors.effects().clock;
        StopOnSignals signals;
        const auto began = clock.steady_now();
        exec::EventSink& events = output.events();
        events.on_event(exec::RunStarted{{build.name}});
        events.on_event(exec::BuildStarted{build.name});
        exec::BuildContext context{build, run, doors.effects(), events, signals.token()};
        ExitCode code = ExitCode::done;
        try {
            exec::Publisher publisher(context, options_);
            publisher.check_account();
            publisher.check_disks({disks_.begin(), disks_.end()});
            if (dry_run_) {
                print_forecast(session, publisher.forecast());
            } else {
                const exec::Publisher::Published made = publisher.run();
                events.on_event(exec::BuildFinished{
                    build.name,
                    clock.steady_now() - began,
                    {exec::ami_artifact(context, "kiln.publish", made.images)}});
            }
        } catch (const Error& error) {
            events.on_event(exec::BuildFailed{build.name, clock.steady_now() - began, error});
            code =
                error.kind() == ErrorKind::interrupted ? ExitCode::interrupted : ExitCode::failed;
        }
        if (!dry_run_ || code != ExitCode::done) {
            events.on_event(exec::RunFinished{
                clock.steady_now() - began, signals.token().stop_requested()});
        }
        doors.finish();
        return code;
    }

    void print_forecast(const Session& session, const std::vector<publish::PublishedDisk>& disks)
        const {
        if (json_) {
            Json list = Json::array();
            for (const publish::PublishedDisk& disk : disks) {
                list.push_back(publication_json(disk));
            }
            print_result(session, Json{{"name", options_.ami.ami_name}, {"disks", list}}.dump(2));
            return;
        }
        for (const publish::PublishedDisk& disk : disks) {
            print_result(session, forecast_line(disk));
        }
    }

    plan::AmazonPublishOptions options_;
    OutputWishes wishes_;
    std::vector<std::string> disks_;
    std::vector<std::string> tags_;
    std::vector<std::string> regions_;
    std::string region_;
    std::string profile_;
    std::string description_;
    std::string boot_mode_;
    std::string imds_;
    std::string tpm_;
    std::string uefi_data_;
    std::string kms_key_;
    std::string deprecate_at_;
    std::string lineage_;
    int volume_size_ = 0;
    bool encrypt_ = false;
    bool force_ = false;
    bool dry_run_ = false;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_publish() {
    return std::make_unique<Publish>();
}

}  // namespace kiln::cli
