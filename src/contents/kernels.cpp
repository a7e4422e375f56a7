#include "contents/kernels.hpp"

#include "base/strings.hpp"

namespace kiln::contents {
namespace {

constexpr std::string_view kModuleEnd = ".ko";

/// "virtio_net" of "kernel/drivers/net/virtio_net.ko.xz"; "" for what is no module's file.
std::string module_of(std::string_view path) {
    const std::string_view file = file_name(path);
    const std::size_t end = file.find(kModuleEnd);
    const std::size_t behind = end + kModuleEnd.size();
    if (end == std::string_view::npos || (behind < file.size() && file[behind] != '.')) {
        return "";
    }
    return replace_all(std::string(file.substr(0, end)), "-", "_");
}

Kernel read_kernel(ImageTree& tree, const std::string& folder, const std::string& version) {
    Kernel kernel{version, {}};
    for (const Entry& entry : tree.below(folder)) {
        if (entry.type != sys::FileType::directory) {
            kernel.modules.insert(module_of(entry.path));
        }
    }
    for (const std::string& line :
         split(tree.read_file(folder + "/modules.builtin").value_or(""), '\n')) {
        kernel.modules.insert(module_of(trim(line)));
    }
    kernel.modules.erase("");
    return kernel;
}

}  // namespace

bool Kernel::has_module(std::string_view name) const {
    return modules.contains(replace_all(std::string(name), "-", "_"));
}

std::vector<Kernel> read_kernels(ImageTree& tree) {
    std::vector<Kernel> kernels;
    const std::string modules = tree.resolve("lib/modules").value_or("lib/modules");
    for (const Entry* const entry : tree.children("lib/modules")) {
        const std::string version(file_name(entry->path));
        const std::string folder = modules + "/" + version;
        if (tree.find(folder + "/modules.dep") != nullptr ||
            tree.find(folder + "/modules.builtin") != nullptr) {
            kernels.push_back(read_kernel(tree, folder, version));
        }
    }
    return kernels;
}

}  // namespace kiln::contents
