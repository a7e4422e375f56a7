#include "contents/difference.hpp"

#include "base/strings.hpp"
#include "contents/file_digests.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace kiln::contents {
namespace {

using VersionsByName = std::map<std::string, std::string>;

/// A name alone where both images have it for one architecture, and the same.
VersionsByName versions_of(
    const std::vector<Package>& packages, const std::set<std::string>& clear
) {
    std::map<std::string, std::vector<std::string>> versions;
    for (const Package& package : packages) {
        const std::string name =
            clear.contains(package.name) ? package.name : package.name + ":" + package.architecture;
        versions[name].push_back(package.version);
    }
    VersionsByName joined;
    for (auto& [name, list] : versions) {
        std::sort(list.begin(), list.end());
        joined[name] = join(list, ", ");  // several kernels of one name
    }
    return joined;
}

/// The databases themselves differ whenever a package does.
bool is_package_database(std::string_view path) {
    for (const std::string_view folder :
         {"var/lib/dpkg/", "var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"}) {
        if (path.starts_with(folder)) {
            return true;
        }
    }
    return false;
}

/// Names of packages that are there for one architecture only.
std::set<std::string> clear_names(const Contents& before, const Contents& after) {
    std::map<std::string, std::set<std::string>> architectures;
    for (const Contents* contents : {&before, &after}) {
        for (const Package& package : contents->packages) {
            architectures[package.name].insert(package.architecture);
        }
    }
    std::set<std::string> clear;
    for (const auto& [name, which] : architectures) {
        if (which.size() == 1) {
            clear.insert(name);
        }
    }
    return clear;
}

FileState state_of(const Entry& entry) {
    return {
        entry.type,
        entry.mode,
        entry.uid,
        entry.gid,
        entry.size_bytes,
        entry.target,
        entry.device,
        capability_text(entry.capability),
        ""};
}

class FileComparison {
public:
    FileComparison(
        ImageTree& before_tree,
        const Contents& before,
        ImageTree& after_tree,
        const Contents& after,
        const Differences<std::string>& packages
    )
        : before_tree_(before_tree), before_(before), after_tree_(after_tree), after_(after) {
        for (const Difference<std::string>& package : packages) {
            differing_packages_.insert(package.name.substr(0, package.name.find(':')));
        }
    }

    std::vector<FileDifference> run(const std::stop_token& stop) {
        pair_up();
        compare_contents(stop);
        std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
            return a.name < b.name;
        });
        return std::move(found_);
    }

private:
    void pair_up() {
        const std::vector<Entry>& before = before_tree_.entries();
        const std::vector<Entry>& after = after_tree_.entries();
        auto a = before.begin();
        auto b = after.begin();
        while (a != before.end() || b != after.end()) {
            if (b == after.end() || (a != before.end() && a->path < b->path)) {
                add(a->path, state_of(*a), std::nullopt);
                ++a;
            } else if (a == before.end() || b->path < a->path) {
                add(b->path, std::nullopt, state_of(*b));
                ++b;
            } else {
                pair(*a++, *b++);
            }
        }
    }

    void pair(const Entry& a, const Entry& b) {
        if (a.type == sys::FileType::regular && b.type == sys::FileType::regular &&
            a.size_bytes == b.size_bytes && a.size_bytes > 0) {
            same_size_before_.push_back(&a);
            same_size_after_.push_back(&b);
        } else if (FileState was = state_of(a), is = state_of(b); was != is) {
            add(a.path, std::move(was), std::move(is));
        }
    }

    void compare_contents(const std::stop_token& stop) {
        const std::vector<FileDigest> was =
            digest_files(before_tree_, same_size_before_, Digests::sha256, stop);
        const std::vector<FileDigest> is =
            digest_files(after_tree_, same_size_after_, Digests::sha256, stop);
        for (std::size_t i = 0; i < was.size(); ++i) {
            FileState before = state_of(*same_size_before_[i]);
            FileState after = state_of(*same_size_after_[i]);
            before.sha256 = was[i].sha256;
            after.sha256 = is[i].sha256;
            if (before != after) {
                add(same_size_before_[i]->path, std::move(before), std::move(after));
            }
        }
    }

    void add(
        const std::string& path, std::optional<FileState> before, std::optional<FileState> after
    ) {
        FileDifference difference;
        difference.name = "/" + path;
        difference.before = std::move(before);
        difference.after = std::move(after);
        difference.explained = !differing_packages_.empty() && is_package_database(path);
        for (const Contents* contents : {&after_, &before_}) {
            const auto owner = contents->owners.find(path);
            if (owner != contents->owners.end()) {
                difference.package = contents->packages[owner->second].name;
                difference.explained = differing_packages_.contains(difference.package);
                break;
            }
        }
        found_.push_back(std::move(difference));
    }

    ImageTree& before_tree_;
    const Contents& before_;
    ImageTree& after_tree_;
    const Contents& after_;
    std::set<std::string> differing_packages_;
    std::vector<const Entry*> same_size_before_;
    std::vector<const Entry*> same_size_after_;
    std::vector<FileDifference> found_;
};

}  // namespace

bool ImageDifference::empty() const {
    return os_release.empty() && packages.empty() && units.empty() && sysctls.empty() &&
           kernel_arguments.empty() && users.empty() && groups.empty() && privileges.empty() &&
           files.empty();
}

ImageDifference compare_images(
    ImageTree& before_tree,
    const Contents& before,
    ImageTree& after_tree,
    const Contents& after,
    const std::stop_token& stop
) {
    const std::set<std::string> clear = clear_names(before, after);
    ImageDifference difference;
    difference.os_release = compare_maps(before.os_release, after.os_release);
    difference.packages =
        compare_maps(versions_of(before.packages, clear), versions_of(after.packages, clear));
    difference.units = compare_maps(before.units, after.units);
    difference.sysctls =
        compare_maps(before.sysctls, after.sysctls, [](const Sysctl& a, const Sysctl& b) {
            return a.value == b.value;
        });
    difference.kernel_arguments = compare_maps(before.kernel_arguments, after.kernel_arguments);
    difference.users = compare_maps(before.users, after.users);
    difference.groups = compare_maps(before.groups, after.groups);
    difference.privileges = compare_maps(before.privileges, after.privileges);
    difference.files =
        FileComparison(before_tree, before, after_tree, after, difference.packages).run(stop);
    return difference;
}

std::string to_string(sys::FileType type) {
    switch (type) {
        case sys::FileType::regular:
            return "file";
        case sys::FileType::directory:
            return "folder";
        case sys::FileType::symlink:
            return "symlink";
        case sys::FileType::character_device:
            return "character device";
        case sys::FileType::block_device:
            return "block device";
        case sys::FileType::fifo:
            return "fifo";
        case sys::FileType::socket:
            return "socket";
    }
    return "";
}

}  // namespace kiln::contents
