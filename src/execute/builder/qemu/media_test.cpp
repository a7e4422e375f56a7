#include "execute/builder/qemu/media.hpp"

#include "base/error.hpp"
#include "execute/builder/qemu/host_facts.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <gtest/gtest.h>

namespace kiln::exec::qemu {
namespace {

TEST(Media, FilesUnderTheirNamesFoldersWithTheirs) {
    sys::RealFileSystem files;
    const sys::TempDirectory folder(files, sys::default_temp_parent());
    const std::filesystem::path root = folder.path();
    files.make_directories(root / "scripts/sub");
    files.write_file_atomic(root / "scripts/sub/a.sh", "a");
    files.write_file_atomic(root / "one.cfg", "1");
    files.write_file_atomic(root / "two.cfg", "2");
    const std::vector<MediaFile> want = {
        {"one.cfg", root / "one.cfg", ""},
        {"two.cfg", root / "two.cfg", ""},
        {"scripts/sub/a.sh", root / "scripts/sub/a.sh", ""},
        {"sub/a.sh", root / "scripts/sub/a.sh", ""},
        {"user-data", {}, "#cloud-config"}};
    EXPECT_EQ(
        gather_media(
            {(root / "*.cfg").string(),
             (root / "none-*").string(),
             (root / "scripts").string(),
             (root / "scripts/").string()},
            {{"/user-data", "#cloud-config"}}
        ),
        want
    );
    EXPECT_THROW(gather_media({(root / "absent").string()}, {}), Error);
}

TEST(QemuHost, FindsAnAddressBehindAMac) {
    const std::string table =
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "192.168.7.9      0x1         0x2         52:54:00:AA:bb:cc     *        br0\n";
    EXPECT_EQ(address_behind(table, "52:54:00:aa:bb:cc"), "192.168.7.9");
    EXPECT_EQ(address_behind(table, "52:54:00:aa:bb:cd"), "");
    EXPECT_EQ(address_of_interface("lo"), "127.0.0.1");
    EXPECT_THROW(address_of_interface("nosuchinterface"), Error);
}

}  // namespace
}  // namespace kiln::exec::qemu
