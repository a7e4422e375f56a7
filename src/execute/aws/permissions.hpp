#pragma once

#include "plan/build_plan.hpp"

#include <string>
#include <vector>

namespace kiln::exec {

/// What one step of a build has to be allowed to do.
struct Permission {
    std::string step;                  ///< "launching the instance"
    std::vector<std::string> actions;  ///< "ec2:RunInstances"
    /// Only on resources that kiln has made: they carry the tag kiln:run.
    bool only_own = false;
    /// For ec2:CreateTags: the actions at whose resources' birth tags are given; empty for any.
    std::vector<std::string> only_at_creation = {};

    bool operator==(const Permission&) const = default;
};

/// The least that a plan's Amazon builds need, step by step; none for builds of other kinds. Pure.
/// (Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".)
std::vector<Permission> permissions_of(const plan::BuildPlan& plan);

/// How far `kiln image` and `kiln snapshot` may go.
enum class ImageKeeping {
    look,    ///< list, show, history, costs, of
    change,  ///< tag, share, deprecate, disable, copy, add-disk too
    remove,  ///< rm, prune and restore too
};
/// The least that it needs, on AMIs and snapshots of any origin. Pure.
std::vector<Permission> permissions_to_keep(ImageKeeping work);

/// The IAM policy of these permissions: a JSON document, one statement a condition, or, with
/// `explain`, one statement a step whose Sid names it.
std::string policy_json(const std::vector<Permission>& permissions, bool explain);

}  // namespace kiln::exec
