#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "node/cpu_list.hpp"
#include "node/profile.hpp"
#include "node/yaml.hpp"

#include <algorithm>
#include <charconv>

namespace kiln::node {

namespace {

constexpr int kMostBases = 4;
constexpr int kMostCores = 8192;
constexpr std::int64_t kMostPages = 1 << 20;

constexpr const char* kPlaceholders[] = {
    "isolated", "housekeeping", "housekeeping_mask", "hugepages", "hugepages_1g"};

void require_map(const YamlNode& node, const std::string& what, Diagnostics& diagnostics) {
    if (node.kind != YamlNode::Kind::map && node.kind != YamlNode::Kind::null) {
        diagnostics.error(node.range, what + " must be a map of keys and values");
    }
}

/// Takes the values of one map by key; what nobody has asked for at the end is unknown.
class MapReader {
public:
    MapReader(const YamlNode& map, std::string what, Diagnostics& diagnostics)
        : map_(map), what_(std::move(what)), diagnostics_(diagnostics) {
        require_map(map, what_, diagnostics_);
    }

    const YamlNode* take(const char* key) {
        known_.emplace_back(key);
        return map_.find(key);
    }

    void text(const char* key, std::string& value) {
        if (const YamlNode* node = scalar(key)) {
            value = node->scalar;
        }
    }

    void number(const char* key, std::int64_t most, std::int64_t& value) {
        if (const YamlNode* node = scalar(key)) {
            value = whole(*node, key, most).value_or(value);
        }
    }

    void number(const char* key, int most, int& value) {
        std::int64_t wide = value;
        number(key, std::int64_t{most}, wide);
        value = static_cast<int>(wide);
    }

    void number(const char* key, int most, std::optional<int>& value) {
        if (const YamlNode* node = scalar(key)) {
            if (const auto number = whole(*node, key, most)) {
                value = static_cast<int>(*number);
            }
        }
    }

    void truth(const char* key, bool& value) {
        choice<bool>(key, {{"true", true}, {"yes", true}, {"false", false}, {"no", false}}, value);
    }

    template <typename Value>
    void choice(
        const char* key, const std::vector<std::pair<std::string, Value>>& choices, Value& value
    ) {
        const YamlNode* node = scalar(key);
        if (node == nullptr) {
            return;
        }
        std::vector<std::string> names;
        for (const auto& [name, meaning] : choices) {
            if (name == node->scalar) {
                value = meaning;
                return;
            }
            names.push_back(name);
        }
        diagnostics_.error(
            node->range,
            std::string(key) + " is " + join(names, ", ") + "; found \"" + node->scalar + "\"",
            did_you_mean_hint(node->scalar, names)
        );
    }

    void finish() {
        for (const YamlNode::Entry& entry : map_.entries) {
            if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) {
                const std::string hint = did_you_mean_hint(entry.key, known_);
                diagnostics_.error(
                    entry.key_range,
                    what_ + " has no key \"" + entry.key + "\"",
                    hint.empty() ? "the keys are " + join(known_, ", ") : hint
                );
            }
        }
    }

private:
    const YamlNode* scalar(const char* key) {
        const YamlNode* node = take(key);
        if (node != nullptr && node->kind != YamlNode::Kind::scalar) {
            diagnostics_.error(
                node->range, std::string(key) + " needs a value in one word or text"
            );
            return nullptr;
        }
        return node;
    }

    std::optional<std::int64_t> whole(const YamlNode& node, const char* key, std::int64_t most) {
        const std::string& text = node.scalar;
        std::int64_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem == std::errc() && end == text.data() + text.size() && value >= 0 &&
            value <= most) {
            return value;
        }
        diagnostics_.error(
            node.range,
            std::string(key) + " is a whole number from 0 to " + std::to_string(most) +
                "; found \"" + text + "\""
        );
        return std::nullopt;
    }

    const YamlNode& map_;
    std::string what_;
    Diagnostics& diagnostics_;
    std::vector<std::string> known_;
};

class ProfileReader {
public:
    ProfileReader(SourceMap& sources, Diagnostics& diagnostics)
        : sources_(sources), diagnostics_(diagnostics) {}

    void read(const SourceFile& file, Profile& profile, int bases) {
        YamlNode root;
        try {
            root = parse_yaml(file);
        } catch (const Error& error) {
            diagnostics_.error(error.range(), error.message(), error.hint());
            return;
        }
        MapReader map(root, "a profile", diagnostics_);
        read_base(map, profile, bases);
        map.text("name", profile.name);
        if (const YamlNode* node = map.take("cpus")) {
            read_cores(*node, profile.cores);
        }
        if (const YamlNode* node = map.take("hugepages")) {
            read_hugepages(*node, profile);
        }
        if (const YamlNode* node = map.take("kernel_arguments")) {
            profile.kernel_arguments = kernel_words(*node);
        }
        if (const YamlNode* node = map.take("more_kernel_arguments")) {
            const auto more = kernel_words(*node);
            profile.kernel_arguments.insert(
                profile.kernel_arguments.end(), more.begin(), more.end()
            );
        }
        if (const YamlNode* node = map.take("nics")) {
            profile.nics.clear();
            for (const YamlNode& item : items(*node, "nics")) {
                profile.nics.push_back(read_nic(item));
            }
        }
        if (const YamlNode* node = map.take("sysctls")) {
            read_sysctls(*node, profile.sysctls);
        }
        if (const YamlNode* node = map.take("modules")) {
            read_modules(*node, profile.modules);
        }
        if (const YamlNode* node = map.take("coredump")) {
            for (const YamlNode::Entry& entry : node->entries) {
                profile.coredump[entry.key] = entry.value.scalar;
            }
        }
        const std::vector<std::pair<std::string, bool>> places = {
            {"housekeeping", true}, {"anywhere", false}};
        map.choice("interrupts", places, profile.move_interrupts);
        map.choice("workqueues", places, profile.move_workqueues);
        map.choice("services", places, profile.systemd_affinity);
        if (const YamlNode* node = map.take("kubelet")) {
            read_kubelet(*node, profile.kubelet);
        }
        map.choice<Profile::PluginNames>(
            "device_plugin",
            {{"own", Profile::PluginNames::own}, {"aws-sample", Profile::PluginNames::aws_sample}},
            profile.plugin_names
        );
        map.choice<OnFailure>(
            "on_failure",
            {{"hold", OnFailure::hold}, {"taint", OnFailure::taint}, {"join", OnFailure::join}},
            profile.on_failure
        );
        map.finish();
    }

private:
    void read_base(MapReader& map, Profile& profile, int bases) {
        const YamlNode* node = map.take("base");
        if (node == nullptr) {
            return;
        }
        std::vector<std::string> names;
        for (const ShippedProfile& shipped : shipped_profiles()) {
            names.emplace_back(shipped.name);
            if (shipped.name == node->scalar && bases < kMostBases) {
                read(
                    sources_.add(node->scalar + ".yaml", std::string(shipped.text)),
                    profile,
                    bases + 1
                );
                profile.name = profile.name.empty() ? node->scalar : profile.name;
                return;
            }
        }
        const std::string hint = did_you_mean_hint(node->scalar, names);
        diagnostics_.error(
            node->range,
            "there is no shipped profile \"" + node->scalar + "\"",
            hint.empty() ? "shipped are " + join(names, ", ") : hint
        );
    }

    const std::vector<YamlNode>& items(const YamlNode& node, const char* key) {
        if (node.kind != YamlNode::Kind::list && node.kind != YamlNode::Kind::null) {
            diagnostics_.error(node.range, std::string(key) + " must be a list");
        }
        return node.items;
    }

    void read_cores(const YamlNode& node, CoreRequest& cores) {
        MapReader map(node, "cpus", diagnostics_);
        if (const YamlNode* isolated = map.take("isolated")) {
            cores.range = isolated->range;
            read_isolated(*isolated, cores);
        }
        map.text("housekeeping", cores.housekeeping);
        map.choice<bool>(
            "smt", {{"whole-cores", false}, {"split-allowed", true}}, cores.allow_split_cores
        );
        map.number("least_isolated", kMostCores, cores.least_isolated);
        map.finish();
    }

    void read_isolated(const YamlNode& node, CoreRequest& cores) {
        if (node.kind == YamlNode::Kind::map) {
            MapReader map(node, "cpus.isolated", diagnostics_);
            std::optional<int> count;
            std::optional<int> all_but;
            map.number("count", kMostCores, count);
            map.number("all_but", kMostCores, all_but);
            map.number("node", kMostCores, cores.node);
            map.finish();
            if (count.has_value() == all_but.has_value()) {
                diagnostics_.error(
                    node.range, "cpus.isolated takes one of count and all_but, in whole cores"
                );
                return;
            }
            cores.how = count ? CoreRequest::How::count : CoreRequest::How::all_but;
            cores.cores = count.value_or(all_but.value_or(0));
            return;
        }
        std::vector<std::string> parts = {node.scalar};
        if (node.kind == YamlNode::Kind::list) {
            parts.clear();
            for (const YamlNode& item : node.items) {
                parts.push_back(item.scalar);
            }
        }
        cores.list = join(parts, ",");
        const bool none = cores.list.empty() || cores.list == "none";
        cores.how = none ? CoreRequest::How::none : CoreRequest::How::list;
        if (!none) {
            check_cpu_list(cores.list, node.range);
        }
    }

    /// With the most CPUs that a kernel can have; the plan reads it again for the machine.
    void check_cpu_list(const std::string& list, SourceRange range) {
        try {
            parse_cpu_list(list, kMostCores);
        } catch (const Error& error) {
            diagnostics_.error(range, error.message(), "write CPUs as 2-15,18");
        }
    }

    void read_hugepages(const YamlNode& node, Profile& profile) {
        if (node.kind == YamlNode::Kind::list) {
            read_pages(node, profile.pages);
            return;
        }
        MapReader map(node, "hugepages", diagnostics_);
        if (const YamlNode* pages = map.take("pages")) {
            read_pages(*pages, profile.pages);
        }
        if (const YamlNode* size = map.take("default")) {
            profile.default_page_kib = page_size(*size);
        }
        map.choice<PageForm>(
            "form",
            {{"per-node", PageForm::per_node}, {"spread", PageForm::spread}},
            profile.page_form
        );
        map.number("keep_memory", 1 << 16, profile.keep_memory_gib);
        map.finish();
    }

    void read_pages(const YamlNode& node, std::vector<PageRequest>& pages) {
        pages.clear();
        for (const YamlNode& item : items(node, "hugepages")) {
            PageRequest request;
            request.range = item.range;
            MapReader map(item, "an entry of hugepages", diagnostics_);
            if (const YamlNode* size = map.take("size")) {
                request.size_kib = page_size(*size);
            }
            map.number("count", kMostPages, request.count);
            if (const YamlNode* where = map.take("node")) {
                read_where(*where, request);
            }
            map.finish();
            const bool twice = std::any_of(pages.begin(), pages.end(), [&](const PageRequest& p) {
                return p.size_kib == request.size_kib &&
                       (p.where != PageRequest::Where::node ||
                        request.where != PageRequest::Where::node || p.node == request.node);
            });
            if (twice) {
                diagnostics_.error(
                    item.range,
                    "pages of this size are asked for twice",
                    "give each size one entry, or one for each NUMA node by number"
                );
            }
            pages.push_back(request);
        }
    }

    void read_where(const YamlNode& node, PageRequest& request) {
        using Where = PageRequest::Where;
        const std::pair<const char*, Where> words[] = {
            {"near-isolated", Where::near_isolated},
            {"near-nics", Where::near_nics},
            {"every", Where::every_node}};
        std::vector<std::string> names;
        for (const auto& [name, where] : words) {
            names.emplace_back(name);
            if (node.scalar == name) {
                request.where = where;
                return;
            }
        }
        const std::string& text = node.scalar;
        const auto [end, problem] =
            std::from_chars(text.data(), text.data() + text.size(), request.node);
        request.where = Where::node;
        if (problem != std::errc() || end != text.data() + text.size() || request.node < 0) {
            diagnostics_.error(
                node.range,
                "node is the number of a NUMA node or " + join(names, ", ") + "; found \"" + text +
                    "\"",
                did_you_mean_hint(text, names)
            );
        }
    }

    std::int64_t page_size(const YamlNode& node) {
        const std::int64_t bytes = parse_size(node.scalar).value_or(0);
        const std::int64_t kib = bytes / kKiB;
        if (bytes <= 0 || bytes % kKiB != 0 || (kib & (kib - 1)) != 0) {
            diagnostics_.error(
                node.range, "a page size is 2M, 1G or the like; found \"" + node.scalar + "\""
            );
            return kGiB / kKiB;
        }
        return kib;
    }

    std::vector<std::string> kernel_words(const YamlNode& node) {
        std::vector<std::string> words;
        for (const YamlNode& item : items(node, "kernel_arguments")) {
            if (split_kernel_line(item.scalar).size() != 1) {
                diagnostics_.error(
                    item.range,
                    "a kernel argument is one word; found \"" + item.scalar + "\"",
                    "give each argument a line of its own"
                );
            }
            check_placeholders(item);
            words.push_back(item.scalar);
        }
        return words;
    }

    void check_placeholders(const YamlNode& item) {
        const std::string& text = item.scalar;
        const std::vector<std::string> names(std::begin(kPlaceholders), std::end(kPlaceholders));
        for (std::size_t at = text.find('{'); at != std::string::npos;
             at = text.find('{', at + 1)) {
            const std::string name = text.substr(at + 1, text.find('}', at) - at - 1);
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                diagnostics_.error(
                    item.range,
                    "nothing is filled in for {" + name + "}",
                    "there are {" + join(names, "}, {") + "}"
                );
            }
        }
    }

    NicRule read_nic(const YamlNode& node) {
        NicRule rule;
        rule.range = node.range;
        MapReader map(node, "an entry of nics", diagnostics_);
        map.text("pci", rule.pci);
        map.text("mac", rule.mac);
        map.text("device", rule.device);
        map.text("subnet", rule.subnet);
        map.number("index", 64, rule.index);
        map.text("driver", rule.driver);
        map.text("resource", rule.resource);
        map.truth("allow_noiommu", rule.allow_noiommu);
        map.truth("optional", rule.optional);
        if (const YamlNode* tag = map.take("tag")) {
            diagnostics_.error(
                tag->range,
                "a node can not see the tags of its interfaces: its metadata has only those of "
                "the instance",
                "match by subnet or index"
            );
        }
        map.finish();
        if (rule.pci.empty() && rule.mac.empty() && rule.device.empty() && rule.subnet.empty() &&
            !rule.index) {
            diagnostics_.error(
                node.range,
                "a NIC rule that matches every NIC",
                "write pci, mac, device, subnet or index"
            );
        }
        std::transform(rule.mac.begin(), rule.mac.end(), rule.mac.begin(), [](char c) {
            return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
        });
        return rule;
    }

    void read_sysctls(const YamlNode& node, std::vector<SysctlSetting>& sysctls) {
        require_map(node, "sysctls", diagnostics_);
        for (const YamlNode::Entry& entry : node.entries) {
            SysctlSetting setting{entry.key, entry.value.scalar, {}, entry.value.range};
            if (setting.value.starts_with(">=")) {
                setting.value = trim(std::string_view(setting.value).substr(2));
                setting.rule = SetKernelValue::Rule::at_least;
            }
            if (setting.value.empty()) {
                diagnostics_.error(entry.key_range, setting.key + " needs a value");
            }
            if (setting.key.find("..") != std::string::npos ||
                setting.key.find('/') != std::string::npos) {
                diagnostics_.error(
                    entry.key_range,
                    "a sysctl is written with single dots; found \"" + setting.key + "\""
                );
            }
            const auto same = std::find_if(sysctls.begin(), sysctls.end(), [&](const auto& s) {
                return s.key == setting.key;
            });
            if (same != sysctls.end()) {
                *same = setting;
            } else {
                sysctls.push_back(setting);
            }
        }
    }

    void read_modules(const YamlNode& node, std::vector<ModuleRequest>& modules) {
        for (const YamlNode& item : items(node, "modules")) {
            ModuleRequest request;
            request.name = item.scalar;
            if (item.kind == YamlNode::Kind::map) {
                MapReader map(item, "an entry of modules", diagnostics_);
                map.text("name", request.name);
                if (const YamlNode* options = map.take("options")) {
                    for (const YamlNode& option : items(*options, "options")) {
                        request.options.push_back(option.scalar);
                    }
                }
                map.truth("optional", request.optional);
                map.finish();
            }
            if (request.name.empty()) {
                diagnostics_.error(item.range, "a module without a name");
            }
            std::erase_if(modules, [&](const auto& m) { return m.name == request.name; });
            modules.push_back(request);
        }
    }

    void read_reserved_memory(MapReader& map, KubeletRequest& kubelet) {
        const YamlNode* node = map.take("reserved_memory");
        if (node != nullptr) {
            kubelet.reserved_memory = node->scalar;
            const std::string_view text = node->scalar;
            const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
            constexpr std::string_view kUnits[] = {"Ki", "Mi", "Gi"};
            if (digits == 0 ||
                std::find(std::begin(kUnits), std::end(kUnits), text.substr(digits)) ==
                    std::end(kUnits)) {
                diagnostics_.error(
                    node->range,
                    "reserved_memory is an amount such as 1124Mi; found \"" + node->scalar + "\""
                );
            }
        }
        const bool is_static = kubelet.memory_manager_policy == "Static";
        if (is_static == kubelet.reserved_memory.empty()) {
            diagnostics_.error(
                kubelet.range,
                is_static ? "kubelet's memory manager Static needs reserved_memory"
                          : "reserved_memory is for memory_manager: Static alone",
                is_static ? "write the sum of kubeReserved, systemReserved and evictionHard for "
                            "memory: kubelet does not start with another"
                          : "leave it out"
            );
        }
    }

    void read_kubelet(const YamlNode& node, KubeletRequest& kubelet) {
        kubelet.range = node.range;
        MapReader map(node, "kubelet", diagnostics_);
        const auto policy = [&](const char* key, std::vector<std::string> names, std::string& value
                            ) {
            std::vector<std::pair<std::string, std::string>> choices;
            for (const std::string& name : names) {
                choices.emplace_back(name, name);
            }
            map.choice<std::string>(key, choices, value);
        };
        map.truth("align", kubelet.align);
        policy("cpu_manager", {"none", "static"}, kubelet.cpu_manager_policy);
        policy(
            "topology_manager",
            {"none", "best-effort", "restricted", "single-numa-node"},
            kubelet.topology_manager_policy
        );
        map.truth("full_pcpus_only", kubelet.full_pcpus_only);
        map.choice<KubeletRequest::Form>(
            "form",
            {{"nodeadm", KubeletRequest::Form::nodeadm},
             {"kubelet", KubeletRequest::Form::kubelet}},
            kubelet.form
        );
        policy("memory_manager", {"None", "Static"}, kubelet.memory_manager_policy);
        read_reserved_memory(map, kubelet);
        map.text("reserved_cpus", kubelet.reserved_cpus);
        map.finish();
    }

    SourceMap& sources_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Profile> read_profile(
    const SourceFile& file, SourceMap& sources, Diagnostics& diagnostics
) {
    Profile profile;
    Diagnostics mistakes;
    ProfileReader(sources, mistakes).read(file, profile, 0);
    diagnostics.append(mistakes);
    if (mistakes.has_errors()) {
        return std::nullopt;
    }
    return profile;
}

Profile shipped_profile(const std::string& name, SourceMap& sources) {
    std::vector<std::string> names;
    for (const ShippedProfile& shipped : shipped_profiles()) {
        if (shipped.name != name) {
            names.emplace_back(shipped.name);
            continue;
        }
        Diagnostics diagnostics;
        auto profile = read_profile(
            sources.add(name + ".yaml", std::string(shipped.text)), sources, diagnostics
        );
        if (profile) {
            profile->name = name;
            return *profile;
        }
        throw Error(ErrorKind::input, render(diagnostics));
    }
    Error error(ErrorKind::usage, "there is no shipped profile \"" + name + "\"");
    error.set_hint("shipped are " + join(names, ", "));
    throw error;
}

}  // namespace kiln::node
