#pragma once

#include <string>
#include <string_view>

namespace kiln::plan {

/// "40960", "40G", "1t": digits, and a unit or none.
bool is_disk_size(std::string_view text);

/// What is wrong with "sha256:HEX", "HEX", "file:ADDRESS"; "" when it can be a digest.
/// "sha256:" is one that is not known yet, from a variable that nobody has set: Packer takes it,
/// and no download fits it.
std::string checksum_problem(std::string_view text);

}  // namespace kiln::plan
