#pragma once

#include "lint/options.hpp"

#include <string>
#include <string_view>

namespace kiln::lint {

/// What a build starts from, as far as its builder's options tell.
struct Distribution {
    enum class Family { unknown, debian, redhat };
    Family family = Family::unknown;
    std::string name;  ///< "Ubuntu", "Amazon Linux 2023"; "" when unknown
    /// Its boot entries are files of their own (BLS), which grub2-mkconfig leaves alone.
    bool has_boot_entries = false;
    /// Network interfaces are called after their place (ens5), not eth0.
    bool has_predictable_names = false;

    bool is_known() const { return family != Family::unknown; }
};

/// From the filters and owners of the source AMI, the user, the URL of an ISO, the distribution of
/// a rootfs; unknown when nothing tells or the signs contradict each other.
Distribution distribution_of(std::string_view builder_type, const Options& builder);

}  // namespace kiln::lint
