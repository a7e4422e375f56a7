#pragma once

#include "execute/build_context.hpp"
#include "execute/postprocessor/compress_format.hpp"

#include <filesystem>
#include <vector>

namespace kiln::exec {

/// Writes `files` to `output` in `format`; without an archive there must be one. Holes are not
/// read; in a tar they stay holes (GNU's form in pax headers). Tells how far it is. Throws
/// Error{no_space} and others that name the file.
void write_compressed(
    const BuildContext& context,
    const std::vector<std::filesystem::path>& files,
    const std::filesystem::path& output,
    const CompressFormat& format,
    int level
);

}  // namespace kiln::exec
