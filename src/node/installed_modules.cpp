#include "node/installed_modules.hpp"

#include "base/strings.hpp"
#include "node/boot_loader.hpp"

namespace kiln::node {

namespace {

bool has_module(const NodeTree& tree, const std::string& kernel, const std::string& module) {
    const std::string name = "/" + replace_all(module, "_", "-") + ".ko";
    for (const char* list : {"modules.dep", "modules.builtin"}) {
        const std::string text = tree.read("/lib/modules/" + kernel + "/" + list).value_or("");
        if (replace_all(text, "_", "-").find(name) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string default_kernel(const NodeTree& tree) {
    for (const BootMenuEntry& entry : read_boot_configuration(tree).entries) {
        if (entry.is_default) {
            return entry.kernel;
        }
    }
    return {};
}

}  // namespace

CheckResults check_installed_modules(
    const NodeTree& tree, const std::vector<std::string>& modules
) {
    Checks checks;
    const std::string boots = default_kernel(tree);
    for (const std::string& kernel : tree.list("/lib/modules")) {
        const std::string folder = "/lib/modules/" + kernel;
        if (!tree.exists(folder + "/modules.dep")) {
            continue;  // what a removed kernel left
        }
        for (const std::string& module : modules) {
            const bool there = has_module(tree, kernel, module);
            checks.expect(
                there,
                boots.empty() || kernel == boots ? CheckStatus::fail : CheckStatus::warn,
                "module." + module + "." + kernel,
                folder,
                there ? "there" : "missing",
                module + ".ko",
                "build or install it for " + kernel
            );
        }
    }
    checks.expect(
        !checks.results.empty(),
        CheckStatus::fail,
        "module.kernels",
        "/lib/modules",
        checks.results.empty() ? "no kernel" : "kernels",
        "an installed kernel",
        "install one"
    );
    return std::move(checks.results);
}

}  // namespace kiln::node
