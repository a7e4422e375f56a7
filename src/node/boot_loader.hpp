#pragma once

#include "node/kernel_arguments.hpp"
#include "node/node_tree.hpp"

#include <optional>
#include <string>
#include <vector>

// What boots a node, and how its command line is changed there. Reading and deciding only: the
// edits are whole new texts of files, and apply writes them.

namespace kiln::node {

enum class BootLoader {
    none,          ///< nothing that this program knows (a container, a network boot)
    bls_grub,      ///< GRUB with Boot Loader Specification entries: Amazon Linux 2023, RHEL, Fedora
    grub,          ///< GRUB with a generated grub.cfg: Debian, Ubuntu, Amazon Linux 2
    systemd_boot,  ///< type 1 entries
    uki,           ///< unified kernel images (type 2): the line is inside them
    image_based,   ///< ostree, Bottlerocket, Talos: not by editing files
};
std::string name_of(BootLoader loader);

/// One thing that the loader offers to boot.
struct BootMenuEntry {
    std::string file;  ///< where it is written: an entry, grub.cfg, a UKI
    std::string title;
    std::string kernel;  ///< version, when it is known: the name of its folder of modules
    std::string line;    ///< the whole command line; $kernelopts filled in
    bool is_default = false;
    bool is_rescue = false;  ///< left as it is, so that there is a way back in

    bool operator==(const BootMenuEntry&) const = default;
};

/// A file from which the lines of kernels to come are made.
struct BootLineSource {
    std::string file;
    std::string line;

    bool operator==(const BootLineSource&) const = default;
};

struct BootConfiguration {
    BootLoader loader = BootLoader::none;
    std::vector<BootMenuEntry> entries;
    std::vector<BootLineSource> sources;
    std::string unsupported;  ///< why, and what to use, for image_based and none
};
BootConfiguration read_boot_configuration(const NodeTree& tree);

struct FileEdit {
    std::string path;
    std::string content;
    unsigned mode = 0644;  ///< of a new file; one that is there keeps its own
};

struct BootEdits {
    std::vector<FileEdit> files;  ///< those that differ only, in the order to write them
    /// Programs to run on a running system after the files, e.g. to rebuild UKIs. Empty otherwise.
    std::vector<std::vector<std::string>> commands;
    std::vector<std::string> notes;  ///< what could not be done, with the remedy
};
/// The edits that put `change` into every entry but rescue ones, and into the sources. Throws
/// Error{unsupported} where lines are not changed by files, Error{input} for a line that would be
/// longer than the kernel reads.
BootEdits plan_boot_edits(
    const NodeTree& tree, const BootConfiguration& configuration, const KernelArgumentChange& change
);

struct BootLineProblem {
    std::string where;  ///< file, with the entry's title
    std::string what;
    bool is_default = false;  ///< it concerns what boots next
};
/// Reads back: where an entry or a source differs from `change`.
std::vector<BootLineProblem> boot_line_problems(
    const BootConfiguration& configuration, const KernelArgumentChange& change
);

}  // namespace kiln::node
