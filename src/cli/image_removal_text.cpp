#include "cli/image_removal_text.hpp"

#include "base/strings.hpp"
#include "cli/image_output.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using nlohmann::ordered_json;

std::string use_text(const image::ImageUse& use) {
    return use.kind + " " + use.name + (use.how.empty() ? "" : ", " + use.how);
}

std::string image_lines(const image::ImageFate& fate) {
    const aws::ec2::Image& image = *fate.own.image;
    std::string text = fmt::format(
        "  {} AMI {} ({}), of {}\n",
        fate.is_deregistered ? "deregister" : "keep",
        image.id,
        image.name,
        image.creation_date
    );
    for (const std::string& against : fate.against) {
        text += fmt::format("      {}{}\n", fate.is_deregistered ? "although " : "", against);
    }
    for (const image::ImageUse& use : fate.uses) {
        text += "      used by " + use_text(use) + "\n";
    }
    for (const image::SnapshotFate& snapshot : fate.snapshots) {
        text += "    " + fate_text(snapshot) + "\n";
    }
    return text;
}

}  // namespace

std::string fate_text(const image::SnapshotFate& fate) {
    std::string text = fmt::format(
        "{} snapshot {}, at most {:.1f} GiB", fate.is_deleted ? "delete" : "keep", fate.id, fate.gib
    );
    if (fate.is_deleted) {
        return text + (fate.remarks.empty() ? "" : ", although " + join(fate.remarks, ", "));
    }
    return text + ": " + fate.kept_since;
}

ordered_json fate_json(const image::SnapshotFate& fate) {
    return {
        {"id", fate.id},
        {"gib_at_most", fate.gib},
        {"deletes", fate.is_deleted},
        {"kept_since", text_or_null(fate.kept_since)},
        {"remarks", fate.remarks}};
}

std::string removal_text(const image::RemovalPlan& plan, const std::string& account) {
    std::string text;
    std::vector<std::string> regions;
    for (const image::ImageFate& fate : plan.fates) {
        if (std::find(regions.begin(), regions.end(), fate.own.region) == regions.end()) {
            regions.push_back(fate.own.region);
        }
    }
    std::sort(regions.begin(), regions.end());
    for (const std::string& region : regions) {
        text += region + " of account " + account + ":\n";
        for (const image::ImageFate& fate : plan.fates) {
            text += fate.own.region == region ? image_lines(fate) : "";
        }
    }
    if (plan.does_anything()) {
        text += fmt::format(
            "That frees at most {:.1f} GiB of snapshots, {} a month (an estimate: blocks that "
            "other "
            "snapshots share stay).\n",
            plan.most_gib,
            dollars_text(plan.most_dollars)
        );
    }
    return text;
}

ordered_json removal_json(const image::RemovalPlan& plan, const std::string& account) {
    ordered_json images = ordered_json::array();
    for (const image::ImageFate& fate : plan.fates) {
        ordered_json uses = ordered_json::array();
        for (const image::ImageUse& use : fate.uses) {
            uses.push_back({{"kind", use.kind}, {"name", use.name}, {"how", text_or_null(use.how)}}
            );
        }
        ordered_json snapshots = ordered_json::array();
        for (const image::SnapshotFate& snapshot : fate.snapshots) {
            snapshots.push_back(fate_json(snapshot));
        }
        images.push_back(
            {{"region", fate.own.region},
             {"id", fate.own.image->id},
             {"name", fate.own.image->name},
             {"deregisters", fate.is_deregistered},
             {"against", fate.against},
             {"uses", uses},
             {"snapshots", snapshots}}
        );
    }
    return {
        {"account", account},
        {"images", images},
        {"frees_gib_at_most", plan.most_gib},
        {"frees_dollars_a_month_at_most", plan.most_dollars}};
}

std::string steps_text(const std::vector<image::RemovalStep>& steps) {
    std::string text;
    for (const image::RemovalStep& step : steps) {
        const std::string what = step.kind + " " + step.id + " in " + step.region;
        if (!step.problem.empty()) {
            text += "could not remove " + what + ": " + step.problem + "\n";
        } else {
            text += "removed " + what;
            text += step.kept_until.empty() ? "\n"
                                            : ": in the Recycle Bin until " + step.kept_until +
                                                  ", and paid until then\n";
        }
    }
    return text;
}

ordered_json steps_json(const std::vector<image::RemovalStep>& steps) {
    ordered_json list = ordered_json::array();
    for (const image::RemovalStep& step : steps) {
        list.push_back(
            {{"region", step.region},
             {"kind", step.kind},
             {"id", step.id},
             {"removed", step.problem.empty()},
             {"problem", text_or_null(step.problem)},
             {"in_bin_until", text_or_null(step.kept_until)}}
        );
    }
    return list;
}

bool all_done(const std::vector<image::RemovalStep>& steps) {
    return std::all_of(steps.begin(), steps.end(), [](const image::RemovalStep& step) {
        return step.problem.empty();
    });
}

}  // namespace kiln::cli
