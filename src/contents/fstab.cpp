#include "contents/fstab.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace kiln::contents {
namespace {

/// fstab(5): a space in a name is written \040, a tab \011.
std::string unescaped(std::string text) {
    text = replace_all(std::move(text), "\\040", " ");
    return replace_all(std::move(text), "\\011", "\t");
}

/// "vda15", "nvme0n1p2", "mmcblk0p1": the number of the partition; 0 when there is none.
int partition_number(const std::string& device) {
    const std::size_t digits = device.find_last_not_of("0123456789") + 1;
    if (digits == 0 || digits == device.size() || device.size() - digits > 3) {
        return 0;
    }
    return std::stoi(device.substr(digits));
}

}  // namespace

std::vector<FstabLine> fstab_by_depth(std::string_view fstab) {
    std::vector<FstabLine> lines;
    for (const std::string& text : split(fstab, '\n')) {
        std::istringstream fields(text.substr(0, text.find('#')));
        std::string what;
        std::string at;
        fields >> what >> at;
        if (at.starts_with('/')) {
            at = unescaped(at.substr(std::min(at.find_first_not_of('/'), at.size())));
            while (at.ends_with('/')) {
                at.pop_back();
            }
            lines.push_back({unescaped(what), at});
        }
    }
    std::stable_sort(lines.begin(), lines.end(), [](const FstabLine& a, const FstabLine& b) {
        return std::count(a.at.begin(), a.at.end(), '/') <
               std::count(b.at.begin(), b.at.end(), '/');
    });
    return lines;
}

bool fstab_names(const std::string& what, const Volume& volume) {
    const std::array<std::pair<std::string_view, const std::string*>, 8> names = {{
        {"UUID=", &volume.uuid},
        {"/dev/disk/by-uuid/", &volume.uuid},
        {"LABEL=", &volume.label},
        {"/dev/disk/by-label/", &volume.label},
        {"PARTUUID=", &volume.part_uuid},
        {"/dev/disk/by-partuuid/", &volume.part_uuid},
        {"PARTLABEL=", &volume.part_label},
        {"/dev/disk/by-partlabel/", &volume.part_label},
    }};
    for (const auto& [prefix, value] : names) {
        if (what.starts_with(prefix)) {
            std::string wanted = replace_all(what.substr(prefix.size()), "\"", "");
            return !value->empty() && equal_ignoring_case(wanted, *value);
        }
    }
    return what.starts_with("/dev/") && volume.number != 0 &&
           partition_number(what) == volume.number;
}

}  // namespace kiln::contents
