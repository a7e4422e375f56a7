#include "prove/kernel_files.hpp"

#include "prove/tree_look.hpp"

#include <cctype>
#include <functional>

namespace kiln::prove {
namespace {

using NameTest = std::function<bool(std::string_view)>;

std::string find_of_kernel(
    const contents::ImageTree& tree, const std::string& version, const NameTest& fits
) {
    for (const char* folder : {"boot", "efi"}) {
        for (const contents::Entry& entry : tree.below(folder)) {
            if (has_content(&entry) && names_kernel(entry.path, version) &&
                fits(contents::file_name(entry.path))) {
                return entry.path;
            }
        }
    }
    return "";
}

std::string unified_image_of(const contents::ImageTree& tree, const std::string& version) {
    return find_of_kernel(tree, version, [](std::string_view name) {
        return name.ends_with(".efi");
    });
}

}  // namespace

bool names_kernel(std::string_view path, std::string_view version) {
    for (std::size_t at = path.find(version); at != std::string_view::npos;
         at = path.find(version, at + 1)) {
        const std::string_view rest = path.substr(at + version.size());
        const bool begins = at == 0 || path[at - 1] == '-' || path[at - 1] == '/';
        const bool is_longer_number = rest.size() > 1 && rest[0] == '.' &&
                                      std::isdigit(static_cast<unsigned char>(rest[1])) != 0;
        // "+3" counts the tries of a new kernel (Boot Loader Specification).
        const bool ends = rest.empty() || rest[0] == '/' || rest[0] == '+' ||
                          (rest[0] == '.' && !is_longer_number);
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

std::string kernel_image_of(const contents::ImageTree& tree, const std::string& version) {
    const std::string file = find_of_kernel(tree, version, [](std::string_view name) {
        return name == "linux" || name.starts_with("vmlinu") || name.starts_with("Image") ||
               name.starts_with("kernel-");
    });
    if (!file.empty()) {
        return file;
    }
    const std::string unified = unified_image_of(tree, version);
    // Where kernel-install keeps it until it goes to /boot at the first start.
    const contents::Entry* const kept = tree.follow("lib/modules/" + version + "/vmlinuz");
    return unified.empty() && has_content(kept) ? kept->path : unified;
}

std::string initramfs_of(const contents::ImageTree& tree, const std::string& version) {
    const std::string file = find_of_kernel(tree, version, [](std::string_view name) {
        return name.starts_with("initr");
    });
    return file.empty() ? unified_image_of(tree, version) : file;
}

std::vector<std::string> kernel_versions_in_boot(const contents::ImageTree& tree) {
    constexpr std::string_view kBegin = "vmlinuz-";
    std::vector<std::string> versions;
    for (const contents::Entry* const entry : tree.children("boot")) {
        const std::string_view name = contents::file_name(entry->path);
        if (name.starts_with(kBegin) && has_content(entry) &&
            name.find("-rescue-") == std::string_view::npos) {
            versions.emplace_back(name.substr(kBegin.size()));
        }
    }
    return versions;
}

}  // namespace kiln::prove
