#include "prove/size.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kiln::prove {
namespace {

/// "/usr/lib" of "usr/lib/modules/x".
std::string folder_of(const std::string& path) {
    const std::size_t first = path.find('/');
    const std::size_t second = first == std::string::npos ? first : path.find('/', first + 1);
    return "/" + path.substr(0, second == std::string::npos ? first : second);
}

Findings check_size(Subject& subject, std::int64_t max_bytes) {
    constexpr std::size_t kNamed = 3;
    std::int64_t bytes = 0;
    std::map<std::string, std::int64_t> folders;
    for (const contents::Entry& entry : subject.tree().entries()) {
        bytes += entry.size_bytes;
        folders[folder_of(entry.path)] += entry.size_bytes;
    }
    const std::string found =
        format_bytes(bytes) + " in files, and " + format_bytes(max_bytes) + " allowed";
    if (bytes <= max_bytes) {
        return {{Status::pass, "", found, ""}};
    }
    std::vector<std::pair<std::int64_t, std::string>> largest;
    for (const auto& [folder, size] : folders) {
        largest.emplace_back(-size, folder);
    }
    std::sort(largest.begin(), largest.end());
    std::vector<std::string> named;
    for (std::size_t i = 0; i < std::min(kNamed, largest.size()); ++i) {
        named.push_back(largest[i].second + " " + format_bytes(-largest[i].first));
    }
    return {
        {Status::fail,
         "",
         found + "; most is in " + join(named, ", "),
         "remove what is not needed there, or allow more with -max-size"}};
}

}  // namespace

std::vector<Check> size_checks(const Demands& demands) {
    const std::int64_t max_bytes = demands.max_bytes.value_or(0);
    return {
        {"size",
         "size",
         "",
         [max_bytes](Subject& subject) { return check_size(subject, max_bytes); },
         demands.max_bytes ? "" : "-max-size"}};
}

}  // namespace kiln::prove
