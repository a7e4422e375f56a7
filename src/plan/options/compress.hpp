#pragma once

#include "plan/option_table.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kiln::plan {

/// Post-processor `compress`: one archive of the artifact's files.
struct CompressOptions {
    std::string output = "packer_{{.BuildName}}_{{.BuilderType}}";
    std::optional<std::string> format;
    std::int64_t compression_level = 6;

    bool operator==(const CompressOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
