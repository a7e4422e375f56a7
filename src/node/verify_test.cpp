#include "node/verify.hpp"

#include "node/applied.hpp"
#include "node/host_check.hpp"
#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kLine =
    "nohz=on skew_tick=1 intel_pstate=disable tsc=reliable nosoftlockup default_hugepagesz=1G "
    "hugepagesz=1G hugepages=4 isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1";
const std::string kPages = "/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/";

// Up to field 21 of /proc/PID/stat.
const std::string kKubelet = "77 (kube) let) S 1 77 77 0 -1 4 1 1 1 1 1 1 1 1 20 0 9 0 ";

PlannedChanges changes() {
    return {
        .hash = "h1",
        .actions =
            {WriteFile{.path = "/etc/sysctl.d/99-zz-kiln-node.conf", .content = "a=1\n"},
             SetAssignment{"/etc/default/irqbalance", "IRQBALANCE_BANNED_CPULIST", "2-3", ""},
             MakeLink{"/etc/systemd/system/x.wants/k.service", "../k.service", ""},
             SetKernelValue{
                 .path = "/proc/sys/net/core/rmem_max",
                 .value = "67108864",
                 .rule = SetKernelValue::Rule::at_least},
             SetHugepages{.node = 0, .count = 4},
             MoveInterrupts{"0-1", "2-3", ""},
             LoadModule{.name = "vfio-pci"},
             BindDevice{.address = "0000:00:06.0", .driver = "vfio-pci"}},
        .kernel = {split_kernel_line(kLine), {}}};
}

/// A node on which everything is as planned, and as host-check wants it.
void put_good_node(TreeFixture& node) {
    const std::string nic = "/sys/bus/pci/devices/0000:00:06.0/";
    const std::string cpus = "/sys/devices/system/cpu/";
    node.put(kAppliedPath, print_applied(applied_from(changes(), "b")))
        .put("/proc/cmdline", std::string("root=a ") + kLine + "\n")
        .put(
            "/boot/loader/entries/m-6.1.conf",
            std::string("title A\nversion 6.1.0\noptions root=a ") + kLine + "\n"
        )
        .put(
            "/lib/modules/6.1.0/modules.dep",
            "kernel/vfio-pci.ko:\nkernel/dummy.ko:\nkernel/nf_tables.ko:\n"
        )
        .put(cpus + "present", "0-3\n")
        .put(cpus + "online", "0-3\n")
        .put(cpus + "offline", "\n")
        .put(cpus + "isolated", "2-3\n")
        .put(cpus + "nohz_full", "2-3\n")
        .put("/dev/kmsg", "6,9,0,-;rcu: \tOffload RCU callbacks from CPUs: 2-3.\n")
        .put(cpus + "cpu2/topology/core_cpus_list", "2-3\n")
        .put(cpus + "cpu3/topology/core_cpus_list", "2-3\n")
        .put("/proc/1/status", "Name:\tsystemd\nVmSize:\t1 kB\nCpus_allowed_list:\t0-1\n")
        .put("/proc/1/comm", "systemd\n")
        .put("/proc/irq/default_smp_affinity", "3\n")
        .put("/proc/irq/24/smp_affinity_list", "0-1\n")
        .put("/sys/kernel/irq/24/actions", "eth0\n")
        .put("/sys/kernel/irq/24/per_cpu_count", "5,0,0,0\n")
        .put("/sys/devices/virtual/workqueue/cpumask", "3\n")
        .put("/sys/devices/virtual/workqueue/scsi_tmf_0/cpumask", "f\n")  // came later
        .put("/etc/default/irqbalance", "IRQBALANCE_BANNED_CPULIST=2-3\n")
        .put(kPages + "nr_hugepages", "4\n")
        .put(kPages + "free_hugepages", "4\n")
        .put(
            "/sys/devices/system/node/node0/meminfo",
            "Node 0 MemTotal: 8388608 kB\nNode 0 MemFree: 3000000 kB\nNode 0 FilePages: 1 kB\n"
        )
        .put(
            "/proc/meminfo",
            "MemAvailable: 6000000 kB\nHugePages_Total: 4\nHugePages_Free: 4\n"
            "Hugepagesize: 1048576 kB\n"
        )
        .put("/proc/mounts", "hugetlbfs /dev/hugepages hugetlbfs rw 0 0\n")
        .put("/proc/sys/net/core/rmem_max", "67108864\n")
        .put("/sys/module/vfio_pci/refcnt", "0\n")
        .put(nic + "class", "0x020000\n")
        .put(nic + "driver_override", "vfio-pci\n")
        .link(nic + "driver", "../vfio-pci")
        .link(nic + "iommu_group", "../../4")
        .put("/sys/class/iommu/dmar0/devices/0000:00:06.0", "")
        .put(
            "/proc/net/route",
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
            "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n"
        )
        .put("/etc/sysctl.d/99-zz-kiln-node.conf", "a=1\n")
        .link("/etc/systemd/system/x.wants/k.service", "../k.service")
        .put("/proc/stat", "cpu 1 2\nbtime 4000000000\nprocesses 9\n")
        .put("/proc/77/comm", "kubelet\n")
        .put("/proc/77/stat", kKubelet + "500 9\n")
        // host-check
        .put("/proc/sys/kernel/arch", "x86_64\n")
        .put("/proc/sys/kernel/osrelease", "6.1.0\n")
        .put("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu memory pids\n")
        .put("/proc/sys/fs/inotify/max_user_instances", "65536\n")
        .put("/proc/sys/fs/inotify/max_user_watches", "524288\n")
        .put("/proc/sys/net/core/netdev_max_backlog", "300000\n")
        .put("/proc/sys/net/core/optmem_max", "67108864\n")
        .put("/proc/sys/net/core/rmem_default", "67108864\n")
        .put("/proc/sys/net/core/wmem_default", "67108864\n")
        .put("/proc/sys/net/core/wmem_max", "67108864\n")
        .put("/proc/sys/net/ipv4/udp_mem", "1124736\t10000000\t67108864\n")
        .put("/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P\n")
        .put("/proc/sys/kernel/randomize_va_space", "2\n")
        .put("/proc/sys/kernel/shmmax", "18446744073692774399\n")
        .put("/proc/cpuinfo", "processor : 0\nflags\t\t: fpu ssse3 sse4_1 sse4_2 avx\n");
}

std::vector<std::string> not_passed(const CheckResults& results) {
    std::vector<std::string> ids;
    for (const CheckResult& one : results) {
        if (one.status == CheckStatus::warn || one.status == CheckStatus::fail) {
            ids.push_back(name_of(one.status) + " " + one.id);
            EXPECT_NE(one.path, "") << one.id;
            EXPECT_NE(one.expected, "") << one.id;
            EXPECT_NE(one.remedy, "") << one.id;
        }
    }
    return ids;
}

TEST(VerifyNode, AGoodNodePasses) {
    TreeFixture node;
    put_good_node(node);
    EXPECT_THAT(not_passed(verify_node(node.tree, changes())), IsEmpty());
    EXPECT_THAT(not_passed(host_check(node.tree, HostCheckFor::xrd_vrouter)), IsEmpty());
}

struct Drift {
    const char* path;
    const char* content;
    const char* id;  ///< the one check that sees it
};

const Drift kDrifts[] = {
    {"/var/lib/kiln-node/applied.json", "{}", "fail plan.present"},
    {"/proc/cmdline", "root=a quiet\n", "fail cmdline.running"},
    {"/boot/loader/entries/m-6.1.conf", "version 6.1.0\noptions root=a\n", "fail cmdline.next"},
    {"/sys/devices/system/cpu/present", "0-7\n", "fail cpu.present"},
    {"/sys/devices/system/cpu/offline", "3\n", "fail cpu.online"},
    {"/sys/devices/system/cpu/offline", "1\n", "warn cpu.online"},
    {"/sys/devices/system/cpu/isolated", "\n", "fail cpu.isolated"},
    {"/sys/devices/system/cpu/nohz_full", "  (null)\n", "fail cpu.nohz"},
    {"/dev/kmsg", "6,9,0,-;rcu: \tOffload RCU callbacks from CPUs: (none).\n", "warn cpu.rcu"},
    {"/dev/kmsg", "6,9,0,-;rcu: \tOffload RCU callbacks from CPUs: 3.\n", "warn cpu.rcu"},
    {"/sys/devices/system/cpu/cpu2/topology/core_cpus_list", "1-2\n", "warn cpu.smt"},
    {"/proc/9/status", "Name:\tx\nVmSize:\t1 kB\nCpus_allowed_list:\t0-3\n", "warn cpu.tasks"},
    {"/proc/irq/default_smp_affinity", "f\n", "fail irq.default"},
    {"/etc/default/irqbalance", "IRQBALANCE_BANNED_CPULIST=\n", "warn irqbalance"},
    {"/sys/devices/virtual/workqueue/cpumask", "f\n", "warn wq"},
    {"/sys/class/net/eth0/queues/rx-0/rps_cpus", "4\n", "warn rps"},
    {"/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages",
     "3\n",
     "fail huge.node0.1GiB"},
    {"/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages",
     "5\n",
     "warn huge.node0.1GiB"},
    {"/sys/devices/system/node/node0/meminfo",
     "Node 0 MemTotal: 8388608 kB\nNode 0 MemFree: 300000 kB\n",
     "warn mem.headroom.node0"},
    {"/proc/meminfo", "Hugepagesize: 2048 kB\n", "fail huge.default"},
    {"/proc/mounts", "", "warn huge.mount"},
    {"/proc/stat", "cpu 1 2\nbtime 1000000000\n", "warn huge.kubelet"},
    {"/proc/sys/net/core/rmem_max", "212992\n", "fail sysctl.net.core.rmem_max"},
    {"/lib/modules/6.1.0/modules.dep", "kernel/dummy.ko:\n", "fail mod.vfio-pci.next"},
    {"/sys/bus/pci/devices/0000:00:06.0/driver_override",
     "(null)\n",
     "warn bind.0000:00:06.0.lasting"},
    {"/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n", "warn noiommu"},
    {"/proc/net/route", "", "warn bind.protected"},
    {"/etc/sysctl.d/99-zz-kiln-node.conf", "a=2\n", "fail files"},
    {"/etc/tuned/active_profile", "xrd-eks-node\n", "warn other.tools"},
    {"/etc/kubernetes/kubelet/config.json",
     "{\"reservedSystemCPUs\": \"0\"}",
     "fail kubelet.reserved"},
    {"/etc/kubernetes/kubelet/config.json",
     "{\"reservedSystemCPUs\": \"0-1\", \"systemReservedCgroup\": \"/system\"}",
     "fail kubelet.cgroups"},
};

TEST(VerifyNode, ALogThatDoesNotReachBackSaysNothing) {
    TreeFixture node;
    put_good_node(node);
    node.put("/dev/kmsg", "6,99,0,-;eth0: link up\n");
    EXPECT_THAT(not_passed(verify_node(node.tree, changes())), IsEmpty());
}

TEST(VerifyNode, EachDriftIsSeenByItsCheck) {
    for (const Drift& drift : kDrifts) {
        SCOPED_TRACE(drift.path);
        TreeFixture node;
        put_good_node(node);
        node.put(drift.path, drift.content);
        EXPECT_THAT(not_passed(verify_node(node.tree, changes())), ElementsAre(drift.id));
    }
}

TEST(VerifyNode, NamesTheFileThatOverrides) {
    TreeFixture node;
    put_good_node(node);
    node.put("/proc/sys/net/core/rmem_max", "1\n")
        .put("/etc/sysctl.conf", "# x\nnet.core.rmem_max = 1\n");
    for (const CheckResult& one : verify_node(node.tree, changes())) {
        if (one.id == "sysctl.net.core.rmem_max") {
            EXPECT_THAT(one.remedy, HasSubstr("/etc/sysctl.conf:2"));
            EXPECT_EQ(one.found, "1");
            EXPECT_EQ(one.expected, "at least 67108864");
        }
    }
}

TEST(VerifyNode, AnInterruptCountsOnlyWhenItCame) {
    TreeFixture node;
    put_good_node(node);
    node.put("/proc/irq/24/smp_affinity_list", "0-3\n");
    EXPECT_THAT(not_passed(verify_node(node.tree, changes())), IsEmpty());
    node.put("/sys/kernel/irq/24/per_cpu_count", "5,0,0,1\n");
    EXPECT_THAT(not_passed(verify_node(node.tree, changes())), ElementsAre("warn irq.each"));
}

const Drift kHostDrifts[] = {
    {"/proc/sys/kernel/arch", "aarch64\n", "fail host.architecture"},
    {"/sys/devices/system/cpu/online", "0\n", "fail host.cpu_cores"},
    {"/proc/sys/kernel/osrelease", "4.5.1\n", "fail host.kernel"},
    {"/proc/sys/kernel/osrelease", "4.18.0-240.1.el8.x86_64\n", "fail host.kernel"},
    {"/lib/modules/6.1.0/modules.dep", "/vfio-pci.ko\n/dummy.ko\n", "fail host.module.nf_tables"},
    {"/sys/fs/cgroup/cgroup.controllers", "", "fail host.cgroups"},
    {"/proc/sys/fs/inotify/max_user_watches", "63999\n", "warn host.inotify.max_user_watches"},
    {"/proc/sys/fs/inotify/max_user_instances", "3999\n", "fail host.inotify.max_user_instances"},
    {"/proc/sys/net/core/netdev_max_backlog", "299999\n", "warn host.socket.netdev_max_backlog"},
    {"/proc/sys/net/core/wmem_max", "67108863\n", "warn host.socket.wmem_max"},
    {"/proc/sys/net/ipv4/udp_mem", "1124736\t9999999\t67108864\n", "warn host.udp_mem"},
    {"/proc/sys/kernel/randomize_va_space", "1\n", "warn host.aslr"},
    {"/sys/kernel/security/apparmor/profiles", "other (enforce)\n", "fail host.apparmor"},
    {"/sys/module/vfio_pci/parameters/enable_sriov", "Y\n", "warn host.parameter.enable_sriov"},
    {"/sys/module/igb_uio/parameters/intr_mode", "legacy\n", "warn host.parameter.intr_mode"},
    {"/proc/sys/kernel/shmmax", "2147483647\n", "fail host.shmmax"},
    {"/sys/fs/cgroup/cpu.rt_runtime_us", "950000\n", "fail host.rt_group"},
    {"/proc/cpuinfo", "flags\t: fpu\n\nflags\t: ssse3 sse4_1\n", "fail host.cpu_extensions"},
    {"/proc/meminfo",
     "MemAvailable: 5242879 kB\nHugePages_Total: 4\nHugePages_Free: 4\nHugepagesize: 1048576 kB\n",
     "warn host.ram"},
    {"/proc/meminfo",
     "MemAvailable: 6000000 kB\nHugePages_Total: 4\nHugePages_Free: 2\nHugepagesize: 1048576 kB\n",
     "fail host.hugepages.free"},
    {"/proc/meminfo",
     "MemAvailable: 6000000 kB\nHugePages_Total: 4000\nHugePages_Free: 4000\nHugepagesize: 2048 "
     "kB\n",
     "warn host.hugepages.size"},
    {"/proc/meminfo", "MemAvailable: 6000000 kB\n", "fail host.hugepages"},
    {"/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n", "warn host.iommu"},
    {"/sys/bus/pci/devices/0000:00:06.0/class", "0x010000\n", "warn host.pci_devices"},
    {"/etc/system-release-cpe", "cpe:2.3:o:amazon:amazon_linux:2023\n", "fail host.driver"},
};

TEST(HostCheck, HasTheThresholdsOfCiscosScript) {
    for (const Drift& drift : kHostDrifts) {
        SCOPED_TRACE(drift.path);
        TreeFixture node;
        put_good_node(node);
        node.put(drift.path, drift.content);
        EXPECT_THAT(
            not_passed(host_check(node.tree, HostCheckFor::xrd_vrouter)), ElementsAre(drift.id)
        );
    }
}

TEST(HostCheck, JudgesTheCommandLineOnAmazonLinux) {
    TreeFixture node;
    put_good_node(node);
    node.put("/etc/system-release-cpe", "cpe:2.3:o:amazon:amazon_linux:2023\n")
        .put("/sys/module/igb_uio/parameters/intr_mode", "(null)\n");
    EXPECT_THAT(not_passed(host_check(node.tree, HostCheckFor::xrd_vrouter)), IsEmpty());
    node.put(
        "/proc/cmdline",
        "nohz=on skew_tick=1 intel_pstate=disable tsc=reliable nosoftlockup=1 "
        "default_hugepagesz=1G hugepagesz=1G hugepagesz=2M hugepages=4 "
        "isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-2"
    );
    EXPECT_THAT(
        not_passed(host_check(node.tree, HostCheckFor::xrd_vrouter)),
        ElementsAre(
            "fail host.cmdline.hugepagesz",
            "fail host.cmdline.isolcpus",
            "fail host.cmdline.isolated_cores"
        )
    );
}

TEST(VerifyNode, AnEmptyTreeIsNoCrash) {
    TreeFixture node;
    EXPECT_EQ(worst(verify_node(node.tree, changes())), CheckStatus::fail);
    EXPECT_EQ(worst(host_check(node.tree, HostCheckFor::xrd_control_plane)), CheckStatus::fail);
}

}  // namespace
}  // namespace kiln::node
