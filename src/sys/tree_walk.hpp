#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace kiln::sys {

/// One entry below the root of a walk. Open it with openat(parent_fd, name.c_str(), O_NOFOLLOW...).
struct TreeEntry {
    const std::string& path;  ///< relative to the root, "etc/hosts"; valid during the call
    const std::string& name;  ///< the last part of it
    int parent_fd;            ///< the folder that holds it; valid during the call
    const struct stat& status;
};

/// What to do with a folder that was just visited; of no meaning for others.
enum class Descend { yes, no };

/// Visits everything below the folder `root_fd` (not itself): parents before their children, the
/// entries of a folder in the order of their bytes, so that two walks of equal trees are equal.
/// Symlinks are never followed and other file systems (mounts) not entered. Holds one descriptor
/// for each level. Throws Error naming the path; `shown_root` is put in front of it.
void walk_tree(
    int root_fd,
    const std::string& shown_root,
    const std::function<Descend(const TreeEntry&)>& visit
);

/// Removes what is below the folder `root_fd`, under the rules of FileSystem::remove_tree.
void remove_tree_contents(int root_fd, const std::string& shown_root);

}  // namespace kiln::sys
