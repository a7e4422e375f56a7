#include "node/kubelet_drop_in.hpp"

#include "node/applied.hpp"
#include "node/first_boot.hpp"
#include "node/testing/tree_fixture.hpp"
#include "node/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kiln::node {
namespace {

nlohmann::json parse(const WriteFile& file) {
    return nlohmann::json::parse(file.content.substr(file.content.find('\n') + 1));
}

TEST(KubeletDropIn, IsANodeConfigForNodeadm) {
    const WriteFile file = kubelet_drop_in({.align = true}, "0-15,24-47", 0);
    EXPECT_EQ(file.path, "/etc/eks/nodeadm.d/50-kiln-node.yaml");
    EXPECT_EQ(parse(file), nlohmann::json::parse(R"({
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"config": {
            "cpuManagerPolicy": "static",
            "cpuManagerPolicyOptions": {"full-pcpus-only": "true"},
            "reservedSystemCPUs": "0-15,24-47",
            "systemReservedCgroup": "",
            "kubeReservedCgroup": "",
            "topologyManagerPolicy": "restricted"}}}})"));
}

TEST(KubeletDropIn, IsAKubeletConfigurationForKubeletItself) {
    const WriteFile file = kubelet_drop_in(
        {.form = KubeletRequest::Form::kubelet,
         .topology_manager_policy = "single-numa-node",
         .full_pcpus_only = false,
         .memory_manager_policy = "Static",
         .reserved_memory = "1124Mi"},
        "0-1",
        2
    );
    EXPECT_EQ(file.path, "/etc/kubernetes/kubelet.conf.d/50-kiln-node.conf");
    EXPECT_EQ(parse(file), nlohmann::json::parse(R"({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "cpuManagerPolicy": "static",
        "reservedSystemCPUs": "0-1",
        "systemReservedCgroup": "",
        "kubeReservedCgroup": "",
        "topologyManagerPolicy": "single-numa-node",
        "memoryManagerPolicy": "Static",
        "reservedMemory": [{"numaNode": 2, "limits": {"memory": "1124Mi"}}]})"));
}

/// A boot of a node whose checks find `status`.
NodeState boot(const TreeFixture& node, CheckStatus status, OnFailure on_failure) {
    return run_boot(
        node.tree,
        "p",
        on_failure,
        1000,
        {.apply = [] { return ApplyReport{.next_boot_is_right = true}; },
         .verify =
             [&] {
                 Checks checks;
                 checks.expect(false, status, "huge.node0", "/sys", "3", "6", "reboot");
                 return checks.results;
             },
         .reboot = [] { FAIL(); },
         .tell = [](const std::string&) {}}
    );
}

constexpr const char* kNodeadmTaint = "/etc/eks/nodeadm.d/60-kiln-node-degraded.yaml";
constexpr const char* kKubeletTaint = "/etc/kubernetes/kubelet.conf.d/60-kiln-node-degraded.conf";

TEST(DegradedTaint, IsPutWhenTheNodeFailsAndTakenWhenItIsTuned) {
    TreeFixture node;
    node.put("/etc/kubernetes/kubelet.conf.d/50-kiln-node.conf", "{}")
        .put("/proc/sys/kernel/random/boot_id", "b0\n");
    EXPECT_EQ(boot(node, CheckStatus::fail, OnFailure::taint).phase, Phase::degraded);
    EXPECT_FALSE(node.tree.exists(kHoldPath));
    EXPECT_EQ(parse({.content = node.text(kNodeadmTaint)}), nlohmann::json::parse(R"({
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"flags":
            ["--register-with-taints=kiln.dev/degraded=true:NoSchedule"]}}})"));
    EXPECT_EQ(parse({.content = node.text(kKubeletTaint)}), nlohmann::json::parse(R"({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "registerWithTaints":
            [{"key": "kiln.dev/degraded", "value": "true", "effect": "NoSchedule"}]})"));
    node.put("/proc/sys/kernel/random/boot_id", "b1\n");
    EXPECT_EQ(boot(node, CheckStatus::warn, OnFailure::taint).phase, Phase::active);
    EXPECT_FALSE(node.tree.exists(kNodeadmTaint));
    EXPECT_FALSE(node.tree.exists(kKubeletTaint));
}

TEST(DegradedTaint, IsNotPutForANodeThatIsHeldOrJoinsAsItIs) {
    for (const OnFailure on_failure : {OnFailure::hold, OnFailure::join}) {
        TreeFixture node;
        node.put("/proc/sys/kernel/random/boot_id", "b0\n");
        EXPECT_EQ(boot(node, CheckStatus::fail, on_failure).phase, Phase::degraded);
        EXPECT_FALSE(node.tree.exists(kNodeadmTaint));
        EXPECT_EQ(node.tree.exists(kHoldPath), on_failure == OnFailure::hold);
    }
}

TEST(DegradedTaint, GoesToNodeadmAloneWhereKubeletHasNoFolder) {
    const std::vector<WriteFile> files = degraded_taint_drop_ins(TreeFixture().tree);
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(files.front().path, kNodeadmTaint);
}

TEST(VerifyKubelet, SeesWhetherItReadsTheDropIn) {
    TreeFixture node;
    const PlannedChanges changes{
        .actions = {kubelet_drop_in({.form = KubeletRequest::Form::kubelet}, "0-1", 0)}};
    const auto status = [&](const std::string& command_line) {
        node.put("/proc/77/comm", "kubelet\n").put("/proc/77/cmdline", command_line);
        Checks checks;
        check_kubelet(node.tree, changes, checks);
        EXPECT_EQ(checks.results.size(), 1u);
        return checks.results.front().status;
    };
    using std::string_literals::operator""s;
    EXPECT_EQ(status("kubelet\0--v=2\0"s), CheckStatus::fail);
    EXPECT_EQ(status("kubelet\0--config-dir=/etc/kubernetes/kubelet.conf.d\0"s), CheckStatus::pass);
    EXPECT_EQ(
        status("kubelet\0--config-dir\0/etc/kubernetes/kubelet.conf.d\0"s), CheckStatus::pass
    );
}

}  // namespace
}  // namespace kiln::node
