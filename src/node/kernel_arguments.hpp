#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kiln::node {

/// The words of a kernel command line as the kernel cuts them: blanks separate, except between
/// double quotes. Quotes stay in the words. (Linux, lib/cmdline.c, next_arg.)
std::vector<std::string> split_kernel_line(std::string_view line);

/// What stands before the first '=', without a leading quote and with '-' as '_', since the kernel
/// takes both for one: "rcupdate.rcu_normal_after_boot", "hugepagesz", "quiet".
std::string kernel_argument_key(std::string_view word);

/// What a command line is to become. The words of `set` are ours: every word of the line that has
/// one of their keys goes, and they come at the end, once, in this order. That is also what
/// `grubby --args` does. Keys that may be given several times with different values (console=,
/// module_blacklist=, ...) are an exception: only words equal to ours go.
struct KernelArgumentChange {
    std::vector<std::string> set;
    std::vector<std::string> remove;  ///< keys, or whole words "key=value", that go besides

    bool operator==(const KernelArgumentChange&) const = default;
};

/// The new line. Words after "--" belong to init and stay where they are. Applying a change twice
/// gives the same as once. Pure.
std::string merge_kernel_arguments(std::string_view line, const KernelArgumentChange& change);

/// The words that `change` would take out of `line`: what undo has to put back.
std::vector<std::string> replaced_kernel_arguments(
    std::string_view line, const KernelArgumentChange& change
);

/// Where `line` differs from what the change asks for; empty when it is in force. Each is one
/// sentence part: "isolcpus=2-3 is missing", "isolcpus is 4-5, not 2-3", "isolcpus is given 2 times
/// (isolcpus=1 isolcpus=2), not once".
std::vector<std::string> kernel_argument_differences(
    std::string_view line, const KernelArgumentChange& change
);

/// Longest command line in bytes, without the closing NUL (COMMAND_LINE_SIZE of x86 and arm64).
constexpr std::size_t kKernelLineLimitBytes = 2047;

}  // namespace kiln::node
