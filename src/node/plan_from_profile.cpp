#include "node/plan_from_profile.hpp"

#include "base/error.hpp"
#include "node/cpu_list.hpp"
#include "node/gather_facts.hpp"
#include "node/instance_metadata.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace kiln::node {

namespace {

constexpr std::int64_t kMostGib = 1 << 16;

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

/// Which ENI is in which subnet, only EC2 tells.
bool asks_for_enis(const Profile& profile) {
    return std::any_of(profile.nics.begin(), profile.nics.end(), [](const NicRule& rule) {
        return rule.index || !rule.subnet.empty();
    });
}

void report(const Diagnostics& diagnostics) {
    if (!diagnostics.empty()) {
        std::fprintf(stderr, "%s\n", render(diagnostics).c_str());
    }
}

}  // namespace

ProfileOverrides ProfileOverrides::from_environment() {
    return {variable("ISOLATED_CORES"), variable("HUGEPAGES_GB")};
}

void override_profile(Profile& profile, const ProfileOverrides& overrides) {
    if (overrides.isolated) {
        parse_cpu_list(*overrides.isolated, kMostCpus);
        profile.cores.how = CoreRequest::How::list;
        profile.cores.list = *overrides.isolated;
        profile.cores.range = {};
    }
    if (overrides.hugepages_gb) {
        const std::string& text = *overrides.hugepages_gb;
        std::int64_t count = -1;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (problem != std::errc() || end != text.data() + text.size() || count < 0 ||
            count > kMostGib) {
            throw Error(
                ErrorKind::input,
                "HUGEPAGES_GB is a whole number, 0 or more; found \"" + text + "\""
            );
        }
        profile.pages = {
            {.size_kib = 1048576, .count = count, .where = PageRequest::Where::first_node}};
    }
}

std::optional<Profile> load_profile(
    const std::string& name_or_file, SourceMap& sources, Diagnostics& diagnostics
) {
    const bool is_shipped = std::any_of(
        shipped_profiles().begin(),
        shipped_profiles().end(),
        [&](const ShippedProfile& shipped) { return shipped.name == name_or_file; }
    );
    if (is_shipped) {
        return shipped_profile(name_or_file, sources);
    }
    const auto text = NodeTree().read(std::filesystem::absolute(name_or_file));
    if (!text) {
        std::string names;
        for (const ShippedProfile& shipped : shipped_profiles()) {
            names += (names.empty() ? "" : ", ") + std::string(shipped.name);
        }
        Error error(ErrorKind::not_found, "can not read the profile " + name_or_file);
        error.set_hint("name a file, or a shipped profile: " + names);
        throw error;
    }
    auto profile = read_profile(sources.add(name_or_file, *text), sources, diagnostics);
    if (profile && profile->name.empty()) {
        profile->name = std::filesystem::path(name_or_file).stem();
    }
    return profile;
}

MachinePlan plan_from_profile(
    const std::string& name_or_file,
    const NodeTree& tree,
    const ProfileOverrides& overrides,
    const std::string& binary
) {
    SourceMap sources;
    Diagnostics diagnostics;
    auto profile = load_profile(name_or_file, sources, diagnostics);
    MachinePlan planned;
    std::optional<NodePlan> plan;
    if (profile) {
        override_profile(*profile, overrides);
        planned.facts = gather_facts(tree);
        if (tree.is_live() && asks_for_enis(*profile)) {
            add_instance_metadata(kMetadataEndpoint, planned.facts);
        }
        plan = make_node_plan(*profile, planned.facts, binary, diagnostics);
    }
    report(diagnostics);
    if (!plan) {
        throw Error(ErrorKind::input, "there is no plan for " + name_or_file + " on this machine");
    }
    planned.plan = std::move(*plan);
    return planned;
}

}  // namespace kiln::node
