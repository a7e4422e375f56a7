#include "image/uses.hpp"

#include "base/strings.hpp"
#include "image/snapshot_story.hpp"

#include <algorithm>
#include <optional>

namespace kiln::image {

namespace {

constexpr std::string_view kResolve = "resolve:ssm:";

/// What is launched by what.
class UseReader {
public:
    UseReader(const UseFacts& facts, const std::set<std::string>& ids) : facts_(facts), ids_(ids) {}

    std::vector<ImageUse> read() {
        read_parameters();
        instances();
        launch_templates();
        launch_configurations();
        groups();
        parameters();
        return std::move(uses_);
    }

private:
    void add(
        const std::string& image_id,
        const std::string& kind,
        const std::string& name,
        const std::string& how
    ) {
        uses_.push_back({image_id, facts_.region, kind, name, how});
    }

    void read_parameters() {
        for (const aws::NamedParameter& parameter : facts_.parameters) {
            for (const std::string& id : image_ids_in(parameter.value)) {
                if (ids_.contains(id)) {
                    pointers_[parameter.name].insert(id);
                }
            }
        }
    }

    void instances() {
        for (const aws::ec2::Instance& instance : facts_.instances) {
            if (!instance.is_gone() && ids_.contains(instance.image_id)) {
                const std::string name = tag_named(instance.tags, "Name");
                add(instance.image_id,
                    "instance",
                    instance.id + (name.empty() ? "" : " (" + name + ")"),
                    instance.state);
            }
        }
    }

    static std::string tag_named(const aws::ec2::Tags& tags, const std::string& key) {
        const auto found = tags.find(key);
        return found == tags.end() ? "" : found->second;
    }

    /// The images that a version of a template launches, among those that are asked about.
    std::set<std::string> launched(const aws::ec2::LaunchTemplateVersion& version) const {
        if (ids_.contains(version.image_id)) {
            return {version.image_id};
        }
        if (!version.image_id.starts_with(kResolve)) {
            return {};
        }
        // "NAME", "NAME:VERSION", "NAME:LABEL"; an ARN names it behind "parameter".
        std::string name = version.image_id.substr(kResolve.size());
        if (const auto arn = name.find(":parameter/"); arn != std::string::npos) {
            name = name.substr(arn + std::string_view(":parameter").size());
        }
        name = name.substr(0, name.find(':'));
        const auto pointer = pointers_.find(name);
        return pointer == pointers_.end() ? std::set<std::string>{} : pointer->second;
    }

    static std::string label_of(const aws::ec2::LaunchTemplateVersion& version) {
        return version.template_id +
               (version.template_name.empty() ? "" : " (" + version.template_name + ")");
    }

    void launch_templates() {
        // image -> template -> its versions
        std::map<std::pair<std::string, std::string>, std::vector<std::string>> versions;
        for (const aws::ec2::LaunchTemplateVersion& version : facts_.template_versions) {
            for (const std::string& id : launched(version)) {
                versions[{id, label_of(version)}].push_back(
                    std::to_string(version.number) + (version.is_default ? " (default)" : "")
                );
            }
        }
        for (const auto& [use, numbers] : versions) {
            add(use.first,
                "launch template",
                use.second,
                (numbers.size() == 1 ? "version " : "versions ") + join(numbers, ", "));
        }
    }

    void launch_configurations() {
        for (const auto& [name, image] : facts_.launch_configurations) {
            if (ids_.contains(image)) {
                add(image, "launch configuration", name, "");
            }
        }
    }

    /// The version of a template that a group launches; nothing when it was not described.
    const aws::ec2::LaunchTemplateVersion* version_of(const aws::LaunchedTemplate& wanted) const {
        const aws::ec2::LaunchTemplateVersion* found = nullptr;
        for (const aws::ec2::LaunchTemplateVersion& version : facts_.template_versions) {
            const bool is_it = wanted.template_id.empty()
                                   ? version.template_name == wanted.template_name
                                   : version.template_id == wanted.template_id;
            if (!is_it) {
                continue;
            }
            if (wanted.version == "$Latest") {
                found = found == nullptr || version.number > found->number ? &version : found;
            } else if (wanted.version.empty() || wanted.version == "$Default") {
                found = version.is_default ? &version : found;
            } else if (wanted.version == std::to_string(version.number)) {
                found = &version;
            }
        }
        return found;
    }

    void groups() {
        for (const aws::ScalingGroup& group : facts_.groups) {
            const auto configured = facts_.launch_configurations.find(group.launch_configuration);
            if (configured != facts_.launch_configurations.end() &&
                ids_.contains(configured->second)) {
                add(configured->second,
                    "Auto Scaling group",
                    group.name,
                    "through launch configuration " + configured->first);
            }
            for (const aws::LaunchedTemplate& wanted : group.templates) {
                const aws::ec2::LaunchTemplateVersion* version = version_of(wanted);
                if (version == nullptr) {
                    continue;
                }
                for (const std::string& id : launched(*version)) {
                    add(id,
                        "Auto Scaling group",
                        group.name,
                        "through " + version->template_id + " version " +
                            std::to_string(version->number));
                }
            }
        }
    }

    void parameters() {
        for (const auto& [name, images] : pointers_) {
            for (const std::string& id : images) {
                add(id, "SSM parameter", name, "");
            }
        }
    }

    const UseFacts& facts_;
    const std::set<std::string>& ids_;
    std::map<std::string, std::set<std::string>> pointers_;  ///< parameter -> images
    std::vector<ImageUse> uses_;
};

}  // namespace

std::vector<ImageUse> uses_of(const UseFacts& facts, const std::set<std::string>& image_ids) {
    return UseReader(facts, image_ids).read();
}

std::map<std::string, std::set<std::string>> clusters_of(
    const std::vector<aws::ec2::Instance>& instances
) {
    constexpr std::string_view kOwned = "kubernetes.io/cluster/";
    std::map<std::string, std::set<std::string>> clusters;
    for (const aws::ec2::Instance& instance : instances) {
        if (instance.is_gone() || instance.image_id.empty()) {
            continue;
        }
        for (const auto& [key, value] : instance.tags) {
            if (key == "eks:cluster-name" || key == "aws:eks:cluster-name") {
                clusters[instance.image_id].insert(value);
            } else if (key.starts_with(kOwned)) {
                clusters[instance.image_id].insert(key.substr(kOwned.size()));
            }
        }
    }
    return clusters;
}

}  // namespace kiln::image
