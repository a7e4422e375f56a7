#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::report {

/// A part of an image: a package, or a folder.
struct PartSize {
    std::string name;
    std::int64_t bytes = 0;
    bool operator==(const PartSize&) const = default;
};

/// What an image's files take, largest first.
struct ImageSizes {
    std::vector<PartSize> packages;
    std::vector<PartSize> folders;
    bool operator==(const ImageSizes&) const = default;
};

struct MapRectangle {
    double x = 0, y = 0, width = 0, height = 0;
    bool operator==(const MapRectangle&) const = default;
};

/// Rectangles with the areas of `sizes` (largest first, all above 0) that fill `whole`, each as
/// near to a square as goes: Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).
std::vector<MapRectangle> squarified(const std::vector<double>& sizes, MapRectangle whole);

/// The parts as an SVG: a rectangle each, with its name where that fits and a title that says all.
/// The smallest of many are one part, "N others".
std::string treemap_svg(const std::vector<PartSize>& parts, std::string_view label);

/// Both maps, each with a table of the same numbers that opens without a script; "" when there is
/// nothing to show.
std::string size_maps(const ImageSizes& sizes);

/// What was recorded of an artifact (contents/sizes.hpp); nothing for "". Throws Error{input} for
/// other text.
ImageSizes read_image_sizes(const std::string& json);

}  // namespace kiln::report
