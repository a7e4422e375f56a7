#pragma once

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string>

namespace kiln::exec::rootfs {

/// A folder of a test, gone with it.
class TestFolder {
public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "kiln-test-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline void write_text(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Builds a package with dpkg-deb from the folder `source`, which holds DEBIAN/ and its files.
inline std::filesystem::path build_deb(
    const std::filesystem::path& source, const std::filesystem::path& deb, const char* compression
) {
    const std::string command = "SOURCE_DATE_EPOCH=1700000000 dpkg-deb --root-owner-group -Z" +
                                std::string(compression) + " --build '" + source.string() + "' '" +
                                deb.string() + "' >/dev/null";
    EXPECT_EQ(::system(command.c_str()), 0) << command;
    return deb;
}

}  // namespace kiln::exec::rootfs
