#include "base/tar_header.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln {
namespace {

/// What tar(1) lists of an archive.
std::string listed(const std::string& archive) {
    // tar reads a file; it is removed below.
    std::string path = std::filesystem::temp_directory_path() / "kiln-tar-test-XXXXXX";
    const int fd = ::mkstemp(path.data());
    EXPECT_EQ(::write(fd, archive.data(), archive.size()), static_cast<ssize_t>(archive.size()));
    ::close(fd);
    const std::string command = "LC_ALL=C tar --utc --numeric-owner -tvf " + path + " 2>&1";
    std::FILE* output = ::popen(command.c_str(), "r");
    std::string text;
    for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) {
        text += static_cast<char>(c);
    }
    ::pclose(output);
    ::unlink(path.c_str());
    return text;
}

TEST(TarHeader, IsReadByTar) {
    const std::string long_name = "folder/" + std::string(200, 'n');
    const std::string long_link = "/" + std::string(150, 'l');
    std::string archive = tar_header({TarEntry::Type::folder, "folder", "", 0700, 0});
    archive +=
        tar_header({TarEntry::Type::file, "folder/run", "", 04755, 5}) + "hello" + tar_padding(5);
    archive += tar_header({TarEntry::Type::file, long_name, "", 0644, 0}) + tar_padding(0);
    archive += tar_header({TarEntry::Type::symlink, "link", long_link, 0777, 0});
    archive += tar_end();
    EXPECT_EQ(archive.size() % 512, 0U);
    EXPECT_EQ(
        listed(archive),
        "drwx------ 0/0               0 1970-01-01 00:00 folder/\n"
        "-rwsr-xr-x 0/0               5 1970-01-01 00:00 folder/run\n"
        "-rw-r--r-- 0/0               0 1970-01-01 00:00 " +
            long_name + "\nlrwxrwxrwx 0/0               0 1970-01-01 00:00 link -> " + long_link +
            "\n"
    );
}

TEST(TarHeader, HoldsSizesThatUstarDoesNot) {
    constexpr std::int64_t kHuge = std::int64_t{10} << 30;
    EXPECT_NE(
        tar_header({TarEntry::Type::file, "x", "", 0644, kHuge}).find("20 size=10737418240\n"),
        std::string::npos
    );
}

}  // namespace
}  // namespace kiln
