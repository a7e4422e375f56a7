#include "report/treemap.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "report/timeline.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numeric>

namespace kiln::report {

namespace {

constexpr double kMapWidth = 1000;
constexpr double kMapHeight = 380;
constexpr std::size_t kMostParts = 40;  // what is smaller has no room for a name
constexpr std::size_t kColors = 6;      // classes part-0 to part-5 of the page

/// The worst ratio of sides when areas of that sum lie in one row along a side.
double worst_ratio(double largest, double smallest, double sum, double side) {
    const double squared_side = side * side;
    const double squared_sum = sum * sum;
    return std::max(squared_side * largest / squared_sum, squared_sum / (squared_side * smallest));
}

std::string shown_name(const PartSize& part) {
    return part.name.empty() ? "no package" : part.name;
}

/// The largest parts, and one for the others.
std::vector<PartSize> with_others(const std::vector<PartSize>& parts) {
    std::vector<PartSize> shown;
    PartSize others;
    std::size_t count = 0;
    for (const PartSize& part : parts) {
        if (part.bytes > 0 && shown.size() < kMostParts) {
            shown.push_back(part);
        } else {
            others.bytes += part.bytes;
            ++count;
        }
    }
    if (others.bytes > 0) {
        others.name = fmt::format("{} others", count);
        const auto at = std::find_if(shown.begin(), shown.end(), [&](const PartSize& part) {
            return part.bytes < others.bytes;
        });
        shown.insert(at, others);
    }
    return shown;
}

/// What fits of a name, by the width that a letter takes at most; "" when not even three do.
std::string fitting(const std::string& name, const MapRectangle& room) {
    constexpr double kLetter = 7.5;
    constexpr double kLine = 18;
    const auto letters = static_cast<std::size_t>(std::max(room.width - 8, 0.0) / kLetter);
    if (room.height < kLine || letters < 3) {
        return "";
    }
    if (name.size() <= letters) {
        return name;
    }
    std::size_t end = letters - 1;
    while (end > 0 && !begins_code_point(name[end])) {
        --end;
    }
    return name.substr(0, end) + "…";
}

std::string table_of(const std::vector<PartSize>& parts, const char* what) {
    std::string table = fmt::format(
        "<details><summary>As a table</summary>\n<table><thead><tr><th scope=\"col\">{}</th>"
        "<th scope=\"col\" class=\"number\">Size</th></tr></thead><tbody>\n",
        what
    );
    for (const PartSize& part : with_others(parts)) {
        table += fmt::format(
            "<tr><td>{}</td><td class=\"number\">{}</td></tr>\n",
            html_escaped(shown_name(part)),
            format_bytes(part.bytes)
        );
    }
    return table + "</tbody></table></details>\n";
}

std::vector<PartSize> read_parts(const nlohmann::json& list) {
    std::vector<PartSize> parts;
    for (const nlohmann::json& part : list) {
        parts.push_back({part.at("name"), part.at("bytes")});
    }
    return parts;
}

}  // namespace

std::vector<MapRectangle> squarified(const std::vector<double>& sizes, MapRectangle whole) {
    std::vector<MapRectangle> rectangles;
    const double total = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    const double scale = whole.width * whole.height / total;
    std::size_t begin = 0;
    while (begin < sizes.size()) {
        const double side = std::min(whole.width, whole.height);
        const double largest = sizes[begin] * scale;
        double sum = largest;
        std::size_t end = begin + 1;
        // A row grows as long as that makes its rectangles no longer and thinner.
        while (end < sizes.size()) {
            const double next = sizes[end] * scale;
            if (worst_ratio(largest, next, sum + next, side) >
                worst_ratio(largest, sizes[end - 1] * scale, sum, side)) {
                break;
            }
            sum += next;
            ++end;
        }
        const bool is_column = whole.width >= whole.height;
        const double thickness = sum / side;
        double at = is_column ? whole.y : whole.x;
        for (; begin < end; ++begin) {
            const double length = sizes[begin] * scale / thickness;
            rectangles.push_back(
                is_column ? MapRectangle{whole.x, at, thickness, length}
                          : MapRectangle{at, whole.y, length, thickness}
            );
            at += length;
        }
        (is_column ? whole.x : whole.y) += thickness;
        double& rest = is_column ? whole.width : whole.height;
        rest = std::max(rest - thickness, 1e-9);
    }
    return rectangles;
}

std::string treemap_svg(const std::vector<PartSize>& parts, std::string_view label) {
    const std::vector<PartSize> shown = with_others(parts);
    std::vector<double> sizes;
    for (const PartSize& part : shown) {
        sizes.push_back(static_cast<double>(part.bytes));
    }
    std::string svg = fmt::format(
        "<svg class=\"treemap\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
        kMapWidth,
        kMapHeight,
        html_escaped(label)
    );
    const std::vector<MapRectangle> places = squarified(sizes, {0, 0, kMapWidth, kMapHeight});
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const MapRectangle& at = places[i];
        const std::string name = shown_name(shown[i]);
        svg += fmt::format(
            "<g><title>{}: {}</title><rect class=\"part-{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
            "width=\"{:.1f}\" height=\"{:.1f}\"/>",
            html_escaped(name),
            format_bytes(shown[i].bytes),
            i % kColors,
            at.x,
            at.y,
            at.width,
            at.height
        );
        if (const std::string text = fitting(name, at); !text.empty()) {
            svg += fmt::format(
                "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at.x + 4, at.y + 14, html_escaped(text)
            );
        }
        svg += "</g>\n";
    }
    return svg + "</svg>\n";
}

std::string size_maps(const ImageSizes& sizes) {
    std::string text;
    if (!sizes.packages.empty()) {
        text += "<h4>Size by package</h4>\n" + treemap_svg(sizes.packages, "Size by package") +
                table_of(sizes.packages, "Package");
    }
    if (!sizes.folders.empty()) {
        text += "<h4>Size by folder</h4>\n" + treemap_svg(sizes.folders, "Size by folder") +
                table_of(sizes.folders, "Folder");
    }
    return text;
}

ImageSizes read_image_sizes(const std::string& json) {
    if (json.empty()) {
        return {};
    }
    try {
        const nlohmann::json document = nlohmann::json::parse(json);
        return {read_parts(document.at("packages")), read_parts(document.at("folders"))};
    } catch (const nlohmann::json::exception& problem) {
        throw Error(
            ErrorKind::input, std::string("reading the sizes of an image: ") + problem.what()
        );
    }
}

}  // namespace kiln::report
