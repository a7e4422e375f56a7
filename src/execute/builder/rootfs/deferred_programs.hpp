#pragma once

#include "sys/sandbox.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec::rootfs {

/// Programs that package scripts call again and again with the same or growing result: while
/// packages are configured something stands in for each that only notes the call, and at the end
/// each does all of its work at once, several side by side. The tree comes out the same; a third of
/// the time for configuring goes.
///
///     update-initramfs        once for every kernel; twice in an installation by hand
///     update-ca-certificates  on configuring ca-certificates and again for its trigger
///     py3compile              once for each Python package, three processes each time
class DeferredPrograms {
public:
    /// `tree` has the packages' files; `folder`, which is made, keeps stand-ins and notes.
    DeferredPrograms(
        sys::FileSystem& files,
        const std::filesystem::path& tree,
        const std::filesystem::path& folder
    );

    /// For the sandbox in which packages are configured.
    const std::vector<sys::SandboxBind>& binds_while_configuring() const { return binds_; }
    /// For the sandbox in which `script` runs.
    std::vector<sys::SandboxBind> binds_to_catch_up() const;
    /// A shell script that does what was put off, at least an initramfs for each kernel.
    static std::string catch_up_script();

private:
    std::filesystem::path notes_;
    std::vector<sys::SandboxBind> binds_;
};

}  // namespace kiln::exec::rootfs
