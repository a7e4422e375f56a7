#include "base/strings.hpp"
#include "contents/accounts.hpp"
#include "prove/homes.hpp"
#include "prove/hygiene.hpp"
#include "prove/tree_look.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace kiln::prove {
namespace {

using contents::ImageTree;
using contents::PasswordState;

/// Lines that say something, without their white space.
std::vector<std::string> telling_lines(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n')) {
        const std::string_view said = trim(line);
        if (!said.empty() && !said.starts_with('#')) {
            lines.emplace_back(said);
        }
    }
    return lines;
}

Findings find_authorized_keys(Subject& subject) {
    Findings found;
    for (const Home& home : read_homes(subject.tree())) {
        for (const char* name : {".ssh/authorized_keys", ".ssh/authorized_keys2"}) {
            const std::string path = home.path(name);
            const std::vector<std::string> keys = telling_lines(small_text(subject.tree(), path));
            if (keys.empty()) {
                continue;
            }
            const std::string& last = keys.back();
            found.push_back(
                {Status::fail,
                 shown(path),
                 "lets in whoever has the key \"" +
                     std::string(trim(last.substr(last.rfind(' ') + 1))) + "\"" +
                     (keys.size() == 1 ? ""
                                       : " or one of " + std::to_string(keys.size() - 1) + " more"),
                 "rm -f " + shown(path) + " at the end of the build"}
            );
        }
    }
    return found;
}

/// The fields of each account's line, whatever it is called.
std::vector<std::vector<std::string>> passwd_lines(ImageTree& tree) {
    std::vector<std::vector<std::string>> lines;
    for (const std::string& line : telling_lines(small_text(tree, "etc/passwd"))) {
        std::vector<std::string> fields = split(line, ':');
        if (fields.size() >= 7) {
            lines.push_back(std::move(fields));
        }
    }
    return lines;
}

Findings find_empty_passwords(Subject& subject) {
    std::set<std::string> names;
    for (const std::vector<std::string>& fields : passwd_lines(subject.tree())) {
        if (fields[1].empty()) {
            names.insert(fields[0]);
        }
    }
    for (const auto& [name, user] : contents::read_users(subject.tree())) {
        if (user.password == PasswordState::none_needed) {
            names.insert(name);
        }
    }
    Findings found;
    for (const std::string& name : names) {
        found.push_back(
            {Status::fail,
             name,
             "needs no password; expected a locked one",
             "passwd -l " + shell_quote(name)}
        );
    }
    return found;
}

Findings find_set_passwords(Subject& subject) {
    Findings found;
    for (const auto& [name, user] : contents::read_users(subject.tree())) {
        if (user.password == PasswordState::set) {
            found.push_back(
                {Status::warn,
                 name,
                 "has a password, which is the same on every machine",
                 "passwd -l " + shell_quote(name)}
            );
        }
    }
    return found;
}

Findings find_other_roots(Subject& subject) {
    Findings found;
    for (const std::vector<std::string>& fields : passwd_lines(subject.tree())) {
        const bool is_zero =
            !fields[2].empty() && fields[2].find_first_not_of('0') == std::string::npos;
        if (is_zero && fields[0] != "root") {
            found.push_back(
                {Status::fail,
                 fields[0],
                 "has uid 0, as root has",
                 "userdel " + shell_quote(fields[0]) + ", or give it a uid of its own"}
            );
        }
    }
    return found;
}

/// A name as builders give to accounts and files that they mean to remove.
bool is_of_a_builder(std::string_view name) {
    return name == "packer" || name.starts_with("packer_") || name.starts_with("packer-") ||
           name.starts_with("kiln-") || name.starts_with("kiln_");
}

Findings find_temporary_users(Subject& subject) {
    std::set<std::string> names;
    for (const std::vector<std::string>& fields : passwd_lines(subject.tree())) {
        names.insert(fields[0]);
    }
    for (const auto& [name, user] : contents::read_users(subject.tree())) {
        names.insert(name);
    }
    Findings found;
    for (const std::string& name : names) {
        if (is_of_a_builder(name)) {
            found.push_back(
                {Status::fail,
                 name,
                 "is an account as builders make it for themselves",
                 "userdel -r " + shell_quote(name)}
            );
        }
    }
    return found;
}

/// Who a rule of sudoers(5) is for: "packer" of "packer ALL=(ALL) NOPASSWD: ALL"; "" for settings,
/// aliases, groups and rules of all.
std::string user_of_rule(const std::string& line) {
    const std::string who = line.substr(0, line.find_first_of(" \t="));
    const bool is_name = !who.empty() && who != "ALL" &&
                         who.find_first_of("%+#@!,:/\"") == std::string::npos &&
                         line.find('=') != std::string::npos;
    if (!is_name || who.starts_with("Defaults") || who.ends_with("_Alias")) {
        return "";
    }
    return who;
}

/// Without the number that says when it is read: "packer" of "90-packer".
std::string_view without_number(std::string_view name) {
    const std::size_t end = name.find_first_not_of("0123456789");
    return end != std::string_view::npos && end > 0 && name[end] == '-' ? name.substr(end + 1)
                                                                        : name;
}

Findings find_sudoers(Subject& subject) {
    ImageTree& tree = subject.tree();
    std::set<std::string> aliases;
    std::vector<std::string> files = {"etc/sudoers"};
    for (const contents::Entry* const entry : tree.children("etc/sudoers.d")) {
        files.push_back(entry->path);
    }
    const auto users = contents::read_users(tree);
    for (const std::string& path : files) {
        for (const std::string& line : telling_lines(small_text(tree, path))) {
            if (line.starts_with("User_Alias")) {
                aliases.insert(std::string(trim(line.substr(10, line.find('=') - 10))));
            }
        }
    }
    Findings found;
    for (const std::string& path : files) {
        if (is_of_a_builder(without_number(contents::file_name(path)))) {
            found.push_back(
                {Status::fail,
                 shown(path),
                 "is a drop-in as builders make it for themselves",
                 "rm -f " + shown(path)}
            );
            continue;
        }
        std::set<std::string> told;
        for (const std::string& line : telling_lines(small_text(tree, path))) {
            const std::string user = user_of_rule(line);
            if (user.empty() || aliases.contains(user) || !told.insert(user).second) {
                continue;
            }
            if (is_of_a_builder(user)) {
                found.push_back(
                    {Status::fail,
                     shown(path),
                     "has a rule for " + user + ", an account as builders make it",
                     "remove the rule"}
                );
            } else if (!users.contains(user)) {
                found.push_back(
                    {Status::warn,
                     shown(path),
                     "has a rule for " + user + ", and /etc/passwd has no such account",
                     "remove the rule, or make the account: whoever gets the name gets the right"}
                );
            }
        }
    }
    return found;
}

}  // namespace

std::vector<Check> access_checks() {
    return {
        {"", "authorized-keys", "no key lets anybody in", find_authorized_keys},
        {"", "empty-passwords", "no account without a password", find_empty_passwords},
        {"", "passwords", "no password that all machines share", find_set_passwords},
        {"", "root-accounts", "root alone has uid 0", find_other_roots},
        {"", "temporary-users", "no account of a builder", find_temporary_users},
        {"", "sudoers", "no rule of a builder, and none for nobody", find_sudoers},
    };
}

}  // namespace kiln::prove
