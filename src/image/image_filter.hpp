#pragma once

#include "image/inventory.hpp"
#include "image/times.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace kiln::image {

/// Which images are meant. An empty filter lets all through.
struct ImageFilter {
    std::vector<std::string> names;          ///< patterns, one of which fits the name
    std::vector<std::string> tags;           ///< "KEY", or "KEY=PATTERN": all of them fit
    std::vector<std::string> architectures;  ///< one of them
    std::vector<std::string> states;         ///< one of them
    std::optional<std::chrono::seconds> older_than;
    bool made_by_kiln = false;
};
/// Pure. An image without a date is not older than anything.
bool lets_through(const ImageFilter& filter, const aws::ec2::Image& image, Time now);

/// Whether `tags` has "KEY", or "KEY=PATTERN".
bool has_tag(const aws::ec2::Tags& tags, const std::string& wanted);

bool is_made_by_kiln(const aws::ec2::Tags& tags);

/// "available", or with what more there is to say: "available, deprecated".
std::string state_text(const aws::ec2::Image& image, Time now);

std::optional<std::chrono::seconds> age_of(const aws::ec2::Image& image, Time now);

}  // namespace kiln::image
