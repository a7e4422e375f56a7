#include "node/boot_text.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;

const KernelArgumentChange kIsolate{{"nohz=on", "isolcpus=2-3"}, {}};

TEST(BlsEntry, OptionsAreEditedAndNothingElse) {
    const std::string text =
        "title Amazon Linux\nversion 6.1.0\nlinux /boot/vmlinuz-6.1.0\n"
        "options root=UUID=a ro isolcpus=9\noptions quiet\ngrub_users $grub_users\n";
    EXPECT_EQ(
        parse_bls_entry(text),
        (BlsEntry{"Amazon Linux", "6.1.0", "/boot/vmlinuz-6.1.0", "root=UUID=a ro isolcpus=9 quiet"}
        )
    );
    EXPECT_EQ(
        edit_bls_entry(text, kIsolate),
        "title Amazon Linux\nversion 6.1.0\nlinux /boot/vmlinuz-6.1.0\n"
        "options root=UUID=a ro quiet nohz=on isolcpus=2-3\ngrub_users $grub_users\n"
    );
}

TEST(BlsEntry, WithoutOptionsGetsThem) {
    EXPECT_EQ(
        edit_bls_entry("linux /vmlinuz", kIsolate), "linux /vmlinuz\noptions nohz=on isolcpus=2-3\n"
    );
    EXPECT_EQ(edit_bls_entry("linux /vmlinuz", {{}, {"quiet"}}), "linux /vmlinuz");
}

struct AssignmentCase {
    const char* name;
    const char* text;
    const char* value;
    const char* edited;
};

const AssignmentCase kAssignmentCases[] = {
    {"double quotes",
     "A=1\nARGS=\"ro isolcpus=1\"\n",
     "ro isolcpus=1",
     "A=1\nARGS=\"ro nohz=on isolcpus=2-3\"\n"},
    {"single quotes", "ARGS='ro $x' # why\n", "ro $x", "ARGS='ro $x nohz=on isolcpus=2-3' # why\n"},
    {"no quotes", "ARGS=quiet\n", "quiet", "ARGS=\"quiet nohz=on isolcpus=2-3\"\n"},
    {"escaped quotes",
     "ARGS=\"dyndbg=\\\"file a.c +p\\\"\"\n",
     "dyndbg=\"file a.c +p\"",
     "ARGS=\"dyndbg=\\\"file a.c +p\\\" nohz=on isolcpus=2-3\"\n"},
    {"a reference to what was there",
     "ARGS=\"$ARGS console=ttyS0\"",
     "$ARGS console=ttyS0",
     "ARGS=\"$ARGS console=ttyS0 nohz=on isolcpus=2-3\""},
    {"an escaped dollar", "ARGS=\"a=\\$b\"\n", "a=\\$b", "ARGS=\"a=\\$b nohz=on isolcpus=2-3\"\n"},
    {"another name with the same end",
     "MY_ARGS=x\n#ARGS=y\n",
     nullptr,
     "MY_ARGS=x\n#ARGS=y\nARGS=\"nohz=on isolcpus=2-3\"\n"},
    {"no final newline", "B=1", nullptr, "B=1\nARGS=\"nohz=on isolcpus=2-3\"\n"},
};

TEST(ShellAssignment, IsReadAndEdited) {
    for (const AssignmentCase& c : kAssignmentCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(
            shell_assignment(c.text, "ARGS"),
            c.value == nullptr ? std::nullopt : std::optional<std::string>(c.value)
        );
        const std::string edited = edit_shell_assignment(c.text, "ARGS", kIsolate);
        EXPECT_EQ(edited, c.edited);
        EXPECT_EQ(edit_shell_assignment(edited, "ARGS", kIsolate), edited);
    }
}

TEST(GrubConfig, EveryLinuxLineIsEdited) {
    const std::string text =
        "menuentry 'Debian' --class debian {\n\tlinux\t/boot/vmlinuz-6.1 root=UUID=a ro "
        "isolcpus=1\n"
        "\tinitrd\t/boot/initrd.img-6.1\n}\n"
        "menuentry \"Debian (recovery)\" {\n\tlinux /boot/vmlinuz-6.1\n}\n";
    EXPECT_THAT(
        parse_grub_config(text),
        ElementsAre(
            GrubEntry{"Debian", "/boot/vmlinuz-6.1", "root=UUID=a ro isolcpus=1"},
            GrubEntry{"Debian (recovery)", "/boot/vmlinuz-6.1", ""}
        )
    );
    EXPECT_EQ(
        edit_grub_config(text, kIsolate),
        "menuentry 'Debian' --class debian {\n"
        "\tlinux\t/boot/vmlinuz-6.1 root=UUID=a ro nohz=on isolcpus=2-3\n"
        "\tinitrd\t/boot/initrd.img-6.1\n}\n"
        "menuentry \"Debian (recovery)\" {\n\tlinux /boot/vmlinuz-6.1 nohz=on isolcpus=2-3\n}\n"
    );
}

std::string grub_environment(std::string text) {
    text.insert(0, "# GRUB Environment Block\n");
    text.resize(kGrubEnvironmentBytes, '#');
    return text;
}

TEST(GrubEnvironment, StaysOneBlock) {
    const std::string block = grub_environment("saved_entry=a\nkernelopts=root=UUID=b ro\n");
    EXPECT_EQ(grub_environment_value(block, "kernelopts"), "root=UUID=b ro");
    EXPECT_EQ(grub_environment_value(block, "none"), std::nullopt);
    EXPECT_EQ(
        edit_grub_environment(block, "kernelopts", kIsolate),
        grub_environment("saved_entry=a\nkernelopts=root=UUID=b ro nohz=on isolcpus=2-3\n")
    );
}

TEST(GrubEnvironment, DamagedOrFullIsAnError) {
    EXPECT_THROW(grub_environment_value("saved_entry=a\n", "a"), Error);
    EXPECT_THROW(
        edit_grub_environment(
            grub_environment(""), "kernelopts", {{"a=" + std::string(1100, 'x')}, {}}
        ),
        Error
    );
}

/// The least of a PE file: header at 0x40, no optional header, one section.
std::string pe_file(const std::string& section_name, const std::string& content) {
    std::string file(0x40 + 24 + 40, '\0');
    const auto put = [&](std::size_t at, std::size_t value) {
        for (std::size_t i = 0; i < 4; ++i) {
            file[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
        }
    };
    file.replace(0, 2, "MZ");
    put(0x3c, 0x40);
    file.replace(0x40, 2, "PE");
    file[0x46] = 1;
    file.replace(0x58, section_name.size(), section_name);
    put(0x58 + 8, content.size());
    put(0x58 + 16, content.size());
    put(0x58 + 20, file.size());
    return file + content;
}

TEST(UkiCommandLine, IsTheSectionOfThatName) {
    EXPECT_EQ(uki_command_line(pe_file(".cmdline", "root=x quiet\n")), "root=x quiet");
    EXPECT_EQ(uki_command_line(pe_file(".linux", "root=x")), std::nullopt);
    EXPECT_EQ(uki_command_line("no PE file"), std::nullopt);
}

TEST(UkiCommandLine, CutFilesAreNoCrash) {
    const std::string file = pe_file(".cmdline", "root=x");
    for (std::size_t size = 0; size < file.size(); ++size) {
        uki_command_line(std::string_view(file).substr(0, size));
    }
}

}  // namespace
}  // namespace kiln::node
