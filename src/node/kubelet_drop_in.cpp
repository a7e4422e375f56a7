#include "node/kubelet_drop_in.hpp"

#include "node/durable_write.hpp"

#include <nlohmann/json.hpp>

namespace kiln::node {

namespace {

using Json = nlohmann::ordered_json;

const std::string kNodeadmTaint = kNodeadmDropIns + "/60-kiln-node-degraded.yaml";
const std::string kKubeletTaint = kKubeletDropIns + "/60-kiln-node-degraded.conf";
constexpr const char* kTaintKey = "kiln.dev/degraded";

/// JSON is YAML, which both readers take.
std::string node_config(Json kubelet) {
    const Json document = {
        {"apiVersion", "node.eks.aws/v1alpha1"},
        {"kind", "NodeConfig"},
        {"spec", {{"kubelet", std::move(kubelet)}}}};
    return kOwnedHeader + document.dump(2) + "\n";
}

std::string kubelet_configuration(const Json& settings) {
    Json document = {
        {"apiVersion", "kubelet.config.k8s.io/v1beta1"}, {"kind", "KubeletConfiguration"}};
    document.update(settings);
    return kOwnedHeader + document.dump(2) + "\n";
}

// kubelet refuses reservedSystemCPUs together with either cgroup, which nodeadm sets both.
Json settings_of(const KubeletRequest& request, const std::string& housekeeping, int memory_node) {
    Json settings = {
        {"cpuManagerPolicy", request.cpu_manager_policy},
        {"reservedSystemCPUs", housekeeping},
        {"systemReservedCgroup", ""},
        {"kubeReservedCgroup", ""},
        {"topologyManagerPolicy", request.topology_manager_policy}};
    if (request.cpu_manager_policy == "static" && request.full_pcpus_only) {
        settings["cpuManagerPolicyOptions"] = {{"full-pcpus-only", "true"}};
    }
    if (request.memory_manager_policy == "Static") {
        settings["memoryManagerPolicy"] = request.memory_manager_policy;
        settings["reservedMemory"] = Json::array(
            {{{"numaNode", memory_node}, {"limits", {{"memory", request.reserved_memory}}}}}
        );
    }
    return settings;
}

}  // namespace

WriteFile kubelet_drop_in(
    const KubeletRequest& request, const std::string& housekeeping, int memory_node
) {
    const Json settings = settings_of(request, housekeeping, memory_node);
    WriteFile file;
    switch (request.form) {
        case KubeletRequest::Form::nodeadm:
            file.path = kNodeadmDropIns + "/50-kiln-node.yaml";
            file.content = node_config({{"config", settings}});
            break;
        case KubeletRequest::Form::kubelet:
            file.path = kKubeletDropIns + "/50-kiln-node.conf";
            file.content = kubelet_configuration(settings);
            break;
    }
    file.reason = "kubelet hands out the CPUs that are isolated, and keeps the others";
    return file;
}

std::vector<WriteFile> degraded_taint_drop_ins(const NodeTree& tree) {
    const std::string reason = "the node joins with a taint: it is not tuned as planned";
    std::vector<WriteFile> files = {
        {kNodeadmTaint,
         node_config(
             {{"flags", {std::string("--register-with-taints=") + kTaintKey + "=true:NoSchedule"}}}
         ),
         0644,
         reason}};
    if (tree.exists(kKubeletDropIns)) {
        const Json taint = {{"key", kTaintKey}, {"value", "true"}, {"effect", "NoSchedule"}};
        files.push_back(
            {kKubeletTaint,
             kubelet_configuration({{"registerWithTaints", Json::array({taint})}}),
             0644,
             reason}
        );
    }
    return files;
}

void remove_degraded_taint(const NodeTree& tree) {
    remove_file(tree, kNodeadmTaint);
    remove_file(tree, kKubeletTaint);
}

}  // namespace kiln::node
