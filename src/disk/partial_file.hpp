#pragma once

#include <filesystem>

namespace kiln::disk {

/// A file that is made under the name "<output>.partial" and gone at the end of the scope unless
/// it was finished. What a killed run left under that name is removed first.
class PartialFile {
public:
    explicit PartialFile(std::filesystem::path output);
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    const std::filesystem::path& path() const { return partial_; }
    /// Gives the file its name, in the place of an older one. Throws kiln::Error.
    void finish();

private:
    std::filesystem::path output_;
    std::filesystem::path partial_;
    bool finished_ = false;
};

}  // namespace kiln::disk
