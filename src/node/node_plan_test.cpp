#include "node/node_plan.hpp"

#include "base/strings.hpp"
#include "node/instance_types.hpp"
#include "node/plan_from_profile.hpp"
#include "node/plan_picture.hpp"

#include <gmock/gmock.h>

namespace kiln::node {
namespace {

using testing::HasSubstr;

NodeFacts machine(const std::string& type, int threads) {
    NodeFacts facts = facts_of_type(find_instance_type(type), threads);
    facts.knows_nics = true;
    facts.kernel.release = "6.1.0-56-amd64";
    return facts;
}

NicFacts ena(const std::string& address, const std::string& mac, const std::string& carries = "") {
    return {
        .address = address,
        .vendor = "1d0f",
        .device = "ec20",
        .driver = "ena",
        .interfaces = {{"ens" + address.substr(8, 1), mac, "up"}},
        .carries = carries};
}

struct Made {
    std::optional<NodePlan> plan;
    std::vector<std::string> errors;
    std::vector<std::string> warnings;

    std::string line() const { return plan ? join(plan->changes.kernel.set, " ") : "no plan"; }
};

Made make(const std::string& text, const NodeFacts& facts, const ProfileOverrides& overrides = {}) {
    SourceMap sources;
    Diagnostics diagnostics;
    Made made;
    auto profile = read_profile(sources.add("p.yaml", text), sources, diagnostics);
    if (profile) {
        override_profile(*profile, overrides);
        made.plan = make_node_plan(*profile, facts, "/usr/sbin/kiln-node", diagnostics);
    }
    for (const Diagnostic& one : diagnostics.list()) {
        (one.severity == Severity::error ? made.errors : made.warnings).push_back(one.summary);
    }
    return made;
}

// What /etc/xrd/bootstrap.sh of ios-xr/xrd-packer 3656c46 hands to grubby, byte for byte.
TEST(NodePlan, IsTheXrdBootstrapsLine) {
    const Made made =
        make("base: xrd-vrouter-bootstrap\n", machine("m5.24xlarge", 1), {"16-23", "6"});
    EXPECT_EQ(
        made.line(),
        "nohz_full=16-23 nohz=on skew_tick=1 intel_pstate=disable tsc=reliable nosoftlockup "
        "isolcpus=16-23 irqaffinity=0-15,24-47 hugepages=12 rcu_nocbs=16-23 hugepagesz=1G "
        "default_hugepagesz=1G rcupdate.rcu_normal_after_boot=1"
    );
    ASSERT_TRUE(made.plan);
    EXPECT_EQ(made.plan->pages[0].count, 6);
    EXPECT_EQ(made.plan->pages[1].count, 0);
}

/// Every sysctl of a plan: "net.core.rmem_max >= 1".
std::vector<std::string> sysctls_of(const NodePlan& plan) {
    std::vector<std::string> settings;
    for_each_action<SetKernelValue>(plan.changes, [&](const SetKernelValue& value) {
        const bool at_least = value.rule == SetKernelValue::Rule::at_least;
        settings.push_back(
            replace_all(value.path.substr(sizeof "/proc/sys/" - 1), "/", ".") +
            (at_least ? " >= " : " = ") + value.value
        );
    });
    return settings;
}

/// Every module: "vfio enable_unsafe_noiommu_mode=1".
std::vector<std::string> modules_of(const NodePlan& plan) {
    std::vector<std::string> modules;
    for_each_action<LoadModule>(plan.changes, [&](const LoadModule& module) {
        std::vector<std::string> words = module.options;
        words.insert(words.begin(), module.name);
        modules.push_back(join(words, " "));
    });
    return modules;
}

std::string file_of(const NodePlan& plan, const std::string& path) {
    std::string text = "no " + path;
    for_each_action<WriteFile>(plan.changes, [&](const WriteFile& file) {
        text = file.path == path ? file.content : text;
    });
    return text;
}

// What the sample of aws-samples/dpdk-setup-eks 1b5d2c7 sets on the machine that its CPU lists are
// for, m5.12xlarge, value for value: the boot line with eight pages of 1 GiB, CPUAffinity=0-3
// 24-27, IRQBALANCE_BANNED_CPUS=0000ffff,f0fffff0, kubelet's --reserved-cpus=0-3,24-27 and
// --cpu-manager-policy=static, its ten lines of sysctl.conf, its two modules and their option.
TEST(NodePlan, OfDpdkCnfSetsWhatTheAwsSampleSets) {
    NodeFacts facts = machine("m5.12xlarge", 2);
    facts.other_tools.irqbalance = "/etc/sysconfig/irqbalance";
    const Made made = make("base: dpdk-cnf\n", facts);
    ASSERT_TRUE(made.plan) << testing::PrintToString(made.errors);
    EXPECT_EQ(made.line(), "default_hugepagesz=1G hugepagesz=1G hugepages=0:8");
    EXPECT_EQ(print_cpu_list(made.plan->housekeeping), "0-3,24-27");
    EXPECT_EQ(made.plan->isolated, parse_cpu_mask("0000ffff,f0fffff0"));
    EXPECT_THAT(
        file_of(*made.plan, "/etc/systemd/system.conf.d/90-kiln-node.conf"),
        HasSubstr("\nCPUAffinity=0-3,24-27\n")
    );
    const std::string kubelet = file_of(*made.plan, "/etc/eks/nodeadm.d/50-kiln-node.yaml");
    EXPECT_THAT(kubelet, HasSubstr("\"reservedSystemCPUs\": \"0-3,24-27\""));
    EXPECT_THAT(kubelet, HasSubstr("\"cpuManagerPolicy\": \"static\""));
    EXPECT_THAT(
        made.plan->changes.actions,
        testing::Contains(testing::VariantWith<SetAssignment>(testing::AllOf(
            testing::Field(&SetAssignment::name, "IRQBALANCE_BANNED_CPULIST"),
            testing::Field(&SetAssignment::value, "4-23,28-47")
        )))
    );
    EXPECT_THAT(
        sysctls_of(*made.plan),
        testing::UnorderedElementsAre(
            "net.ipv4.conf.default.rp_filter = 0",
            "net.ipv4.conf.all.rp_filter = 0",
            "net.ipv4.tcp_rmem = 187380 655360 6291456",
            "net.ipv4.udp_rmem_min >= 1048576",
            "net.ipv4.udp_wmem_min >= 1048576",
            "net.ipv6.conf.all.forwarding = 1",
            "net.core.rmem_max >= 4194304",
            "net.core.wmem_max >= 4194304",
            "net.core.rmem_default >= 1048576",
            "net.core.wmem_default >= 1048576"
        )
    );
    EXPECT_THAT(
        modules_of(*made.plan),
        testing::ElementsAre("vfio enable_unsafe_noiommu_mode=1", "vfio-pci")
    );
}

// What ios-xr/xrd-packer 3656c46 puts into an image: xrd-sysctl.conf, modules-load.d, modprobe.d
// and systemd/coredump.conf. Where more than it asks for is there already, that stays.
TEST(NodePlan, OfXrdSetsWhatItsImageHolds) {
    const Made made = make("base: xrd-vrouter\n", machine("m5.24xlarge", 1), {"16-23", "6"});
    ASSERT_TRUE(made.plan);
    EXPECT_THAT(
        sysctls_of(*made.plan),
        testing::UnorderedElementsAre(
            "fs.inotify.max_user_instances >= 65536",
            "fs.inotify.max_user_watches >= 65536",
            "kernel.randomize_va_space = 2",
            "net.core.rmem_max >= 67108864",
            "net.core.wmem_max >= 67108864",
            "net.core.rmem_default >= 67108864",
            "net.core.wmem_default >= 67108864",
            "net.core.netdev_max_backlog >= 300000",
            "net.core.optmem_max >= 67108864",
            "net.ipv4.udp_mem >= 1124736 10000000 67108864",
            "kernel.core_pattern = |/lib/systemd/systemd-coredump %P %u %g %s %t "
            "9223372036854775808 %h"
        )
    );
    EXPECT_THAT(
        modules_of(*made.plan),
        testing::ElementsAre(
            "uio", "igb_uio wc_activate=1", "vfio enable_unsafe_noiommu_mode=Y", "vfio-pci"
        )
    );
    const std::string cores = file_of(*made.plan, "/etc/systemd/coredump.conf.d/kiln-node.conf");
    for (const char* line :
         {"Storage=external",
          "Compress=yes",
          "ProcessSizeMax=32G",
          "ExternalSizeMax=32G",
          "MaxUse=32G",
          "KeepFree=16G"}) {
        EXPECT_THAT(cores, HasSubstr(std::string("\n") + line + "\n"));
    }
}

TEST(NodePlan, TellsKubeletInTheFormThatItsBootstrapReads) {
    const Made made = make(
        "cpus: {isolated: 16-23}\nkubelet: {align: true, form: kubelet, memory_manager: Static, "
        "reserved_memory: 1124Mi}\n",
        machine("m5.24xlarge", 1)
    );
    ASSERT_TRUE(made.plan) << testing::PrintToString(made.errors);
    const std::string text =
        file_of(*made.plan, "/etc/kubernetes/kubelet.conf.d/50-kiln-node.conf");
    EXPECT_THAT(text, HasSubstr("\"kind\": \"KubeletConfiguration\""));
    EXPECT_THAT(text, HasSubstr("\"reservedSystemCPUs\": \"0-15,24-47\""));
    EXPECT_THAT(text, HasSubstr("\"memory\": \"1124Mi\""));
    EXPECT_THAT(file_of(*made.plan, "/etc/eks/nodeadm.d/50-kiln-node.yaml"), HasSubstr("no "));
}

TEST(NodePlan, StartsAUnitForNicsThatComeLater) {
    const Made made = make("{}\n", machine("m5.24xlarge", 1));
    ASSERT_TRUE(made.plan);
    const std::string rules = file_of(*made.plan, "/etc/udev/rules.d/10-kiln-node.rules");
    EXPECT_THAT(
        rules,
        HasSubstr("ATTR{class}==\"0x02*\", TAG+=\"systemd\", "
                  "ENV{SYSTEMD_WANTS}+=\"kiln-node-bind@$kernel.service\"\n")
    );
    EXPECT_THAT(
        rules,
        HasSubstr(
            "ACTION==\"add|move\", SUBSYSTEM==\"net\", SUBSYSTEMS==\"pci\", TAG+=\"systemd\", "
            "ENV{SYSTEMD_WANTS}+=\"kiln-node-interrupts@$id.service\"\n"
        )
    );
    for (const auto& [unit, what, how] :
         {std::tuple{"kiln-node-bind@", "Tuning", "--device %i"},
          std::tuple{"kiln-node-interrupts@", "Interrupts", "--interrupts"}}) {
        const std::string text =
            file_of(*made.plan, std::string("/etc/systemd/system/") + unit + ".service");
        EXPECT_THAT(text, HasSubstr(std::string(what) + " of network device %i\n"));
        EXPECT_THAT(
            text, HasSubstr(std::string("\nExecStart=/usr/sbin/kiln-node apply ") + how + "\n")
        );
    }
}

TEST(NodePlan, OfXrdAsksForPagesWhereTheCoresAre) {
    const Made made = make("base: xrd-vrouter\n", machine("m5.24xlarge", 1), {"26-33", "6"});
    EXPECT_THAT(made.line(), HasSubstr(" default_hugepagesz=1G hugepagesz=1G hugepages=1:6 "));
    ASSERT_TRUE(made.plan);
    EXPECT_TRUE(made.plan->needs_reboot);
}

TEST(NodePlan, SpreadsPagesWhereTheKernelKnowsNoNodes) {
    NodeFacts facts = machine("m5.24xlarge", 1);
    facts.kernel.release = "5.10.220-209.869.amzn2.x86_64";
    const Made made = make("base: xrd-vrouter\n", facts, {"16-23", "6"});
    EXPECT_THAT(made.line(), HasSubstr(" hugepages=12 "));
    EXPECT_THAT(made.warnings, testing::Contains(HasSubstr("does not know hugepages=NODE:COUNT")));
}

TEST(NodePlan, LeavesASmallNodeOfMemoryAlone) {
    NodeFacts facts = machine("m5.24xlarge", 1);
    facts.nodes.push_back({.id = 2, .memory_kib = 960 * 1024});
    const Made made = make("base: xrd-vrouter\n", facts, {"26-33", "6"});
    EXPECT_THAT(made.errors, testing::IsEmpty());
    EXPECT_THAT(made.line(), HasSubstr(" hugepages=1:6 "));
}

TEST(NodePlan, NeedsNoRebootWhenTheLineIsInForce) {
    NodeFacts facts = machine("m5.24xlarge", 1);
    facts.kernel.command_line =
        "root=/dev/xvda " + make("base: xrd-vrouter\n", facts, {"16-23", "6"}).line();
    const Made made = make("base: xrd-vrouter\n", facts, {"16-23", "6"});
    ASSERT_TRUE(made.plan);
    EXPECT_FALSE(made.plan->needs_reboot);
}

struct CoresCase {
    const char* name;
    const char* type;
    int threads;
    const char* isolated;
    const char* want;
};

TEST(NodePlan, TakesWholeCoresFromTheTop) {
    const CoresCase cases[] = {
        {"a count, no NIC to be near", "m5.24xlarge", 1, "{count: 4}", "20-23"},
        {"a count on a node", "m5.24xlarge", 1, "{count: 4, node: 1}", "44-47"},
        {"with siblings", "m5.24xlarge", 2, "{count: 2}", "22-23,70-71"},
        {"more than one node has", "m5.24xlarge", 1, "{count: 24}", "1-23,47"},
        {"all but two of each node", "m5.24xlarge", 1, "{all_but: 2}", "2-23,26-47"},
        {"one node", "m5.12xlarge", 2, "{all_but: 2}", "2-23,26-47"},
        {"the kernel's language", "m5.24xlarge", 1, "8-15:1/2", "8,10,12,14"},
        {"to the last one", "c6gn.16xlarge", 1, "32-N", "32-63"},
    };
    for (const CoresCase& c : cases) {
        SCOPED_TRACE(c.name);
        const Made made = make(
            std::string("cpus:\n  isolated: ") + c.isolated + "\n", machine(c.type, c.threads)
        );
        EXPECT_THAT(made.errors, testing::IsEmpty());
        ASSERT_TRUE(made.plan);
        EXPECT_EQ(print_cpu_list(made.plan->isolated), c.want);
    }
}

TEST(NodePlan, SaysThatNoCoreIsLeftToIsolate) {
    const Made made = make("cpus: {isolated: {all_but: 4}}\n", machine("m5.2xlarge", 2));
    ASSERT_TRUE(made.plan);
    EXPECT_THAT(
        made.warnings, testing::Contains("nothing is isolated: no NUMA node has more than 4 cores")
    );
}

struct ContradictionCase {
    const char* profile;
    const char* want;
};

TEST(NodePlan, RefusesWhatCanNotBe) {
    const ContradictionCase cases[] = {
        {"cpus: {isolated: 40-99}",
         "CPU list \"40-99\": CPU 99 can not be: the highest is 95, and the kernel drops the whole "
         "list"},
        {"cpus: {isolated: 5-3}", "CPU list \"5-3\": the range 5-3 runs backwards"},
        {"cpus: {isolated: '0-3,48-51'}",
         "the core of CPU 0 (0,48) can not be isolated: the kernel keeps time on it"},
        {"cpus: {isolated: 16-23}",
         "isolated CPUs 16-23 share their cores with 64-71, which are not isolated"},
        {"cpus: {isolated: '1-47,49-95'}", "one core is left for the system; it needs two"},
        {"cpus: {isolated: '16,64', housekeeping: '0-15'}",
         "housekeeping is written as 0-15, but what is not isolated is 0-15,17-63,65-95"},
        {"cpus: {isolated: {count: 200}}",
         "200 cores can not be isolated: 46 are there, when one of each NUMA node stays with the "
         "system"},
        {"hugepages: [{size: 1G, count: 200}]",
         "200 pages of 1G on NUMA node 0 are more than it can give: of its 188 GiB 169 fit"},
        {"hugepages: [{size: 1G, count: 4, node: 2}]", "NUMA node 2 does not exist"},
        {"hugepages: [{size: 16M, count: 4}]", "this CPU and kernel have no pages of 16M"},
        {"nics: [{device: '1d0f:ec20', driver: igb_uio}]",
         "NIC 0000:00:05.0 carries the default route: taking it away cuts the node off"},
        {"nics: [{pci: '0000:00:06.0', driver: vfio-pci}]",
         "vfio-pci for 0000:00:06.0 needs an IOMMU, and this machine has none"},
        {"nics: [{mac: '0a:00:00:00:00:09', driver: igb_uio}]", "no NIC has MAC 0a:00:00:00:00:09"},
        {"nics: [{pci: '0000:00:06.0', resource: a}, {mac: '0A:00:00:00:00:02', resource: b}]",
         "NIC 0000:00:06.0 is taken by the rule for address 0000:00:06.0 too"},
        {"nics: [{tag: 'role=data', pci: '0000:00:06.0'}]",
         "a node can not see the tags of its interfaces: its metadata has only those of the "
         "instance"},
        {"kubelet: {memory_manager: Static}",
         "kubelet's memory manager Static needs reserved_memory"},
        {"kubelet: {memory_manager: Static, reserved_memory: lots}",
         "reserved_memory is an amount such as 1124Mi; found \"lots\""},
        {"kubelet: {reserved_memory: 1124Mi}",
         "reserved_memory is for memory_manager: Static alone"},
        {"kubelet: {reserved_cpus: 0-3}",
         "kubelet's reserved CPUs are written as 0-3, but the housekeeping CPUs are 0-95"},
        {"sysctls: {kernel.panic: 0}",
         "kernel.panic is kubelet's: it does not start when the value is another"},
        {"kernel_arguments: ['vfio-pci.ids=1d0f:ec20']",
         "vfio-pci.ids=1d0f:ec20 takes every NIC of that kind, the one that the node is reached by "
         "too"},
    };
    NodeFacts facts = machine("m5.24xlarge", 2);
    facts.nics = {
        ena("0000:00:05.0", "0a:00:00:00:00:01", "the default route"),
        ena("0000:00:06.0", "0a:00:00:00:00:02")};
    for (const ContradictionCase& c : cases) {
        SCOPED_TRACE(c.profile);
        const Made made = make(std::string(c.profile) + "\n", facts);
        EXPECT_FALSE(made.plan);
        EXPECT_THAT(made.errors, testing::ElementsAre(c.want));
    }
}

TEST(NodePlan, GivesNicsToTheDevicePlugin) {
    NodeFacts facts = machine("m5.24xlarge", 1);
    facts.nics = {
        ena("0000:00:05.0", "0a:00:00:00:00:01", "the default route"),
        ena("0000:00:06.0", "0a:00:00:00:00:02")};
    const Made made =
        make("nics:\n  - {mac: '0a:00:00:00:00:02', driver: igb_uio, resource: fast}\n", facts);
    ASSERT_TRUE(made.plan);
    std::string text;
    for (const NodeAction& action : made.plan->changes.actions) {
        if (const auto* file = std::get_if<WriteFile>(&action)) {
            text += file->path == "/etc/pcidp/config.json" ? file->content : "";
        }
    }
    EXPECT_THAT(text, HasSubstr("\"resourceName\": \"fast\""));
    EXPECT_THAT(text, HasSubstr("\"0000:00:06.0\""));
    EXPECT_THAT(made.warnings, testing::Contains(HasSubstr("does not tell its NUMA node")));
}

TEST(NodePlan, CallsTheDevicePluginsResourcesAsTheAwsSampleDoes) {
    NodeFacts facts = machine("m5.24xlarge", 1);
    facts.nics = {
        ena("0000:00:05.0", "0a:00:00:00:00:01", "the default route"),
        ena("0000:00:06.0", "0a:00:00:00:00:02"),
        ena("0000:00:07.0", "0a:00:00:00:00:03")};
    const Made made = make(
        "device_plugin: aws-sample\n"
        "nics:\n"
        "  - {pci: '0000:00:06.0', driver: igb_uio}\n"
        "  - {pci: '0000:00:07.0', driver: igb_uio}\n",
        facts
    );
    ASSERT_TRUE(made.plan) << testing::PrintToString(made.errors);
    const std::string text = file_of(*made.plan, "/etc/pcidp/config.json");
    EXPECT_THAT(text, HasSubstr("\"resourceName\": \"intel_sriov_netdevice_1\""));
    EXPECT_THAT(text, HasSubstr("\"resourceName\": \"intel_sriov_netdevice_2\""));
}

TEST(NodePlan, KeepsTheUnsafeModeOffWhereThereIsAnIommu) {
    const std::string profile =
        "modules:\n  - {name: vfio, options: [enable_unsafe_noiommu_mode=1]}\n";
    NodeFacts facts = machine("c5.metal", 2);
    const auto options = [&] {
        const Made made = make(profile, facts);
        std::string text;
        for (const NodeAction& action : made.plan->changes.actions) {
            if (const auto* module = std::get_if<LoadModule>(&action)) {
                text += join(module->options, " ");
            }
        }
        return text;
    };
    EXPECT_EQ(options(), "enable_unsafe_noiommu_mode=1");
    facts.has_iommu = true;
    EXPECT_EQ(options(), "");
}

TEST(NodePlan, OfEveryShippedProfileFitsEveryInstanceTypeOrSaysWhyNot) {
    for (const ShippedProfile& shipped : shipped_profiles()) {
        for (const InstanceType& type : instance_types()) {
            SCOPED_TRACE(std::string(shipped.name) + " on " + std::string(type.name));
            const Made made = make(
                std::string(shipped.text),
                facts_of_type(type, type.threads),
                {std::nullopt, std::optional<std::string>("2")}
            );
            EXPECT_NE(made.plan.has_value(), !made.errors.empty());
            if (type.memory_gib > 16) {
                EXPECT_THAT(made.errors, testing::IsEmpty());
            }
        }
    }
}

TEST(PlanPicture, ShowsEveryCpuOnceByItsRole) {
    const NodeFacts facts = machine("m5.24xlarge", 2);
    const Made made = make("cpus: {isolated: '16-23,64-71'}\n", facts);
    ASSERT_TRUE(made.plan);
    const std::string svg = draw_plan(*made.plan, facts);
    const auto count = [&](const std::string& what) {
        std::size_t found = 0;
        for (std::size_t at = svg.find(what); at != std::string::npos;
             at = svg.find(what, at + 1)) {
            ++found;
        }
        return found;
    };
    // One square more of each in the legend.
    EXPECT_EQ(count("class=\"isolated\""), 16u + 1);
    EXPECT_EQ(count("class=\"housekeeping\""), 80u + 1);
    EXPECT_EQ(count("class=\"core\""), 48u);
    EXPECT_EQ(count("NUMA node "), 2u);
    EXPECT_EQ(count("@media (prefers-color-scheme: dark)"), 1u);
}

}  // namespace
}  // namespace kiln::node
