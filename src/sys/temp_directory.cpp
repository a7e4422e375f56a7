#include "sys/temp_directory.hpp"

#include "base/error.hpp"

#include <cstdlib>
#include <utility>

namespace kiln::sys {

TempDirectory::TempDirectory(
    FileSystem& files, const std::filesystem::path& parent, const std::string& prefix
)
    : files_(&files), path_(files.make_temporary_directory(parent, prefix)) {}

TempDirectory::TempDirectory(TempDirectory&& other) noexcept
    : files_(other.files_), path_(std::exchange(other.path_, {})) {}

TempDirectory::~TempDirectory() {
    try {
        remove();
    } catch (const Error&) {
        // Who must know calls remove(); the journal remembers what a build leaves.
    }
}

void TempDirectory::remove() {
    if (!path_.empty()) {
        files_->remove_tree(path_);
        path_.clear();
    }
}

std::filesystem::path default_temp_parent() {
    const char* directory = std::getenv("TMPDIR");
    return directory != nullptr && *directory == '/' ? directory : "/tmp";
}

}  // namespace kiln::sys
