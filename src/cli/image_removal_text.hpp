#pragma once

#include "image/perform_removal.hpp"
#include "image/removal.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace kiln::cli {

/// A removal as it is shown before it is done: region by region, each image with its snapshots,
/// what uses it, and what that frees.
std::string removal_text(const image::RemovalPlan& plan, const std::string& account);
nlohmann::ordered_json removal_json(const image::RemovalPlan& plan, const std::string& account);

/// "deleted", "would delete", or why not: one snapshot.
std::string fate_text(const image::SnapshotFate& fate);
nlohmann::ordered_json fate_json(const image::SnapshotFate& fate);

/// What was done, a line each; what failed is named with its reason.
std::string steps_text(const std::vector<image::RemovalStep>& steps);
nlohmann::ordered_json steps_json(const std::vector<image::RemovalStep>& steps);
bool all_done(const std::vector<image::RemovalStep>& steps);

}  // namespace kiln::cli
