#pragma once

#include "contents/file_store.hpp"
#include "contents/volumes.hpp"

#include <memory>

namespace kiln::contents {

/// The XFS or Btrfs of a volume, read through a loop device and a mount that is in no namespace, so
/// that nobody sees it and it ends with the store or with kiln. Read only: not even its log is
/// replayed. Throws Error{permission} without root.
std::unique_ptr<FileStore> make_mounted_store(const disk::DiskFile& disk, const Volume& volume);

}  // namespace kiln::contents
