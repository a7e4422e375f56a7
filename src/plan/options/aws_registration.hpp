#pragma once

#include "plan/option_table.hpp"

#include <optional>
#include <string>

namespace kiln::plan {

/// What an AMI that is registered by itself says of the machine it needs.
struct RegistrationOptions {
    std::string ami_architecture = "x86_64";
    std::optional<std::string> boot_mode;
    std::optional<std::string> uefi_data;
    std::optional<std::string> tpm_support;

    bool operator==(const RegistrationOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
