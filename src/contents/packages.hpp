#pragma once

#include "contents/image_tree.hpp"
#include "contents/open_image.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace kiln::contents {

enum class PackageKind { dpkg, rpm };

/// One installed package, as its database has it; "" is what the database does not say.
struct Package {
    PackageKind kind = PackageKind::dpkg;
    std::string name;
    std::string version;  ///< "1:2.38.1-5+deb12u3"; with the epoch where there is one
    std::string architecture;
    std::string source;          ///< name of the source package
    std::string source_version;  ///< of that; for rpm without a release of its own
    std::string supplier;        ///< maintainer (dpkg), vendor (rpm)
    std::string license;         ///< rpm alone; as the packager wrote it
    std::string homepage;
    std::string summary;
    std::int64_t installed_bytes = 0;  ///< as the package says
    std::vector<std::string> files;    ///< as the package says, with a slash in front

    bool operator==(const Package&) const = default;
};

/// The packages of the dpkg and the rpm database of an image, sorted by name, architecture and
/// version. Throws Error when an rpm database is there and the program rpm is not, or when a
/// database can not be read.
std::vector<Package> read_packages(ImageTree& tree, const ReadDoors& doors);

std::vector<Package> read_dpkg(ImageTree& tree);
std::vector<Package> read_rpm(ImageTree& tree, const ReadDoors& doors);

/// Which package owns a file: its place in the list of packages, by path without a slash in front,
/// with folders as they really are (/bin/ls of a package is usr/bin/ls of a merged /usr).
using Owners = std::unordered_map<std::string, std::size_t>;
Owners owners_of_files(ImageTree& tree, const std::vector<Package>& packages);

}  // namespace kiln::contents
