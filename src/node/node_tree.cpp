#include "node/node_tree.hpp"

#include "base/strings.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace kiln::node {

namespace {

constexpr int kMostLinks = 16;  // a chain that is longer leads nowhere

}  // namespace

NodeTree NodeTree::of_image() {
    NodeTree tree;
    tree.is_image_ = true;
    return tree;
}

NodeTree NodeTree::seen_with(FileTexts texts) const {
    NodeTree tree = *this;
    tree.instead_ = std::make_shared<const FileTexts>(std::move(texts));
    return tree;
}

std::filesystem::path NodeTree::at(const std::string& path) const {
    return root_ == "/" ? std::filesystem::path(path)
                        : root_ / std::filesystem::path(path).relative_path();
}

std::filesystem::path NodeTree::resolved(const std::string& path) const {
    std::filesystem::path place = path;
    std::error_code problem;
    for (int links = 0; links < kMostLinks; ++links) {
        const std::filesystem::path target = std::filesystem::read_symlink(at(place), problem);
        if (problem) {
            break;
        }
        place = (place.parent_path() / target).lexically_normal();
    }
    return at(place);
}

std::optional<std::string> NodeTree::read(const std::string& path) const {
    if (instead_) {
        if (const auto other = instead_->find(path); other != instead_->end()) {
            return other->second;
        }
    }
    const sys::UniqueFd fd(::open(at(path).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        return std::nullopt;
    }
    std::string text;
    char buffer[16 * 1024];
    for (;;) {
        const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
        if (count == 0) {
            return text;
        }
        if (count > 0) {
            text.append(buffer, static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            return std::nullopt;
        }
    }
}

std::string NodeTree::read_line(const std::string& path) const {
    return std::string(trim(read(path).value_or("")));
}

std::vector<std::string> NodeTree::list(const std::string& path) const {
    std::vector<std::string> names;
    std::error_code problem;
    for (std::filesystem::directory_iterator entry(at(path), problem), end;
         !problem && entry != end;
         entry.increment(problem)) {
        names.push_back(entry->path().filename());
    }
    for (const auto& [file, text] : instead_ ? *instead_ : FileTexts{}) {
        const std::filesystem::path place = file;
        if (place.parent_path() == path) {
            std::erase(names, place.filename());
            if (text) {
                names.push_back(place.filename());
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool NodeTree::exists(const std::string& path) const {
    if (instead_) {
        if (const auto other = instead_->find(path); other != instead_->end()) {
            return other->second.has_value();
        }
    }
    return ::access(at(path).c_str(), F_OK) == 0;
}

std::optional<std::string> NodeTree::link_name(const std::string& path) const {
    std::error_code problem;
    const std::filesystem::path target = std::filesystem::read_symlink(at(path), problem);
    if (problem) {
        return std::nullopt;
    }
    return target.filename().string();
}

}  // namespace kiln::node
