#include "contents/contents.hpp"

namespace kiln::contents {

Contents read_contents(ImageTree& tree, const ReadDoors& doors) {
    Contents contents;
    contents.os_release = read_os_release(tree);
    contents.packages = read_packages(tree, doors);
    contents.owners = owners_of_files(tree, contents.packages);
    contents.units = read_units(tree);
    contents.sysctls = read_sysctls(tree);
    contents.kernel_arguments = read_kernel_arguments(tree);
    contents.users = read_users(tree);
    contents.groups = read_groups(tree);
    contents.privileges = read_privileges(tree);
    return contents;
}

Assignments read_os_release(ImageTree& tree) {
    std::optional<std::string> text = tree.read_file("etc/os-release");
    if (!text) {
        text = tree.read_file("usr/lib/os-release");
    }
    Assignments variables;
    read_assignments(text.value_or(""), variables);
    return variables;
}

std::vector<const Entry*> unowned_files(const ImageTree& tree, const Owners& owners) {
    std::vector<const Entry*> files;
    for (const Entry& entry : tree.entries()) {
        if (entry.type == sys::FileType::regular && !owners.contains(entry.path)) {
            files.push_back(&entry);
        }
    }
    return files;
}

}  // namespace kiln::contents
