#include "prove/tree_look.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"

namespace kiln::prove {

std::string shown(const std::string& path) {
    return "/" + path;
}

bool has_content(const contents::Entry* entry) {
    return entry != nullptr && entry->type == sys::FileType::regular && entry->size_bytes > 0;
}

std::string small_text(contents::ImageTree& tree, const std::string& path) {
    const contents::Entry* const entry = tree.follow(path);
    return has_content(entry) && entry->size_bytes <= kMiB ? tree.read_file(path).value_or("") : "";
}

std::string list_files(const std::vector<const contents::Entry*>& files) {
    constexpr std::size_t kNamed = 3;
    std::int64_t bytes = 0;
    std::vector<std::string> names;
    for (const contents::Entry* const file : files) {
        bytes += file->size_bytes;
        if (names.size() < kNamed) {
            names.push_back(shown(file->path));
        }
    }
    const std::size_t more = files.size() - names.size();
    return std::to_string(files.size()) + (files.size() == 1 ? " file, " : " files, ") +
           format_bytes(bytes) + ": " + join(names, ", ") +
           (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

}  // namespace kiln::prove
