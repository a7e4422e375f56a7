#include "sys/xdg.hpp"

#include "base/error.hpp"

#include <unistd.h>

namespace kiln::sys {

namespace {

std::string absolute_or_empty(const Environment& environment, const std::string& name) {
    const auto found = environment.find(name);
    const bool absolute = found != environment.end() && found->second.starts_with('/');
    return absolute ? found->second : std::string();
}

std::filesystem::path base_directory(
    const Environment& environment, const std::string& variable, const std::string& below_home
) {
    const std::string directory = absolute_or_empty(environment, variable);
    if (!directory.empty()) {
        return directory;
    }
    const std::string home = absolute_or_empty(environment, "HOME");
    if (home.empty()) {
        throw Error(ErrorKind::input, "neither " + variable + " nor HOME is set to a folder");
    }
    return std::filesystem::path(home) / below_home;
}

}  // namespace

Environment process_environment() {
    Environment result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string::npos) {
            result.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return result;
}

KilnDirectories kiln_directories(const Environment& environment) {
    return {
        .state = base_directory(environment, "XDG_STATE_HOME", ".local/state") / "kiln",
        .cache = base_directory(environment, "XDG_CACHE_HOME", ".cache") / "kiln",
        .config = base_directory(environment, "XDG_CONFIG_HOME", ".config") / "kiln"};
}

}  // namespace kiln::sys
