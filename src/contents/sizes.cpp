#include "contents/sizes.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace kiln::contents {
namespace {

using SizeByName = std::map<std::string, std::int64_t>;

/// "usr/lib/x/y" is in "/usr/lib", "etc/passwd" in "/etc", "vmlinuz" in "/".
std::string folder_two_levels_down(const std::string& path) {
    std::size_t end = path.find('/');
    if (end != std::string::npos) {
        const std::size_t second = path.find('/', end + 1);
        end = second == std::string::npos ? end : second;
    }
    return "/" + path.substr(0, end == std::string::npos ? 0 : end);
}

nlohmann::ordered_json list_of(const SizeByName& sizes) {
    std::vector<const SizeByName::value_type*> order;
    for (const auto& part : sizes) {
        order.push_back(&part);
    }
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return a->second > b->second;
    });
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto* part : order) {
        list.push_back({{"name", to_valid_utf8(part->first)}, {"bytes", part->second}});
    }
    return list;
}

}  // namespace

std::string sizes_json(
    const ImageTree& tree, const std::vector<Package>& packages, const Owners& owners
) {
    SizeByName by_package;
    SizeByName by_folder;
    for (const Entry& entry : tree.entries()) {
        if (entry.size_bytes > 0) {
            const auto owner = owners.find(entry.path);
            const bool owned = owner != owners.end();
            by_package[owned ? packages[owner->second].name : ""] += entry.size_bytes;
            by_folder[folder_two_levels_down(entry.path)] += entry.size_bytes;
        }
    }
    return nlohmann::ordered_json{
        {"packages", list_of(by_package)}, {"folders", list_of(by_folder)}}
        .dump();
}

std::string sizes_json(ImageTree& tree, const ReadDoors& doors) {
    const std::vector<Package> packages = read_packages(tree, doors);
    return sizes_json(tree, packages, owners_of_files(tree, packages));
}

}  // namespace kiln::contents
