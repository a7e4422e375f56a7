#pragma once

#include "aws/iam.hpp"
#include "execute/aws/run_remains.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

// IAM is the same in all regions; this says of which one the build was.
constexpr const char* kRegionTag = "kiln:region";

/// The name of the role, of its policy and of the instance profile that the build `mark` makes for
/// a while: "packer-<mark>", as Packer names them.
std::string temporary_profile_name(const std::string& mark);

/// Removes the role and the instance profile of a build, where they carry its mark; the profile
/// first, which holds on to the role. What can not be removed is reported. Returns how many of the
/// two were there and are gone.
int remove_profile(
    const aws::Iam& iam, const std::string& mark, const RemovalReport& report, std::stop_token stop
);

/// What it would remove, a line each: "instance profile packer-...".
std::vector<std::string> list_profile(
    const aws::Iam& iam, const std::string& mark, std::stop_token stop
);

/// By names and tags alone: builds of `region` of which a role or a profile is there. None where
/// the keys may not look.
std::vector<MarkedRun> find_profile_runs(
    const aws::Iam& iam, const std::string& region, std::stop_token stop
);

}  // namespace kiln::exec
