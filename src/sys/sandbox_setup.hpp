#pragma once

#include "sys/sandbox.hpp"

#include <string>
#include <variant>
#include <vector>

namespace kiln::sys {

/// The steps by which the first process of a sandbox makes its world, as data. They are planned by
/// kiln and performed by its fork, where only system calls are allowed.
namespace setup {

struct SetHostname {
    std::string name;
};
/// No mount made from here on is seen by the host, none of the host's from here on is seen here.
struct MakeMountsPrivate {};
/// Opens a folder (O_PATH) as descriptor `fd`.
struct OpenFolder {
    std::string path;
    int fd;
};
/// Takes a copy of the mount at `path`, without what is mounted below it, as descriptor `fd`.
struct CopyMount {
    std::string path;
    int fd;
};
struct AttachMount {
    int fd;
    std::string at;
    bool read_only;
};
struct Mount {
    std::string type;
    std::string at;
    unsigned long flags;
    std::string options;
};
/// `options` first; where the kernel does not know them, `fallback_options`.
struct MountOverlay {
    std::string at;
    std::string options;
    std::string fallback_options;
};
/// Binds a file or folder over itself so that it can only be read; nothing when it is not there.
struct MakeReadOnly {
    std::string path;
};
/// Hides a folder under an empty one; nothing when it is not there.
struct Hide {
    std::string path;
};
/// A folder; nothing when it is there.
struct MakeFolder {
    std::string path;
    unsigned mode;
};
/// An empty file; nothing when it is there.
struct MakeFile {
    std::string path;
};
struct MakeDevice {
    std::string path;
    unsigned major;
    unsigned minor;
};
struct MakeLink {
    std::string target;
    std::string path;
};
struct RemountReadOnly {
    std::string path;
    unsigned long flags;
};
/// Makes `path` the root of the mount namespace and lets go of the host's.
struct PivotRoot {
    std::string path;
};
/// Goes into the tree, so that its symlinks lead to nothing but itself.
struct EnterTree {
    std::string path;
};
/// Goes back to the root of the mount namespace.
struct LeaveTree {};

using Step = std::variant<
    SetHostname,
    MakeMountsPrivate,
    OpenFolder,
    CopyMount,
    AttachMount,
    Mount,
    MountOverlay,
    MakeReadOnly,
    Hide,
    MakeFolder,
    MakeFile,
    MakeDevice,
    MakeLink,
    RemountReadOnly,
    PivotRoot,
    EnterTree,
    LeaveTree>;

}  // namespace setup

/// Where the tree is, seen from the root of the mount namespace.
constexpr const char* kTreeInNamespace = "/tree";

/// What planning must know of the world besides the spec.
struct SandboxFacts {
    /// Folders that are put under the layers or bound into the tree, see guest_files.hpp.
    std::string guest_layer;  ///< "" when there is none
    std::vector<SandboxBind> guest_binds;
    std::string mount_point;   ///< an empty folder of the host
    std::string overlay_work;  ///< "" without layers
};

/// Looks at nothing but whether the sources of binds are folders. Throws Error{unsupported} when
/// there are more layers than one mount can take.
std::vector<setup::Step> plan_sandbox_setup(const SandboxSpec& spec, const SandboxFacts& facts);

/// Performs one step: system calls only. 0, or the errno.
int perform_setup_step(const setup::Step& step);

/// For a message: "mounting the layers", "mounting proc at /proc".
std::string describe(const setup::Step& step);

}  // namespace kiln::sys
