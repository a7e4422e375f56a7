#pragma once

#include "node/applied.hpp"
#include "node/perform.hpp"

// The kernel command line of the boots to come: what boot_loader.hpp decides, on disk.

namespace kiln::node {

/// Whether `path` belongs to the boot loader, or is what its entries are made from.
bool is_boot_file(const NodeTree& tree, const std::string& path);

struct BootLineReport {
    ActionResults results;
    bool next_boot_is_right = false;   ///< read back: what boots next has the planned line
    std::vector<std::string> retired;  ///< for Applied
};
/// Puts `change` into every entry and every source of entries, as if no other plan had been there:
/// it starts from what was there before kiln-node. Where others have edited a file since, or a
/// kernel came with former words on its line, those words go. `former` is what was applied last.
BootLineReport write_boot_line(
    const NodeHands& hands, const KernelArgumentChange& change, const std::optional<Applied>& former
);

/// Takes the words of `applied` out of the entries that still have them: those that came with a
/// new kernel, those that somebody has edited. `restored` are as they were before already.
ActionResults take_out_of_boot_lines(
    const NodeHands& hands, const Applied& applied, const std::vector<RecordedFile>& restored
);

}  // namespace kiln::node
