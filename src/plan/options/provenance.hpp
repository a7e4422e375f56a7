#pragma once

#include "plan/option_table.hpp"

#include <optional>
#include <string>

namespace kiln::plan {

/// Post-processor `provenance`: what the artifact was made from, as an in-toto statement.
struct ProvenanceOptions {
    std::string output = "provenance_{{.BuildName}}.intoto.json";
    std::optional<std::string> key;
    std::optional<std::string> key_password;
    std::optional<std::string> key_id;
    std::optional<std::string> builder_id;

    bool operator==(const ProvenanceOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
