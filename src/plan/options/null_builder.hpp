#pragma once

#include "plan/option_table.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kiln::plan {

/// Builder `null`: makes nothing; provisioners run on a machine that is there already, or with
/// communicator "none" on no machine.
struct NullBuilderOptions {
    std::string communicator = "ssh";
    std::optional<std::string> ssh_host;
    std::int64_t ssh_port = 22;
    std::optional<std::string> ssh_username;
    std::optional<std::string> ssh_password;
    std::optional<std::string> ssh_private_key_file;

    bool operator==(const NullBuilderOptions&) const = default;

    static const OptionTable& options();
    /// Why kiln can not run it, or "".
    std::string obstacle() const;
};

}  // namespace kiln::plan
