#include "contents/packages.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace kiln::contents {
namespace {

/// Paths with their folders as they really are; asks once for each folder.
class RealPaths {
public:
    explicit RealPaths(const ImageTree& tree) : tree_(tree) {}

    std::string real(std::string_view path) {
        while (path.starts_with('/')) {
            path.remove_prefix(1);
        }
        while (path.ends_with('/')) {
            path.remove_suffix(1);
        }
        const std::size_t slash = path.rfind('/');
        if (slash == std::string_view::npos) {
            return std::string(path);
        }
        const std::string folder(path.substr(0, slash));
        const auto [known, is_new] = folders_.try_emplace(folder);
        if (is_new) {
            known->second = tree_.resolve(folder).value_or(folder);
        }
        return known->second + std::string(path.substr(slash));
    }

private:
    const ImageTree& tree_;
    std::unordered_map<std::string, std::string> folders_;
};

struct Diversion {
    std::string to;
    std::string by;  ///< the package that keeps the name; ":" when the administrator does
};

/// dpkg-divert's list: three lines for each, from, to and by whom.
std::map<std::string, Diversion> read_diversions(ImageTree& tree) {
    std::map<std::string, Diversion> diversions;
    const std::vector<std::string> lines =
        split(tree.read_file("var/lib/dpkg/diversions").value_or(""), '\n');
    for (std::size_t i = 0; i + 2 < lines.size(); i += 3) {
        diversions[lines[i]] = {lines[i + 1], lines[i + 2]};
    }
    return diversions;
}

}  // namespace

std::vector<Package> read_packages(ImageTree& tree, const ReadDoors& doors) {
    std::vector<Package> packages = read_dpkg(tree);
    std::vector<Package> others = read_rpm(tree, doors);
    std::move(others.begin(), others.end(), std::back_inserter(packages));
    std::sort(packages.begin(), packages.end(), [](const Package& a, const Package& b) {
        return std::tie(a.name, a.architecture, a.version) <
               std::tie(b.name, b.architecture, b.version);
    });
    return packages;
}

Owners owners_of_files(ImageTree& tree, const std::vector<Package>& packages) {
    const std::map<std::string, Diversion> diversions = read_diversions(tree);
    RealPaths paths(tree);
    Owners owners;
    for (std::size_t i = 0; i < packages.size(); ++i) {
        for (const std::string& file : packages[i].files) {
            const auto diverted = diversions.find(file);
            const bool moved = diverted != diversions.end() &&
                               packages[i].kind == PackageKind::dpkg &&
                               diverted->second.by != packages[i].name;
            owners.try_emplace(paths.real(moved ? diverted->second.to : file), i);
        }
    }
    return owners;
}

}  // namespace kiln::contents
