#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"
#include "cli/template_options.hpp"
#include "image/copies.hpp"
#include "image/gather.hpp"
#include "image/image_filter.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using aws::ec2::Image;
using image::OwnImage;
using nlohmann::ordered_json;

std::int64_t size_of(const Image& image) {
    std::int64_t gib = 0;
    for (const aws::ec2::ImageDevice& device : image.devices) {
        gib += device.size_gib;
    }
    return gib;
}

std::string age_or_nothing(const Image& image, image::Time now) {
    const auto age = image::age_of(image, now);
    return age ? image::age_text(*age) : "";
}

ordered_json devices_json(const Image& image) {
    ordered_json devices = ordered_json::array();
    for (const aws::ec2::ImageDevice& device : image.devices) {
        devices.push_back(
            {{"device", device.device_name},
             {"snapshot", text_or_null(device.snapshot_id)},
             {"size_gib", device.size_gib},
             {"type", text_or_null(device.volume_type)},
             {"encrypted", device.encrypted}}
        );
    }
    return devices;
}

ordered_json image_json(const OwnImage& own) {
    const Image& image = *own.image;
    return {
        {"id", image.id},
        {"region", own.region},
        {"name", image.name},
        {"description", text_or_null(image.description)},
        {"state", image.state},
        {"architecture", image.architecture},
        {"created", text_or_null(image.creation_date)},
        {"deprecated", text_or_null(image.deprecation_time)},
        {"last_launched", text_or_null(image.last_launched_time)},
        {"protected", image.is_protected()},
        {"public", image.is_public},
        {"source_image", text_or_null(image.source_image_id)},
        {"source_region", text_or_null(image.source_image_region)},
        {"devices", devices_json(image)},
        {"tags", image.tags}};
}

/// Which images a command is told to look at.
struct FilterOptions {
    std::vector<std::string> names;
    std::vector<std::string> tags;
    std::vector<std::string> architectures;
    std::vector<std::string> states;
    std::string older_than;
    bool by_kiln = false;

    void declare(CommandLine& line) {
        line.option("name", "PATTERN,...", names);
        line.option("tag", "KEY[=PATTERN]", tags);
        line.option("arch", "NAME,...", architectures);
        line.option("state", "NAME,...", states);
        line.option("older-than", "AGE", older_than);
        line.flag("by-kiln", by_kiln);
    }

    image::ImageFilter filter() const {
        image::ImageFilter filter{
            split_each(names), tags, split_each(architectures), split_each(states), {}, by_kiln};
        if (!older_than.empty()) {
            filter.older_than = image::parse_age(older_than);
            if (!filter.older_than) {
                throw Error(ErrorKind::usage, "-older-than: \"" + older_than + "\" is no age")
                    .set_hint("write it as 12h, 90d, 2w or 1y");
            }
        }
        return filter;
    }
};

class ImageList : public Command {
public:
    void declare(CommandLine& line) override {
        access_.declare(line);
        filter_.declare(line);
        table_.declare(line);
    }

    ExitCode run(Session& session) override {
        table_.check();
        const image::ImageFilter filter = filter_.filter();
        ImageAccess access(session, access_, image::Listing::images);
        std::vector<OwnImage> images = image::all_images(access.inventory());
        std::erase_if(images, [&](const OwnImage& own) {
            return !image::lets_through(filter, *own.image, session.start);
        });
        print_table(
            session,
            table_,
            [&] { return table_of(access.inventory(), images, session.start); },
            [&] {
                ordered_json document = {
                    {"account", access.account()}, {"images", ordered_json::array()}};
                for (const OwnImage& own : images) {
                    document["images"].push_back(image_json(own));
                }
                return document;
            },
            "No AMI of account " + access.account() + " is like that."
        );
        return access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

private:
    static report::Table table_of(
        const image::Inventory& inventory, const std::vector<OwnImage>& images, image::Time now
    ) {
        report::Table table{
            {{"name"},
             {"ami"},
             {"region"},
             {"state", false, 1},
             {"age", true, 2},
             {"arch", false, 3},
             {"GiB", true, 4},
             {"copies", true, 5},
             {"template", false, 6},
             {"launched", false, 7}},
            {}};
        std::map<image::Place, std::size_t> copies;
        for (const image::CopyGroup& group : image::copy_groups(inventory)) {
            for (const OwnImage& own : group) {
                copies[image::place_of(own)] = group.size() - 1;
            }
        }
        for (const OwnImage& own : images) {
            const Image& image = *own.image;
            const std::size_t count = copies[image::place_of(own)];
            table.rows.push_back(
                {image.name,
                 image.id,
                 own.region,
                 image::state_text(image, now),
                 age_or_nothing(image, now),
                 image.architecture,
                 std::to_string(size_of(image)),
                 count > 0 ? std::to_string(count) : "",
                 image::tag_of(image.tags, {"kiln:template"}),
                 image::day_text(image.last_launched_time)}
            );
        }
        return table;
    }

    ImageAccessOptions access_;
    FilterOptions filter_;
    TableOptions table_;
};

class ImageShow : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        if (words_.empty()) {
            throw Error(ErrorKind::usage, "kiln image show needs an AMI's id or name");
        }
        ImageAccess access(session, access_);
        const std::vector<OwnImage> images = access.find_images(words_);
        const image::RemovalFacts facts = image::gather_removal_facts(
            access.aws(), access.inventory(), images, {}, access.stop()
        );
        const image::RemovalPlan plan = image::plan_removal(facts, {});
        const std::vector<image::CopyGroup> groups = image::copy_groups(access.inventory());
        std::string text;
        ordered_json list = ordered_json::array();
        for (const image::ImageFate& fate : plan.fates) {
            const image::CopyGroup copies = image::copies_of(groups, fate.own);
            list.push_back(as_json(fate, copies));
            text += (text.empty() ? "" : "\n") + as_text(fate, copies, facts, session.start);
        }
        print_result(session, json_ ? ordered_json{{"images", list}}.dump(2) : text);
        return access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

private:
    static ordered_json as_json(const image::ImageFate& fate, const image::CopyGroup& copies) {
        ordered_json record = image_json(fate.own);
        ordered_json others = ordered_json::array();
        for (const OwnImage& copy : copies) {
            if (!(copy == fate.own)) {
                others.push_back({{"region", copy.region}, {"id", copy.image->id}});
            }
        }
        record["copies"] = others;
        ordered_json uses = ordered_json::array();
        for (const image::ImageUse& use : fate.uses) {
            uses.push_back({{"kind", use.kind}, {"name", use.name}, {"how", text_or_null(use.how)}}
            );
        }
        record["uses"] = uses;
        ordered_json snapshots = ordered_json::array();
        for (const image::SnapshotFate& snapshot : fate.snapshots) {
            snapshots.push_back({{"id", snapshot.id}, {"gib_at_most", snapshot.gib}});
        }
        record["snapshots"] = snapshots;
        return record;
    }

    static std::string as_text(
        const image::ImageFate& fate,
        const image::CopyGroup& copies,
        const image::RemovalFacts& facts,
        image::Time now
    ) {
        const Image& image = *fate.own.image;
        std::string text = fmt::format("{} in {}: {}\n", image.id, fate.own.region, image.name);
        const auto line = [&](const char* title, const std::string& value) {
            if (!value.empty()) {
                text += fmt::format("  {:<14} {}\n", title, value);
            }
        };
        line("description", image.description);
        line("state", image::state_text(image, now));
        line("architecture", image.architecture);
        line("created", image.creation_date + " (" + age_or_nothing(image, now) + " ago)");
        line("deprecated", image.deprecation_time);
        line("launched last", image.last_launched_time);
        if (!image.source_image_id.empty()) {
            line("made from", image.source_image_id + " in " + image.source_image_region);
        }
        for (const OwnImage& copy : copies) {
            if (!(copy == fate.own)) {
                line("copy", copy.image->id + " in " + copy.region);
            }
        }
        for (const image::SnapshotFate& snapshot : fate.snapshots) {
            line("snapshot", fmt::format("{}, at most {:.1f} GiB", snapshot.id, snapshot.gib));
        }
        const auto price = facts.price_of_gib.find(fate.own.region);
        if (price != facts.price_of_gib.end()) {
            double gib = 0;
            for (const image::SnapshotFate& snapshot : fate.snapshots) {
                gib += snapshot.gib;
            }
            line("costs", "at most " + dollars_text(gib * price->second) + " a month");
        }
        for (const image::ImageUse& use : fate.uses) {
            line("used by", use.kind + " " + use.name + (use.how.empty() ? "" : ", " + use.how));
        }
        for (const std::string& against : fate.against) {
            if (against != "in use") {
                line("note", against);
            }
        }
        for (const auto& [key, value] : image.tags) {
            line("tag", key + " = " + value);
        }
        return text;
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_list() {
    return std::make_unique<ImageList>();
}
std::unique_ptr<Command> make_image_show() {
    return std::make_unique<ImageShow>();
}

}  // namespace kiln::cli
