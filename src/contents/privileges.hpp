#pragma once

#include "contents/image_tree.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace kiln::contents {

/// A file that gives who runs it more than they have.
struct Privilege {
    unsigned mode = 0;  ///< permission bits with setuid and setgid
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string capabilities;  ///< as getcap(8) prints them: "cap_net_raw=ep"; "" for none

    bool operator==(const Privilege&) const = default;
};

/// Regular files that are setuid, setgid or have file capabilities, by path with a slash in front.
std::map<std::string, Privilege> read_privileges(const ImageTree& tree);

/// The text of the attribute security.capability, as getcap(8) prints it; "" when it is empty,
/// "invalid" when it is of no known form.
std::string capability_text(std::string_view attribute);

}  // namespace kiln::contents
