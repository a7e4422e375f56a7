#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

// The kernel's two ways of writing sets of CPUs (and of NUMA nodes): lists and hex masks.

namespace kiln::node {

constexpr int kMostCpus = 8192;  ///< NR_CPUS of the largest x86 kernels

using CpuSet = std::set<int>;

/// "0-3,8" as the kernel prints it: "" and "(null)" are the empty set. Nothing for what the kernel
/// never prints (strides, reversed ranges).
std::optional<CpuSet> parse_plain_cpu_list(std::string_view text);
/// The kernel's whole language, for what people write (Linux, lib/bitmap.c, bitmap_parselist):
/// commas or blanks between regions; "all", "5", "2-7", "0-N" (N is the highest), "0-7:1/2" (one of
/// every two). `bits` is how many CPUs can be. Throws Error{input} for what the kernel refuses:
/// reversed ranges, a CPU that can not be, numbers beyond 32 bits, a group of none.
CpuSet parse_cpu_list(std::string_view text, int bits);
/// "0-3,8": sorted, neighbours joined, no strides.
std::string print_cpu_list(const CpuSet& cpus);

/// "ff,ffffffff": hex digits, a comma every 32 bits, most significant first.
std::optional<CpuSet> parse_cpu_mask(std::string_view text);
std::string print_cpu_mask(const CpuSet& cpus);

bool intersects(const CpuSet& a, const CpuSet& b);
CpuSet difference(const CpuSet& a, const CpuSet& b);

}  // namespace kiln::node
