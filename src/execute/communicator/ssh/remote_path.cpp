#include "execute/communicator/ssh/remote_path.hpp"

#include "base/strings.hpp"

namespace kiln::exec {

namespace {

std::string without_slashes_at_end(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) {
        path.pop_back();
    }
    return path;
}

}  // namespace

std::string quote_remote_path(const std::string& path) {
    if (!path.starts_with('~')) {
        return shell_quote(path.starts_with('-') ? "./" + path : path);
    }
    const auto slash = path.find('/');
    const std::string home = path.substr(0, slash);
    const bool is_home = home.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", 1
                         ) == std::string::npos;
    if (!is_home) {
        return shell_quote("./" + path);
    }
    const std::string rest = slash == std::string::npos ? "" : path.substr(slash + 1);
    return rest.empty() ? home : home + "/" + shell_quote(rest);
}

std::string remote_parent(const std::string& path) {
    const std::string whole = without_slashes_at_end(path);
    const auto slash = whole.rfind('/');
    if (slash == std::string::npos) {
        return whole.starts_with('~') ? whole : ".";
    }
    return slash == 0 ? "/" : whole.substr(0, slash);
}

std::string remote_name(const std::string& path) {
    return base_name(without_slashes_at_end(path));
}

}  // namespace kiln::exec
