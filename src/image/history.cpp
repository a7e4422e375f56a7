#include "image/history.hpp"

#include "execute/aws/release_tags.hpp"
#include "image/times.hpp"

#include <algorithm>
#include <tuple>

namespace kiln::image {

namespace {

void take_if_empty(std::string& mine, const std::string& other) {
    if (mine.empty()) {
        mine = other;
    }
}

/// Release by release what became of the source.
std::string change_of_source(const ReleaseNotes& before, const ReleaseNotes& now) {
    if (now.source_image.empty() && now.source_name.empty()) {
        return "";
    }
    if (before.source_image.empty() && before.source_name.empty()) {
        return "first known source";
    }
    if (before.source_image == now.source_image && !now.source_image.empty()) {
        return "same source";
    }
    std::string text;
    if (!before.source_name.empty() && !now.source_name.empty() &&
        before.source_name != now.source_name) {
        text = before.source_name + " -> " + now.source_name;
    }
    if (before.source_image != now.source_image) {
        text += (text.empty() ? "" : ", ") + before.source_image + " -> " + now.source_image;
    }
    return text;
}

using ReleaseKey = std::tuple<std::string, std::string, std::string>;

/// The same for the copies of one image.
ReleaseKey key_of(const ImageRecord& record) {
    if (!record.first.empty()) {
        return {record.first, "", ""};
    }
    return {"", record.name, record.run.empty() ? day_text(record.created) : record.run};
}

std::string lineage(const std::string& template_name, const std::string& name) {
    return template_name.empty() ? exec::name_without_numbers(name) : template_name;
}

}  // namespace

std::string lineage_of(const ImageRecord& record) {
    return lineage(record.notes.template_name, record.name);
}

std::string lineage_of(const Release& release) {
    return lineage(release.notes.template_name, release.name);
}

std::vector<Release> releases_of(
    const std::vector<ImageRecord>& records, const std::map<std::string, double>& price_of_gib
) {
    std::map<ReleaseKey, Release> by_key;
    for (const ImageRecord& record : records) {
        Release& release = by_key[key_of(record)];
        take_if_empty(release.run, record.run);
        take_if_empty(release.architecture, record.architecture);
        if (release.created.empty() ||
            (!record.created.empty() && record.created < release.created)) {
            release.created = record.created;
            release.name = record.name;
        }
        for (const NoteField& field : note_fields()) {
            take_if_empty(release.notes.*field.member, record.notes.*field.member);
        }
        release.clusters.insert(record.clusters.begin(), record.clusters.end());
        if (!record.removed.empty()) {
            release.removed.push_back({record.region, record.id});
            release.removed_at = std::max(release.removed_at, record.removed);
            continue;
        }
        release.images.push_back({record.region, record.id});
        release.gib += record.gib;
        const auto price = price_of_gib.find(record.region);
        release.dollars += price == price_of_gib.end() ? 0 : record.gib * price->second;
    }
    std::vector<Release> releases;
    for (auto& [key, release] : by_key) {
        if (!release.images.empty()) {
            release.removed_at.clear();
        }
        releases.push_back(std::move(release));
    }
    std::sort(releases.begin(), releases.end(), [](const Release& a, const Release& b) {
        return std::tie(a.created, a.name, a.run) < std::tie(b.created, b.name, b.run);
    });
    std::map<std::pair<std::string, std::string>, ReleaseNotes> before;
    for (Release& release : releases) {
        ReleaseNotes& last = before[{lineage_of(release), release.architecture}];
        release.source_change = change_of_source(last, release.notes);
        if (!release.notes.source_image.empty() || !release.notes.source_name.empty()) {
            last = release.notes;
        }
    }
    return releases;
}

}  // namespace kiln::image
