#include "image/volume_limits.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <vector>

namespace kiln::image {

namespace {

// Amazon EBS User Guide, "Amazon EBS volume types", as of the end of 2025.
struct TypeLimits {
    const char* type;
    std::int64_t least_gib, most_gib;
    std::int64_t least_iops, most_iops;  ///< 0: the type has no iops to choose
    std::int64_t iops_of_gib;
    bool needs_iops;
    std::int64_t least_throughput, most_throughput;  ///< 0: nor throughput
};
constexpr TypeLimits kTypeLimits[] = {
    {"gp3", 1, 65536, 3000, 80000, 500, false, 125, 2000},
    {"gp2", 1, 16384, 0, 0, 0, false, 0, 0},
    {"io1", 4, 16384, 100, 64000, 50, true, 0, 0},
    {"io2", 4, 65536, 100, 256000, 1000, true, 0, 0},
    {"st1", 125, 16384, 0, 0, 0, false, 0, 0},
    {"sc1", 125, 16384, 0, 0, 0, false, 0, 0},
    {"standard", 1, 1024, 0, 0, 0, false, 0, 0},
};
// gp3: a quarter of a MiB a second for each operation; those that it has without being asked.
constexpr std::int64_t kGp3Iops = 3000;
constexpr std::int64_t kIopsOfAMiB = 4;

std::string out_of_range(
    const std::string& what, std::int64_t found, std::int64_t least, std::int64_t most
) {
    return what + " must be between " + std::to_string(least) + " and " + std::to_string(most) +
           ", found " + std::to_string(found);
}

bool is_within(std::int64_t value, std::int64_t least, std::int64_t most) {
    return value >= least && value <= most;
}

std::string iops_mistake(const VolumeShape& volume, const TypeLimits& limits) {
    if (!volume.iops) {
        return limits.needs_iops ? volume.type + " volumes need iops" : "";
    }
    if (limits.most_iops == 0) {
        return "iops are of gp3, io1 and io2 volumes only, and this one is " + volume.type;
    }
    if (!is_within(*volume.iops, limits.least_iops, limits.most_iops)) {
        return out_of_range(
            "iops of " + volume.type, *volume.iops, limits.least_iops, limits.most_iops
        );
    }
    // What a type has at least, it has at any size.
    const std::int64_t most = std::max(limits.least_iops, volume.size_gib * limits.iops_of_gib);
    if (volume.size_gib > 0 && *volume.iops > most) {
        return std::to_string(*volume.iops) + " iops are too many for " +
               std::to_string(volume.size_gib) + " GiB of " + volume.type + ": at most " +
               std::to_string(most);
    }
    return "";
}

std::string throughput_mistake(const VolumeShape& volume, const TypeLimits& limits) {
    if (!volume.throughput_mib_s) {
        return "";
    }
    const std::int64_t throughput = *volume.throughput_mib_s;
    if (limits.most_throughput == 0) {
        return "throughput is of gp3 volumes only, and this one is " + volume.type;
    }
    if (!is_within(throughput, limits.least_throughput, limits.most_throughput)) {
        return out_of_range(
            "throughput of " + volume.type,
            throughput,
            limits.least_throughput,
            limits.most_throughput
        );
    }
    const std::int64_t iops = volume.iops.value_or(kGp3Iops);
    if (throughput * kIopsOfAMiB > iops) {
        return "a throughput of " + std::to_string(throughput) + " needs at least " +
               std::to_string(throughput * kIopsOfAMiB) + " iops, and it has " +
               std::to_string(iops);
    }
    return "";
}

}  // namespace

std::string volume_mistake(const VolumeShape& volume) {
    const TypeLimits* limits = nullptr;
    std::vector<std::string> types;
    for (const TypeLimits& one : kTypeLimits) {
        types.emplace_back(one.type);
        limits = volume.type == one.type ? &one : limits;
    }
    if (limits == nullptr) {
        return "\"" + volume.type + "\" is no type of volume: they are " + join(types, ", ");
    }
    if (volume.size_gib != 0 && !is_within(volume.size_gib, limits->least_gib, limits->most_gib)) {
        return out_of_range(
            "the size of " + volume.type + " in GiB",
            volume.size_gib,
            limits->least_gib,
            limits->most_gib
        );
    }
    const std::string of_iops = iops_mistake(volume, *limits);
    return of_iops.empty() ? throughput_mistake(volume, *limits) : of_iops;
}

}  // namespace kiln::image
