#pragma once

#include "image/records.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace kiln::image {

/// One release: an image with its copies, there or gone.
struct Release {
    std::string name;
    std::string architecture;
    std::string created;  ///< of the first of them, as EC2 writes it
    std::string run;
    ReleaseNotes notes;
    std::string source_change;  ///< what differs in the source from the release before, or ""
    std::set<std::string> clusters;
    std::vector<Place> images;   ///< that are there
    std::vector<Place> removed;  ///< that were
    std::string removed_at;      ///< when the last of them was found gone; "" while one is there
    double gib = 0;              ///< of those that are there, at most
    double dollars = 0;          ///< a month, at most

    bool operator==(const Release&) const = default;
};

/// What belongs together over the time: releases of one template, or, where no tag names it, of
/// names that differ in their numbers alone.
std::string lineage_of(const ImageRecord& record);

/// One row a release, oldest first. Copies of each other are records of one first image; where that
/// is not known, of one run and name, and without a run of one name and day. Prices are of a GiB
/// and a month. Pure.
std::vector<Release> releases_of(
    const std::vector<ImageRecord>& records, const std::map<std::string, double>& price_of_gib
);

/// The lineage of a release, for its rows in a picture.
std::string lineage_of(const Release& release);

}  // namespace kiln::image
