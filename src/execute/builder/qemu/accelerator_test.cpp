#include "execute/builder/qemu/accelerator.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::exec::qemu {
namespace {

const AcceleratorFacts kWithKvm{{"tcg", "kvm"}, ""};
const AcceleratorFacts kWithoutKvm{{"tcg", "kvm"}, "/dev/kvm: No such file or directory"};

std::string refusal(const std::string& wanted, const AcceleratorFacts& facts) {
    try {
        choose_accelerator(wanted, facts);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
        return error.message();
    }
    return "";
}

TEST(Accelerator, KvmWhereItCanBeUsedElseEmulation) {
    EXPECT_EQ(choose_accelerator("", kWithKvm), (ChosenAccelerator{"kvm", ""}));
    EXPECT_EQ(
        choose_accelerator("", kWithoutKvm),
        (ChosenAccelerator{
            "tcg",
            "No KVM (/dev/kvm: No such file or directory): the machine is emulated in software, "
            "slowly"})
    );
    EXPECT_EQ(choose_accelerator("tcg", kWithKvm), (ChosenAccelerator{"tcg", ""}));
    EXPECT_EQ(choose_accelerator("none", kWithKvm), ChosenAccelerator{});
}

TEST(Accelerator, ANamedOneThatIsNotThereIsAnError) {
    EXPECT_EQ(
        refusal("kvm", kWithoutKvm),
        "accelerator \"kvm\" can not be used: /dev/kvm: No such file or directory"
    );
    EXPECT_EQ(
        refusal("hvf", kWithKvm), "accelerator \"hvf\" is not in this QEMU, which has tcg, kvm"
    );
}

TEST(Accelerator, NamesInQemusHelp) {
    EXPECT_EQ(
        accelerators_in_help("Accelerators supported in QEMU binary:\ntcg\nkvm\n"),
        (std::vector<std::string>{"tcg", "kvm"})
    );
}

TEST(Accelerator, AsksTheDeviceForAMachine) {
    EXPECT_EQ(kvm_problem("/none/kvm"), "/none/kvm: No such file or directory");
    EXPECT_EQ(kvm_problem("/dev/null"), "/dev/null: it is not KVM: Inappropriate ioctl for device");
}

}  // namespace
}  // namespace kiln::exec::qemu
