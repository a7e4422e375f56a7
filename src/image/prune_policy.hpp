#pragma once

#include "base/diagnostics.hpp"
#include "base/source.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::image {

/// What `kiln image prune` keeps. An image goes only when nothing here keeps it.
struct PrunePolicy {
    std::vector<std::string> templates;  ///< patterns of lineages; only these are looked at
    std::int64_t keep_newest = 0;        ///< of each lineage and architecture
    std::optional<std::chrono::seconds> keep_younger;
    std::optional<std::chrono::seconds> keep_launched_within;
    std::vector<std::string> keep_tagged;  ///< "KEY", "KEY=PATTERN"
    bool keep_in_use = true;
    bool keep_shared = true;
    bool made_by_others = false;                ///< images that kiln has not made are looked at too
    std::optional<std::chrono::seconds> grace;  ///< deprecated and disabled for so long first
    bool disable = true;                        ///< in this time; otherwise deprecated alone

    bool operator==(const PrunePolicy&) const = default;
};

/// Reads a policy: attributes in HCL. Every mistake is one of `diagnostics`, with its line; the
/// result is good only without errors. A policy that keeps nothing at all is a mistake.
PrunePolicy read_prune_policy(const SourceFile& file, Diagnostics& diagnostics);

}  // namespace kiln::image
