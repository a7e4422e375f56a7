#include "base/strings.hpp"
#include "prove/homes.hpp"
#include "prove/hygiene.hpp"
#include "prove/tree_look.hpp"

#include <array>
#include <set>
#include <span>

namespace kiln::prove {
namespace {

using contents::Entry;

// sshd makes new ones where there are none, in the unit that starts it or by cloud-init.
Findings find_host_keys(Subject& subject) {
    Findings found;
    for (const Entry* const entry : subject.tree().children("etc/ssh")) {
        const std::string_view name = contents::file_name(entry->path);
        if (name.starts_with("ssh_host_") && name.ends_with("_key") &&
            (has_content(entry) || entry->type == sys::FileType::symlink)) {
            found.push_back(
                {Status::fail,
                 shown(entry->path),
                 "is an SSH host key that every machine would have",
                 "rm -f /etc/ssh/ssh_host_*, so that each machine makes its own at its first start"}
            );
        }
    }
    return found;
}

/// By its name a file that may hold a private key: it is then read.
bool may_hold_key(std::string_view path) {
    const std::string_view name = contents::file_name(path);
    return name.starts_with("id_") || name.starts_with("identity") || name.ends_with(".pem") ||
           name.ends_with(".key") || path.find("/.ssh/") != std::string_view::npos ||
           path.starts_with(".ssh/");
}

Findings find_private_keys(Subject& subject) {
    Findings found;
    std::set<std::string> seen;  // one home may be within another
    const auto look = [&](std::span<const Entry> entries) {
        for (const Entry& entry : entries) {
            if (has_content(&entry) && may_hold_key(entry.path) && seen.insert(entry.path).second &&
                small_text(subject.tree(), entry.path).find("PRIVATE KEY-----") !=
                    std::string::npos) {
                found.push_back(
                    {Status::fail,
                     shown(entry.path),
                     "holds a private key",
                     "rm -f " + shown(entry.path) +
                         ", and make another key: this one was in "
                         "an image"}
                );
            }
        }
    };
    for (const Home& home : read_homes(subject.tree())) {
        // A home that is a folder of the system, as /usr/sbin, is not searched but for .ssh.
        look(subject.tree().below(home.is_personal ? home.folder : home.path(".ssh")));
    }
    return found;
}

Findings find_histories(Subject& subject) {
    constexpr std::array kShells = {
        ".bash_history",
        ".zsh_history",
        ".ash_history",
        ".sh_history",
        ".history",
        ".local/share/fish/fish_history"};
    constexpr std::array kOthers = {
        ".python_history",
        ".mysql_history",
        ".psql_history",
        ".sqlite_history",
        ".lesshst",
        ".viminfo",
        ".wget-hsts"};
    Findings found;
    for (const Home& home : read_homes(subject.tree())) {
        const auto look = [&](const char* name, Status status, const char* what) {
            const std::string path = home.path(name);
            if (has_content(subject.tree().follow(path))) {
                found.push_back({status, shown(path), what, "rm -f " + shown(path)});
            }
        };
        for (const char* name : kShells) {
            look(name, Status::fail, "shows what was typed, secrets among it");
        }
        for (const char* name : kOthers) {
            look(name, Status::warn, "shows what was done on the machine");
        }
    }
    return found;
}

Findings find_credentials(Subject& subject) {
    struct Place {
        const char* path;
        const char* mark;  ///< what it holds when it is a secret; "" for anything
        const char* what;
    };
    constexpr Place kPlaces[] = {
        {".aws/credentials", "", "holds keys of AWS"},
        {".aws/config", "aws_secret_access_key", "holds keys of AWS"},
        {".docker/config.json", "\"auth\"", "holds the password of a registry"},
        {".config/containers/auth.json", "\"auth\"", "holds the password of a registry"},
        {".git-credentials", "", "holds passwords of Git servers"},
        {".netrc", "password", "holds passwords of servers"},
        {".vault-token", "", "holds a token of Vault"},
        {".config/gcloud/credentials.db", "", "holds keys of Google Cloud"},
        {".azure/msal_token_cache.json", "", "holds tokens of Azure"},
    };
    Findings found;
    const auto add = [&](const std::string& path, const char* what) {
        found.push_back(
            {Status::fail, shown(path), what, "rm -f " + shown(path) + ", and revoke what it holds"}
        );
    };
    for (const Home& home : read_homes(subject.tree())) {
        for (const Place& place : kPlaces) {
            const std::string path = home.path(place.path);
            const bool is_there =
                *place.mark == '\0'
                    ? has_content(subject.tree().follow(path))
                    : small_text(subject.tree(), path).find(place.mark) != std::string::npos;
            if (is_there) {
                add(path, place.what);
            }
        }
    }
    for (const char* path : {"etc/environment", "etc/default/kubelet", "etc/sysconfig/kubelet"}) {
        if (small_text(subject.tree(), path).find("AWS_SECRET_ACCESS_KEY=") != std::string::npos) {
            add(path, "holds a secret key of AWS");
        }
    }
    return found;
}

/// A kubeconfig, in YAML or JSON, and not one of the other files that end in .conf.
bool is_kubeconfig(const std::string& text) {
    for (const std::string& line : split(replace_all(text, ",", "\n"), '\n')) {
        std::string bare;
        for (const char c : line) {
            bare += c == ' ' || c == '\t' || c == '"' || c == '{' || c == '}' || c == '\r'
                        ? std::string()
                        : std::string(1, c);
        }
        if (bare == "kind:Config") {
            return true;
        }
    }
    return false;
}

Findings find_cluster_state(Subject& subject) {
    const std::string remedy = "kubeadm reset, or leave joining to each machine's first start";
    contents::ImageTree& tree = subject.tree();
    Findings found;
    for (const char* folder : {"var/lib/kubelet/pki", "etc/kubernetes/pki"}) {
        for (const Entry& entry : tree.below(folder)) {
            if (has_content(&entry)) {
                found.push_back(
                    {Status::fail,
                     shown(entry.path),
                     "is a key or certificate of a node that has joined a cluster",
                     remedy}
                );
            }
        }
    }
    for (const Entry* const entry : tree.children("etc/kubernetes")) {
        if (entry->path.ends_with(".conf") && is_kubeconfig(small_text(tree, entry->path))) {
            found.push_back(
                {Status::fail, shown(entry->path), "is the kubeconfig of a joined node", remedy}
            );
        }
    }
    for (const Home& home : read_homes(tree)) {
        const std::string path = home.path(".kube/config");
        if (has_content(tree.follow(path))) {
            found.push_back(
                {Status::fail, shown(path), "holds access to a cluster", "rm -f " + shown(path)}
            );
        }
    }
    if (!tree.children("var/lib/etcd/member").empty()) {
        found.push_back(
            {Status::fail, "/var/lib/etcd/member", "holds the data of a cluster", remedy}
        );
    }
    return found;
}

}  // namespace

std::vector<Check> secret_checks() {
    return {
        {"", "ssh-host-keys", "no SSH host keys", find_host_keys},
        {"", "private-keys", "no private keys in homes", find_private_keys},
        {"", "histories", "no histories", find_histories},
        {"", "credentials", "no credentials", find_credentials},
        {"", "cluster-state", "no node that has joined a cluster", find_cluster_state},
    };
}

}  // namespace kiln::prove
