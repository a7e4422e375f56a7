#pragma once

#include "plan/option_table.hpp"

#include <map>
#include <optional>
#include <string>

namespace kiln::plan {

/// Post-processor `manifest`: writes what was made to a JSON file.
struct ManifestOptions {
    std::string output = "packer-manifest.json";
    bool strip_path = false;
    bool strip_time = false;
    std::map<std::string, std::string> custom_data;  ///< empty is written as null

    bool operator==(const ManifestOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
