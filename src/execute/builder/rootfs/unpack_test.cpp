#include "execute/builder/rootfs/unpack.hpp"

#include "base/error.hpp"
#include "execute/builder/rootfs/dpkg_database.hpp"
#include "execute/builder/rootfs/test_package.hpp"
#include "execute/builder/rootfs/tree_writer.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::exec::rootfs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kControl =
    "Package: {}\nVersion: 1:2.0-1\nArchitecture: amd64\nMaintainer: nobody <n@example.org>\n"
    "Description: test\n";

std::string control_of(const std::string& name) {
    std::string text = kControl;
    return text.replace(text.find("{}"), 2, name);
}

std::vector<UnpackedPackage> unpack_all(
    const std::vector<std::filesystem::path>& packages, const std::filesystem::path& root
) {
    return unpack_packages(packages, root, 2, [](const UnpackProgress&) {}, {});
}

class UnpackTest : public testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0) {
            GTEST_SKIP() << "owners of files need root";
        }
        std::filesystem::create_directories(root_);
        make_merged_usr(root_, "amd64");
    }

    std::filesystem::path make_package(const std::string& name, const char* compression = "xz") {
        write_text(folder_ / name / "DEBIAN/control", control_of(name));
        return build_deb(folder_ / name, folder_ / (name + ".deb"), compression);
    }

    TestFolder folder_;
    std::filesystem::path root_ = folder_ / "root";
};

TEST_F(UnpackTest, PutsFilesWithModesLinksAndTimesIntoTheMergedTree) {
    write_text(folder_ / "a/bin/tool", "tool");
    std::filesystem::permissions(folder_ / "a/bin/tool", std::filesystem::perms(04755));
    std::filesystem::create_symlink("tool", folder_ / "a/bin/alias");
    std::filesystem::create_hard_link(folder_ / "a/bin/tool", folder_ / "a/bin/twin");
    std::filesystem::create_directories(folder_ / "a/var/secret");
    std::filesystem::permissions(folder_ / "a/var/secret", std::filesystem::perms(01770));

    for (const char* compression : {"xz", "zstd", "gzip", "none"}) {
        SCOPED_TRACE(compression);
        std::filesystem::remove_all(root_);
        std::filesystem::create_directories(root_);
        make_merged_usr(root_, "amd64");
        const std::vector<UnpackedPackage> packages =
            unpack_all({make_package("a", compression)}, root_);

        ASSERT_EQ(packages.size(), 1U);
        EXPECT_THAT(
            packages[0].paths,
            ElementsAre("/.", "/bin", "/bin/tool", "/bin/twin", "/var", "/var/secret", "/bin/alias")
        );
        struct stat tool {};
        ASSERT_EQ(::lstat((root_ / "usr/bin/tool").c_str(), &tool), 0);
        EXPECT_EQ(tool.st_mode & 07777U, 04755U);
        EXPECT_EQ(tool.st_nlink, 2U);
        EXPECT_LE(tool.st_mtime, 1700000000);  // dpkg-deb clamps to SOURCE_DATE_EPOCH
        struct stat secret {};
        ASSERT_EQ(::lstat((root_ / "var/secret").c_str(), &secret), 0);
        EXPECT_EQ(secret.st_mode & 07777U, 01770U);
        EXPECT_EQ(std::filesystem::read_symlink(root_ / "usr/bin/alias"), "tool");
        EXPECT_EQ(std::filesystem::read_symlink(root_ / "bin"), "usr/bin");
        EXPECT_EQ(read_text(root_ / "bin/twin"), "tool");
    }
}

TEST_F(UnpackTest, WritesADatabaseThatDpkgReads) {
    write_text(folder_ / "a/etc/a.conf", "conf\n");
    write_text(folder_ / "a/DEBIAN/conffiles", "/etc/a.conf\n");
    write_text(
        folder_ / "a/DEBIAN/triggers", "# none\ninterest-noawait /usr/share/x\nactivate y\n"
    );
    write_text(folder_ / "a/usr/share/doc/a", "doc\n");
    const std::vector<UnpackedPackage> packages = unpack_all({make_package("a")}, root_);
    write_dpkg_database(root_, packages);

    EXPECT_EQ(
        read_text(root_ / "var/lib/dpkg/status"),
        "Package: a\nStatus: install ok unpacked\nVersion: 1:2.0-1\nArchitecture: amd64\n"
        "Maintainer: nobody <n@example.org>\nDescription: test\n"
        "Conffiles:\n /etc/a.conf b9a771b420047cfaa3543e66c78f44f6\n\n"
    );
    EXPECT_EQ(read_text(root_ / "var/lib/dpkg/triggers/File"), "/usr/share/x a/noawait\n");
    EXPECT_THAT(read_text(root_ / "var/lib/dpkg/info/a.md5sums"), HasSubstr("  usr/share/doc/a\n"));
    const std::string query = "dpkg-query --admindir='" + (root_ / "var/lib/dpkg").string() +
                              "' -W -f='${Package} ${Status} ${Version}\\n' > '" +
                              (folder_ / "out").string() + "'";
    ASSERT_EQ(::system(query.c_str()), 0);
    EXPECT_EQ(read_text(folder_ / "out"), "a install ok unpacked 1:2.0-1\n");
}

TEST_F(UnpackTest, RefusesAFileThatTwoPackagesBring) {
    write_text(folder_ / "a/usr/x", "1");
    write_text(folder_ / "b/usr/x", "2");
    const std::vector<std::filesystem::path> packages = {make_package("a"), make_package("b")};
    try {
        unpack_all(packages, root_);
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
        EXPECT_THAT(error.message(), HasSubstr("two packages bring the same file"));
        EXPECT_THAT(error.hint(), HasSubstr("bootstrap_method = \"mmdebstrap\""));
    }
}

TEST_F(UnpackTest, NamesADamagedPackage) {
    write_text(folder_ / "broken.deb", "!<arch>\ngarbage");
    try {
        unpack_all({folder_ / "broken.deb"}, root_);
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        EXPECT_THAT(error.message(), HasSubstr("broken.deb"));
    }
}

TEST(ExtendedStates, MarksWhatCameAsADependency) {
    UnpackedPackage wanted;
    wanted.stanza = ControlStanza::parse("Package: wanted\nArchitecture: amd64\n");
    UnpackedPackage dependency;
    dependency.stanza = ControlStanza::parse("Package: dependency\nArchitecture: all\n");
    EXPECT_EQ(
        extended_states({wanted, dependency}, {"wanted"}),
        "Package: dependency\nArchitecture: all\nAuto-Installed: 1\n\n"
    );
}

}  // namespace
}  // namespace kiln::exec::rootfs
