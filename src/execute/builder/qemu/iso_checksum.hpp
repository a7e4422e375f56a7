#pragma once

#include "base/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::exec::qemu {

/// A digest that a file must have.
struct FileChecksum {
    DigestAlgorithm algorithm = DigestAlgorithm::sha256;
    std::string hex;  ///< lower case

    bool operator==(const FileChecksum&) const = default;
};

/// "sha256:HEX", or "HEX" with the algorithm that its length tells. Nothing for other texts. Pure.
std::optional<FileChecksum> parse_checksum(std::string_view text);

/// The digest of the file `name` in a list as sha256sum(1) writes it, or in BSD's form ("SHA256
/// (NAME) = HEX"); a list of one digest and no name is of every file. Lines of another kind (those
/// of a signature) are passed over. Pure.
std::optional<FileChecksum> find_checksum(std::string_view list, const std::string& name);

/// "sha256".
std::string checksum_name(DigestAlgorithm algorithm);

}  // namespace kiln::exec::qemu
