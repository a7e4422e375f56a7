#pragma once

#include "aws/ec2/parameters.hpp"
#include "cli/command_line.hpp"
#include "cli/session.hpp"

#include <string>
#include <vector>

namespace kiln::cli {

/// When an AMI is deprecated: as a time, or as an age from now on.
struct ImageEndOptions {
    std::string at;
    std::string in;

    void declare(CommandLine& line);
    /// RFC 3339; "" when neither is given. Error{usage} for both, and for what EC2 does not take.
    std::string time(const Session& session) const;
};

/// "KEY=VALUE" texts of -set as the tags that they are. Error{usage} for what may not be set.
aws::ec2::Tags tags_to_set(const std::vector<std::string>& texts);

/// Error{usage} for a tag that may not be set or removed.
void refuse_tag(const std::string& key, const std::string& value);

}  // namespace kiln::cli
