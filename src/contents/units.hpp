#pragma once

#include "contents/image_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::contents {

struct Unit {
    std::string
        state;  ///< as `systemctl list-unit-files`: enabled, disabled, static, masked, alias, ...
    std::vector<std::string>
        drop_ins;  ///< "/etc/systemd/system/x.service.d/10-a.conf", in effect order

    bool operator==(const Unit&) const = default;
};

/// The system's units by name ("ssh.service"), with what starts them at boot, as systemctl --root
/// tells it.
std::map<std::string, Unit> read_units(ImageTree& tree);

}  // namespace kiln::contents
