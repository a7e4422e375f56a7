#pragma once

#include "contents/image_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::contents {

/// How an account's password stands, by /etc/shadow.
enum class PasswordState { none_needed, locked, set, unknown };

/// "no password needed", "locked", "set", "unknown".
std::string to_string(PasswordState state);

/// One line of /etc/passwd.
struct User {
    std::string uid;
    std::string gid;
    std::string home;
    std::string shell;
    PasswordState password = PasswordState::unknown;
    std::string password_digest;  ///< SHA-256 of the field, to tell a change; never shown

    bool operator==(const User&) const = default;
};

/// One line of /etc/group.
struct Group {
    std::string gid;
    std::vector<std::string> members;  ///< sorted

    bool operator==(const Group&) const = default;
};

std::map<std::string, User> read_users(ImageTree& tree);
std::map<std::string, Group> read_groups(ImageTree& tree);

}  // namespace kiln::contents
