#include "execute/builder/qemu/arguments.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace kiln::exec::qemu {
namespace {

VmParts small_machine() {
    VmParts parts;
    parts.name = "node";
    parts.accelerator = "tcg";
    parts.disks = {{"/out/node", "qcow2"}};
    parts.ssh_host_port = 2222;
    parts.vnc_port = 5912;
    parts.own_qmp = "/tmp/vm/qmp";
    parts.has_serial_log = false;
    return parts;
}

// kiln's control socket is at the end of every list.
const std::vector<std::string> kControl = {
    "-chardev",
    "socket,id=kiln-control,path=/tmp/vm/qmp,server=on,wait=off",
    "-mon",
    "chardev=kiln-control,mode=control"};

std::vector<std::string> with_control(std::vector<std::string> words) {
    words.insert(words.end(), kControl.begin(), kControl.end());
    return words;
}

/// The values of a switch, in order.
std::vector<std::string> values_of(const std::vector<std::string>& words, const std::string& name) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] == name) {
            values.push_back(words[i + 1]);
        }
    }
    return values;
}

using Values = std::vector<std::string>;

TEST(QemuArguments, OfAMachineFromAnInstaller) {
    VmParts parts = small_machine();
    parts.cdroms = {"/cache/debian.iso"};
    EXPECT_EQ(
        qemu_arguments({}, parts, {}),
        with_control(
            {"-name",    "node",
             "-machine", "type=pc,accel=tcg",
             "-m",       "512M",
             "-smp",     "1",
             "-netdev",  "user,id=user.0,hostfwd=tcp:127.0.0.1:2222-:22",
             "-device",  "virtio-net,netdev=user.0",
             "-drive",   "file=/out/node,if=virtio,cache=writeback,discard=ignore,format=qcow2",
             "-drive",   "file=/cache/debian.iso,media=cdrom",
             "-boot",    "once=d",
             "-vnc",     "127.0.0.1:12",
             "-display", "none"}
        )
    );
}

TEST(QemuArguments, AnEntryStandsInPlaceOfAllOfItsSwitch) {
    plan::QemuOptions options;
    options.disk_image = true;
    const QemuArgs entries = {
        {"-device", "e1000", ",netdev=user.0"},
        {"-device", "virtio-rng-pci"},
        {"-no-reboot"},
        {"-m", "2G"}};
    const std::vector<std::string> words = qemu_arguments(options, small_machine(), entries);
    EXPECT_EQ(values_of(words, "-device"), (Values{"e1000,netdev=user.0", "virtio-rng-pci"}));
    EXPECT_EQ(values_of(words, "-m"), Values{"2G"});
    EXPECT_EQ(values_of(words, "-boot"), Values{"c"});
    EXPECT_EQ(values_of(words, "-drive").size(), 1U);
    EXPECT_NE(std::find(words.begin(), words.end(), "-no-reboot"), words.end());
    EXPECT_EQ(values_of(words, "-mon"), Values{"chardev=kiln-control,mode=control"});
}

TEST(QemuArguments, ASerialPortOfTheTemplateIsItsOwn) {
    VmParts parts = small_machine();
    parts.has_serial_log = true;
    EXPECT_EQ(values_of(qemu_arguments({}, parts, {}), "-serial"), Values{"chardev:kiln-serial"});
    EXPECT_EQ(
        values_of(qemu_arguments({}, parts, {{"-serial", "stdio"}}), "-serial"), Values{"stdio"}
    );
}

struct SmpCase {
    std::int64_t cpus, sockets, cores, threads;
    const char* want;
};

TEST(QemuArguments, Processors) {
    for (const SmpCase& c :
         {SmpCase{0, 0, 0, 0, "1"},
          SmpCase{4, 0, 0, 0, "4"},
          SmpCase{4, 1, 2, 2, "cpus=4,sockets=1,cores=2,threads=2"},
          SmpCase{0, 2, 0, 0, "sockets=2"}}) {
        SCOPED_TRACE(c.want);
        plan::QemuOptions options;
        options.cpus = c.cpus;
        options.sockets = c.sockets;
        options.cores = c.cores;
        options.threads = c.threads;
        EXPECT_EQ(values_of(qemu_arguments(options, small_machine(), {}), "-smp"), Values{c.want});
    }
}

TEST(QemuArguments, DisksOnOtherInterfaces) {
    plan::QemuOptions options;
    options.disk_interface = "virtio-scsi";
    options.disk_detect_zeroes = "unmap";
    options.disk_discard = "unmap";
    VmParts parts = small_machine();
    parts.disks.push_back({"/out/a,b", "raw"});
    const std::vector<std::string> words = qemu_arguments(options, parts, {});
    EXPECT_EQ(
        values_of(words, "-drive"),
        (Values{
            "file=/out/node,if=none,id=drive0,cache=writeback,discard=unmap,format=qcow2,"
            "detect-zeroes=unmap",
            "file=/out/a,,b,if=none,id=drive1,cache=writeback,discard=unmap,format=raw,"
            "detect-zeroes=unmap"})
    );
    EXPECT_EQ(
        values_of(words, "-device"),
        (Values{
            "virtio-net,netdev=user.0",
            "virtio-scsi-pci,id=scsi0",
            "scsi-hd,bus=scsi0.0,drive=drive0",
            "scsi-hd,bus=scsi0.0,drive=drive1"})
    );
    options.disk_interface = "sata";
    EXPECT_EQ(
        values_of(qemu_arguments(options, parts, {}), "-device"),
        (Values{
            "virtio-net,netdev=user.0",
            "ahci,id=sata0",
            "ide-hd,bus=sata0.0,drive=drive0",
            "ide-hd,bus=sata0.1,drive=drive1"})
    );
}

TEST(QemuArguments, UefiWithATpm) {
    VmParts parts = small_machine();
    parts.efi_code = "/ovmf/code.fd";
    parts.efi_vars = "/out/efivars.fd";
    parts.tpm_socket = "/tmp/vm/tpm";
    const std::vector<std::string> words = qemu_arguments({}, parts, {});
    EXPECT_EQ(
        values_of(words, "-drive"),
        (Values{
            "file=/ovmf/code.fd,if=pflash,unit=0,format=raw,readonly=on",
            "file=/out/efivars.fd,if=pflash,unit=1,format=raw",
            "file=/out/node,if=virtio,cache=writeback,discard=ignore,format=qcow2"})
    );
    EXPECT_EQ(values_of(words, "-boot"), Values{});
    EXPECT_EQ(values_of(words, "-tpmdev"), Values{"emulator,id=tpm0,chardev=vtpm"});
    EXPECT_EQ(
        values_of(words, "-device"), (Values{"virtio-net,netdev=user.0", "tpm-tis,tpmdev=tpm0"})
    );
}

TEST(QemuArguments, ABridgeAndAScreenWithAPassword) {
    plan::QemuOptions options;
    options.net_bridge = "br0";
    options.vnc_use_password = true;
    options.cdrom_interface = "ide";
    VmParts parts = small_machine();
    parts.mac = "52:54:00:01:02:03";
    parts.cdroms = {"/a.iso", "/b.iso"};
    parts.floppy = "/f.img";
    const std::vector<std::string> words = qemu_arguments(options, parts, {});
    EXPECT_EQ(values_of(words, "-netdev"), Values{"bridge,id=user.0,br=br0"});
    EXPECT_EQ(
        values_of(words, "-device"), Values{"virtio-net,netdev=user.0,mac=52:54:00:01:02:03"}
    );
    EXPECT_EQ(values_of(words, "-vnc"), Values{"127.0.0.1:12,password=on"});
    EXPECT_EQ(values_of(words, "-fda"), Values{"/f.img"});
    EXPECT_EQ(
        values_of(words, "-drive").back(), "file=/b.iso,if=ide,index=1,id=cdrom1,media=cdrom"
    );
}

}  // namespace
}  // namespace kiln::exec::qemu
