#include "contents/sysctls.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::contents {
namespace {

constexpr const char* kSysctlFolders[] = {
    "etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d", "lib/sysctl.d"};

/// sysctl.d(5): where a slash comes first, slashes part the name and dots are letters ("net/ipv4/
/// conf/eth0.100/forwarding"). One form for both: dots part, slashes are letters.
std::string with_dots(std::string name) {
    const std::size_t first = name.find_first_of("./");
    if (first != std::string::npos && name[first] == '/') {
        for (char& byte : name) {
            byte = byte == '/' ? '.' : byte == '.' ? '/' : byte;
        }
    }
    return name;
}

void read_file_of_sysctls(
    const std::string& text, const std::string& file, std::map<std::string, Sysctl>& sysctls
) {
    for (const std::string& line : split(text, '\n')) {
        std::string_view trimmed = trim(line);
        if (trimmed.starts_with('#') || trimmed.starts_with(';')) {
            continue;
        }
        if (trimmed.starts_with('-')) {  // a failure to set it is no failure
            trimmed.remove_prefix(1);
        }
        const std::size_t equals = trimmed.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        const std::string name = with_dots(std::string(trim(trimmed.substr(0, equals))));
        sysctls[name] = {std::string(trim(trimmed.substr(equals + 1))), file};
    }
}

}  // namespace

std::map<std::string, Sysctl> read_sysctls(ImageTree& tree) {
    std::map<std::string, std::string> files;  // by name, as they take effect
    for (const char* folder : kSysctlFolders) {
        for (const Entry* entry : tree.children(folder)) {
            if (entry->path.ends_with(".conf")) {
                files.try_emplace(std::string(file_name(entry->path)), entry->path);
            }
        }
    }
    std::map<std::string, Sysctl> sysctls;
    for (const auto& [name, path] : files) {
        read_file_of_sysctls(tree.read_file(path).value_or(""), "/" + path, sysctls);
    }
    return sysctls;
}

}  // namespace kiln::contents
