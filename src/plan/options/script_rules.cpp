#include "plan/options/script_rules.hpp"

namespace kiln::plan {

namespace {

void check_script(const std::string& option, const std::string& path, const CheckContext& context) {
    if (context.is_missing(path)) {
        context.error(option, "Bad script \"" + path + "\": there is no such file");
    }
}

}  // namespace

void check_scripts(
    const std::optional<std::string>& script,
    const std::vector<std::string>& scripts,
    const CheckContext& context
) {
    if (script) {
        check_script("script", *script, context);
    }
    for (const std::string& path : scripts) {
        check_script("scripts", path, context);
    }
}

}  // namespace kiln::plan
