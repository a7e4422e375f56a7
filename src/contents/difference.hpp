#pragma once

#include "contents/contents.hpp"

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::contents {

/// Something that is in one image, in both but not alike, or in the other. One of the two is there.
template <class Value>
struct Difference {
    std::string name;
    std::optional<Value> before = std::nullopt;
    std::optional<Value> after = std::nullopt;

    bool operator==(const Difference&) const = default;
};
template <class Value>
using Differences = std::vector<Difference<Value>>;

/// What differs from one map to another, by name.
template <class Value, class Same = std::equal_to<Value>>
Differences<Value> compare_maps(
    const std::map<std::string, Value>& before,
    const std::map<std::string, Value>& after,
    Same same = {}
) {
    Differences<Value> differences;
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
        if (b == after.end() || (a != before.end() && a->first < b->first)) {
            differences.push_back({a->first, a->second, std::nullopt});
            ++a;
        } else if (a == before.end() || b->first < a->first) {
            differences.push_back({b->first, std::nullopt, b->second});
            ++b;
        } else {
            if (!same(a->second, b->second)) {
                differences.push_back({a->first, a->second, b->second});
            }
            ++a;
            ++b;
        }
    }
    return differences;
}

/// What is compared of a file; its times are not.
struct FileState {
    sys::FileType type = sys::FileType::regular;
    unsigned mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t size_bytes = 0;
    std::string target;        ///< of a symlink
    std::string device;        ///< of a device
    std::string capabilities;  ///< see capability_text
    std::string sha256;        ///< where it had to be known: equal sizes on both sides

    bool operator==(const FileState&) const = default;
};

struct FileDifference : Difference<FileState> {
    std::string package;     ///< that owns it; "" when none does
    bool explained = false;  ///< that package differs itself

    bool operator==(const FileDifference&) const = default;
};

/// How two images differ; every list is sorted by name.
struct ImageDifference {
    Differences<std::string> os_release;
    Differences<std::string> packages;  ///< versions by name, or by "name:architecture"
    Differences<Unit> units;
    Differences<Sysctl> sysctls;
    Differences<std::vector<std::string>> kernel_arguments;
    Differences<User> users;
    Differences<Group> groups;
    Differences<Privilege> privileges;
    std::vector<FileDifference> files;

    bool empty() const;
};

ImageDifference compare_images(
    ImageTree& before_tree,
    const Contents& before,
    ImageTree& after_tree,
    const Contents& after,
    const std::stop_token& stop
);

struct DifferenceStyle {
    bool color = false;
    bool all_files = false;  ///< those of packages that differ too
};

/// For people; "" when nothing differs. Pure.
std::string difference_text(const ImageDifference& difference, const DifferenceStyle& style);
/// One JSON document; what is absent is null. Pure.
std::string difference_json(
    const ImageDifference& difference, const std::string& before, const std::string& after
);

/// "file", "folder", "symlink", ...
std::string to_string(sys::FileType type);

}  // namespace kiln::contents
