#pragma once

#include "sys/file_system.hpp"

#include <filesystem>
#include <string>

namespace kiln::sys {

/// A new folder of mode 0700, removed with all that is in it at the end of its scope.
class TempDirectory {
public:
    /// In `parent`, which must exist.
    TempDirectory(
        FileSystem& files, const std::filesystem::path& parent, const std::string& prefix = "kiln-"
    );
    ~TempDirectory();
    TempDirectory(TempDirectory&& other) noexcept;
    TempDirectory& operator=(TempDirectory&&) = delete;

    const std::filesystem::path& path() const { return path_; }
    /// Removes it now; unlike the destructor, tells when that fails.
    void remove();

private:
    FileSystem* files_;
    std::filesystem::path path_;
};

/// $TMPDIR, or /tmp.
std::filesystem::path default_temp_parent();

}  // namespace kiln::sys
