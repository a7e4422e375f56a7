#pragma once

#include "sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace kiln::disk {

/// A disk image opened for reading and writing at offsets in bytes. Errors name the file.
class ImageFile {
public:
    explicit ImageFile(const std::filesystem::path& path);
    /// A new file of `size_bytes`, one hole. Throws exists when the name is taken.
    static ImageFile create(const std::filesystem::path& path, std::int64_t size_bytes);

    std::int64_t size_bytes() const;
    std::string read(std::int64_t offset_bytes, std::size_t size_bytes) const;
    void write(std::int64_t offset_bytes, std::string_view bytes);
    /// Makes zeros of a range, as a hole where the file system can. The file keeps its size.
    void punch(std::int64_t offset_bytes, std::int64_t size_bytes);

    int fd() const { return fd_.get(); }

private:
    ImageFile(const std::filesystem::path& path, sys::UniqueFd fd);

    std::filesystem::path path_;
    sys::UniqueFd fd_;
};

}  // namespace kiln::disk
