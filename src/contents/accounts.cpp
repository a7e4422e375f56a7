#include "contents/accounts.hpp"

#include "base/digest.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln::contents {
namespace {

/// The lines of a file of fields with colons that have at least `count` of them.
std::vector<std::vector<std::string>> colon_lines(
    ImageTree& tree, const char* path, std::size_t count
) {
    std::vector<std::vector<std::string>> lines;
    for (const std::string& line : split(tree.read_file(path).value_or(""), '\n')) {
        std::vector<std::string> fields = split(line, ':');
        if (fields.size() >= count && !line.starts_with('#')) {
            lines.push_back(std::move(fields));
        }
    }
    return lines;
}

PasswordState state_of(const std::string& field) {
    if (field.empty()) {
        return PasswordState::none_needed;
    }
    // shadow(5): what can be no result of crypt(3).
    return field.starts_with('!') || field.starts_with('*') ? PasswordState::locked
                                                            : PasswordState::set;
}

}  // namespace

std::string to_string(PasswordState state) {
    switch (state) {
        case PasswordState::none_needed:
            return "no password needed";
        case PasswordState::locked:
            return "locked";
        case PasswordState::set:
            return "set";
        case PasswordState::unknown:
            return "unknown";
    }
    return "";
}

std::map<std::string, User> read_users(ImageTree& tree) {
    std::map<std::string, User> users;
    for (const std::vector<std::string>& fields : colon_lines(tree, "etc/passwd", 7)) {
        users.try_emplace(
            fields[0], User{fields[2], fields[3], fields[5], fields[6], PasswordState::unknown, ""}
        );
    }
    for (const std::vector<std::string>& fields : colon_lines(tree, "etc/shadow", 2)) {
        if (const auto user = users.find(fields[0]); user != users.end()) {
            user->second.password = state_of(fields[1]);
            user->second.password_digest = sha256_hex(fields[1]);
        }
    }
    return users;
}

std::map<std::string, Group> read_groups(ImageTree& tree) {
    std::map<std::string, Group> groups;
    for (const std::vector<std::string>& fields : colon_lines(tree, "etc/group", 4)) {
        Group group{fields[2], {}};
        for (std::string& member : split(fields[3], ',')) {
            if (!member.empty()) {
                group.members.push_back(std::move(member));
            }
        }
        std::sort(group.members.begin(), group.members.end());
        groups.try_emplace(fields[0], std::move(group));
    }
    return groups;
}

}  // namespace kiln::contents
