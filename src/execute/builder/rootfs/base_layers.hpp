#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/apt_sources.hpp"
#include "execute/builder/rootfs/layer_cache.hpp"
#include "plan/options/rootfs.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// Everything that the first layer depends on.
struct BaseRequest {
    plan::RootfsOptions options;
    std::string architecture;
    std::vector<AptSource> sources;
    /// Seconds since 1970, when the user sets it; otherwise it follows from the packages.
    std::optional<std::int64_t> source_date_epoch;
};

std::vector<StepInput> bootstrap_inputs(const BaseRequest& request);

/// The sources that the options mean. Throws Error{input} when there are none.
std::vector<AptSource> apt_sources(const plan::RootfsOptions& options, const BuildContext& context);

/// The layer of packages: from the cache, or made now. When several builds want the same, one of
/// them makes it and the others wait. `last` is what the last build of the same thing stood on.
HeldLayer bootstrap_layer(
    const BaseRequest& request,
    LayerCache& cache,
    const std::vector<LayerRecord>& last,
    BuildContext& context
);

/// Facts of the bootstrap layer.
inline constexpr const char* kEpochFact = "epoch";
inline constexpr const char* kKernelFact = "kernel";
inline constexpr const char* kPackageCountFact = "packages";

}  // namespace kiln::exec::rootfs
