#pragma once

#include "execute/build_context.hpp"
#include "plan/options/qemu.hpp"
#include "sys/file_lock.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace kiln::exec::qemu {

/// The image that the machine starts from, here and checked.
struct SourceImage {
    std::filesystem::path file;         ///< absolute
    std::string digest;                 ///< of its content: what layers depend on
    std::string url;                    ///< as the template gives it
    std::optional<sys::FileLock> lock;  ///< nobody replaces a download as long as it is held
};

/// A local file stands where it stands. What is behind http and https is fetched into kiln's cache
/// (or to iso_target_path) once, goes on where an earlier attempt ended, and is there under its
/// name only when its digest is right. Of several addresses the first that answers is taken.
///
/// Throws Error: not_found, input (wrong digest; a list of digests without this file), network,
/// no_space, interrupted.
SourceImage fetch_source(const plan::IsoOptions& options, const BuildContext& context);

}  // namespace kiln::exec::qemu
