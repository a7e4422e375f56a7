#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::node {

inline const std::string kCpuFolder = "/sys/devices/system/cpu";
inline const std::string kPciFolder = "/sys/bus/pci/devices";

/// Whole texts by path; nothing for a file that is not there.
using FileTexts = std::map<std::string, std::optional<std::string>>;

/// The node's files: those of the running system, or those of a tree below --root (captured from a
/// node, or of an image). Paths are the node's own, absolute.
class NodeTree {
public:
    explicit NodeTree(std::filesystem::path root = "/") : root_(std::move(root)) {}
    /// The tree at "/" of an image that is being built: its /proc and /sys are those of another
    /// machine and mean nothing.
    static NodeTree of_image();
    /// The same tree to look at, as if these files had these texts.
    NodeTree seen_with(FileTexts texts) const;

    /// Whether it is the running system, where programs may be run and the kernel answers.
    bool is_live() const { return root_ == "/" && !is_image_; }
    const std::filesystem::path& root() const { return root_; }

    /// Where the node's `path` is for this process. Nothing is resolved.
    std::filesystem::path at(const std::string& path) const;
    /// The same after following symlinks in the last place as the node would: a link to /boot/x
    /// leads below the root.
    std::filesystem::path resolved(const std::string& path) const;

    /// The whole text, or nothing when the file is missing or can not be read; /proc and /sys have
    /// files of either kind.
    std::optional<std::string> read(const std::string& path) const;
    /// The same without white space at the ends; "" when there is nothing.
    std::string read_line(const std::string& path) const;
    /// Names in a folder, sorted; none when there is no such folder.
    std::vector<std::string> list(const std::string& path) const;
    bool exists(const std::string& path) const;
    /// The last part of where a symlink leads: the driver of a device, its IOMMU group.
    std::optional<std::string> link_name(const std::string& path) const;

private:
    std::filesystem::path root_;
    bool is_image_ = false;
    std::shared_ptr<const FileTexts> instead_;  ///< may be null
};

}  // namespace kiln::node
