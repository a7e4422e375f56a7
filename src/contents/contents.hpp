#pragma once

#include "contents/accounts.hpp"
#include "contents/assignments.hpp"
#include "contents/image_tree.hpp"
#include "contents/kernel_arguments.hpp"
#include "contents/open_image.hpp"
#include "contents/packages.hpp"
#include "contents/privileges.hpp"
#include "contents/sysctls.hpp"
#include "contents/units.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::contents {

/// What an image contains, read without booting it.
struct Contents {
    Assignments os_release;
    std::vector<Package> packages;
    Owners owners;
    std::map<std::string, Unit> units;
    std::map<std::string, Sysctl> sysctls;
    KernelArguments kernel_arguments;
    std::map<std::string, User> users;
    std::map<std::string, Group> groups;
    std::map<std::string, Privilege> privileges;
};

Contents read_contents(ImageTree& tree, const ReadDoors& doors);

/// What os-release says of the system: /etc/os-release, else /usr/lib/os-release.
Assignments read_os_release(ImageTree& tree);

/// Regular files that no package owns, sorted.
std::vector<const Entry*> unowned_files(const ImageTree& tree, const Owners& owners);

}  // namespace kiln::contents
