#include "report/image_history.hpp"

#include "base/strings.hpp"
#include "report/page_parts.hpp"
#include "report/timeline.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace kiln::report {

namespace {

using image::Release;
using nlohmann::ordered_json;

// In units of the picture, which is as wide as the page.
constexpr double kPictureWidth = 1000;
constexpr double kLabels = 240;
constexpr double kReleaseRow = 30;
constexpr double kTop = 26;
constexpr double kRight = 90;
constexpr std::size_t kLongestLabel = 34;

std::string places_of(const std::vector<image::Place>& places) {
    std::vector<std::string> texts;
    for (const image::Place& place : places) {
        texts.push_back(place.region + ":" + place.id);
    }
    return join(texts, " ");
}

std::string clusters_text(const Release& release) {
    return join({release.clusters.begin(), release.clusters.end()}, " ");
}

std::string source_text(const Release& release) {
    std::string text =
        release.notes.source_name.empty() ? release.notes.source_image : release.notes.source_name;
    if (!release.source_change.empty()) {
        text += (text.empty() ? "" : " (") + release.source_change + (text.empty() ? "" : ")");
    }
    return text;
}

std::string cut(const std::string& text) {
    if (count_code_points(text) <= kLongestLabel) {
        return text;
    }
    std::size_t end = kLongestLabel;
    while (end > 0 && !begins_code_point(text[end])) {
        --end;
    }
    return text.substr(0, end) + "…";
}

std::vector<std::string> lineages(const std::vector<Release>& releases) {
    std::vector<std::string> names;
    for (const Release& release : releases) {
        const std::string name = image::lineage_of(release);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

double seconds_from(image::Time first, image::Time time) {
    return std::chrono::duration<double>(time - first).count();
}

ordered_json text_or_nothing(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json places_json(const std::vector<image::Place>& places) {
    ordered_json list = ordered_json::array();
    for (const image::Place& place : places) {
        list.push_back({{"region", place.region}, {"id", place.id}});
    }
    return list;
}

}  // namespace

Table history_table(const std::vector<Release>& releases) {
    Table table{
        {{"date"},
         {"release"},
         {"arch", false, 6},
         {"author", false, 3},
         {"support", false, 4},
         {"description", false, 2},
         {"reason", false, 1},
         {"Kubernetes", false, 5},
         {"source", false, 7},
         {"clusters", false, 5},
         {"AMIs", false, 8},
         {"USD/month", true, 9}},
        {}};
    for (const Release& release : releases) {
        table.rows.push_back(
            {image::day_text(release.created),
             release.name,
             release.architecture,
             release.notes.author,
             release.notes.support,
             release.notes.description,
             release.notes.reason,
             release.notes.kubernetes,
             source_text(release),
             clusters_text(release),
             release.images.empty() ? "removed " + image::day_text(release.removed_at)
                                    : places_of(release.images),
             release.images.empty() ? "" : fmt::format("{:.2f}", release.dollars)}
        );
    }
    return table;
}

ordered_json history_json(const std::vector<Release>& releases, const std::string& account) {
    ordered_json list = ordered_json::array();
    for (const Release& release : releases) {
        ordered_json record = {
            {"name", release.name},
            {"lineage", image::lineage_of(release)},
            {"architecture", text_or_nothing(release.architecture)},
            {"created", text_or_nothing(release.created)},
            {"run", text_or_nothing(release.run)}};
        for (const image::NoteField& field : image::note_fields()) {
            record[replace_all(field.name, "-", "_")] =
                text_or_nothing(release.notes.*field.member);
        }
        record["source_change"] = text_or_nothing(release.source_change);
        record["clusters"] = release.clusters;
        record["images"] = places_json(release.images);
        record["removed_images"] = places_json(release.removed);
        record["removed"] = text_or_nothing(release.removed_at);
        record["gib_at_most"] = release.gib;
        record["dollars_a_month_at_most"] = release.dollars;
        list.push_back(std::move(record));
    }
    return {{"account", account}, {"releases", list}};
}

std::string release_timeline_svg(const std::vector<Release>& releases, image::Time now) {
    std::optional<image::Time> first;
    for (const Release& release : releases) {
        if (const auto time = image::parse_time(release.created)) {
            first = first ? std::min(*first, *time) : *time;
        }
    }
    if (!first) {
        return "";
    }
    const std::vector<std::string> rows = lineages(releases);
    const double whole = std::max(1.0, seconds_from(*first, now));
    const double height = kTop + kReleaseRow * static_cast<double>(rows.size()) + 8;
    const auto x_of = [&](image::Time time) {
        const double part = std::clamp(seconds_from(*first, time) / whole, 0.0, 1.0);
        return kLabels + 10 + part * (kPictureWidth - kLabels - 30);
    };
    std::string svg = fmt::format(
        "<svg class=\"timeline\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" "
        "aria-label=\"releases over the time\">\n",
        kPictureWidth,
        height
    );
    constexpr int kTicks = 6;
    for (int i = 0; i <= kTicks; ++i) {
        const image::Time time =
            *first + std::chrono::seconds(static_cast<std::int64_t>(whole * i / kTicks));
        svg += fmt::format(
            "<line class=\"tick\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.0f}\"/>"
            "<text class=\"tick\" x=\"{0:.1f}\" y=\"14\" text-anchor=\"middle\">{3}</text>\n",
            x_of(time),
            kTop - 6,
            height,
            image::time_text(time).substr(0, 10)
        );
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const double y = kTop + kReleaseRow * (static_cast<double>(row) + 0.5);
        svg += fmt::format(
            "<text class=\"name\" x=\"0\" y=\"{:.1f}\">{}</text>\n",
            y + 4,
            html_escaped(cut(rows[row]))
        );
        for (const Release& release : releases) {
            const auto time = image::parse_time(release.created);
            if (!time || image::lineage_of(release) != rows[row]) {
                continue;
            }
            const bool is_gone = release.images.empty();
            svg += fmt::format(
                "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"7\"><title>{}</title>"
                "</circle>\n",
                is_gone ? "release gone" : "release",
                x_of(*time),
                y,
                html_escaped(
                    release.name + ", " + image::day_text(release.created) +
                    (release.notes.kubernetes.empty()
                         ? ""
                         : ", Kubernetes " + release.notes.kubernetes) +
                    (is_gone ? ", removed" : "") +
                    (release.notes.reason.empty() ? "" : ": " + release.notes.reason)
                )
            );
        }
    }
    return svg + "</svg>\n";
}

std::string release_bars_svg(
    const std::vector<Release>& releases, double Release::*value, const std::string& unit
) {
    std::vector<const Release*> shown;
    double largest = 0;
    for (const Release& release : releases) {
        if (release.*value > 0) {
            shown.insert(shown.begin(), &release);
            largest = std::max(largest, release.*value);
        }
    }
    if (shown.empty()) {
        return "";
    }
    const double height = kReleaseRow * static_cast<double>(shown.size());
    std::string svg = fmt::format(
        "<svg class=\"timeline\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{}\">\n",
        kPictureWidth,
        height,
        html_escaped(unit)
    );
    for (std::size_t row = 0; row < shown.size(); ++row) {
        const Release& release = *shown[row];
        const double y = kReleaseRow * static_cast<double>(row);
        const double width = release.*value / largest * (kPictureWidth - kLabels - kRight);
        svg += fmt::format(
            "<text class=\"name\" x=\"0\" y=\"{:.1f}\">{}</text>"
            "<rect class=\"part-5\" x=\"{}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"18\">"
            "<title>{}: {:.2f} {}</title></rect>"
            "<text x=\"{:.1f}\" y=\"{:.1f}\">{:.2f}</text>\n",
            y + 19,
            html_escaped(cut(release.name)),
            kLabels,
            y + 5,
            width,
            html_escaped(release.name),
            release.*value,
            html_escaped(unit),
            kLabels + width + 6,
            y + 19,
            release.*value
        );
    }
    return svg + "</svg>\n";
}

std::string history_page(
    const std::vector<Release>& releases, const std::string& account, image::Time now
) {
    double dollars = 0;
    std::size_t there = 0;
    for (const Release& release : releases) {
        dollars += release.dollars;
        there += release.images.empty() ? 0U : 1U;
    }
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>Releases of account {0}</title>\n<style>{1}\n"
        ".release {{ fill: var(--accent); }} .release.gone {{ fill: none; stroke: var(--faint); "
        "stroke-width: 2; }}\n</style></head><body>\n"
        "<h1>Releases of account {0}</h1>\n"
        "<p class=\"facts\">{2} releases, {3} of them there, on {4}; at most {5:.2f} USD a month, "
        "an estimate from the sizes of their snapshots: blocks that snapshots share are charged "
        "once.</p>\n",
        html_escaped(account),
        page_style(),
        releases.size(),
        there,
        image::time_text(now),
        dollars
    );
    const auto section = [&](const char* title, const std::string& content) {
        if (!content.empty()) {
            page += fmt::format("<h2>{}</h2>\n<div class=\"scroll\">{}</div>\n", title, content);
        }
    };
    section("Timeline", release_timeline_svg(releases, now));
    section("Releases", html_table(history_table(releases)));
    section("Sizes, at most (GiB)", release_bars_svg(releases, &Release::gib, "GiB"));
    section(
        "Costs, at most (USD a month)", release_bars_svg(releases, &Release::dollars, "USD a month")
    );
    return page + "</body></html>\n";
}

}  // namespace kiln::report
