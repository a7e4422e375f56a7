#pragma once

#include "contents/assignments.hpp"
#include "contents/packages.hpp"

#include <string>

namespace kiln::contents {

/// The package URL (purl-spec, types deb and rpm) by which scanners know a package:
/// "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12". Names the source package as
/// `upstream` where it has another name, for that is what advisories are about.
std::string package_url(const Package& package, const Assignments& os_release);

}  // namespace kiln::contents
