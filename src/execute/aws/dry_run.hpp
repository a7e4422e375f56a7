#pragma once

#include "execute/aws/session.hpp"
#include "plan/build_plan.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// What was heard of one permission.
enum class Leave {
    allowed,    ///< EC2 would do it
    refused,    ///< EC2 would not, for want of a permission
    unsure,     ///< EC2 looked for a resource first, of which there is none yet
    not_asked,  ///< only EC2 answers without doing it
};

struct AskedPermission {
    std::string action;  ///< "ec2:RunInstances"
    std::string step;    ///< "launching the instance"
    std::string region;
    Leave leave = Leave::not_asked;
    std::string answer;  ///< EC2's words when it did not say yes

    bool operator==(const AskedPermission&) const = default;
};

/// Asks EC2 by DryRun whether the keys of one build's session may do what permissions_of() lists,
/// CopyImage in each region that is copied to. Creates nothing. Error for keys that are not
/// believed, and when EC2 is not reached. (EC2 API Reference, "Common query parameters": DryRun.)
std::vector<AskedPermission> ask_permissions(
    AwsSession& session, const plan::Build& build, std::stop_token stop
);

/// What DryRun says when it would have been done, and when it would not: pure.
Leave leave_of(const std::string& error_code);

/// Whether ask_permissions() knows how to ask about it.
bool can_be_asked(const std::string& action);

}  // namespace kiln::exec
