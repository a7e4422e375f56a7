#pragma once

#include "base/source.hpp"
#include "plan/component_role.hpp"
#include "plan/decoded_options.hpp"
#include "template/text_context.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What a run will do, decided before any effect. Plain data; ranges point into the SourceMap the
/// template was loaded with.
namespace kiln::plan {

/// What `build.NAME` refers to, known when the machine is there: "ID", "Host", "User", ...
using BuildValues = std::map<std::string, std::string>;

/// A body and all that its expressions can see, kept for a second evaluation.
struct ComponentSource;

/// A builder, provisioner or post-processor with its options.
struct Component {
    std::string type;   ///< "shell"
    SourceRange range;  ///< the header of its block
    /// As planned. Where the body refers to build.*, those parts hold "<unknown>" and `finish`
    /// must be used to get what to run with.
    DecodedOptions options;
    bool uses_build_values = false;
    std::shared_ptr<const ComponentSource> source;
};

/// The options evaluated with the values of a running build. Pure. Throws Error when a real value
/// does not fit where the placeholder did.
DecodedOptions finish(const Component& component, const BuildValues& values);

/// The same as the component's own struct: `decode<ShellOptions>(step.component, values)`.
template <class T>
T decode(const Component& component, const BuildValues& values) {
    return finish(component, values).as<T>();
}

struct ProvisionerStep {
    std::string name;  ///< the `name` argument; "" without one
    Component component;
    std::chrono::nanoseconds pause_before{0};
    std::chrono::nanoseconds timeout{0};  ///< 0: none. Not used when there is a pause_before.
    std::int64_t max_retries = 0;
    bool continue_on_error = false;
};

struct PostProcessorStep {
    std::string name;  ///< the `name` argument; "" without one
    Component component;
    std::optional<bool> keep_input_artifact;
};

/// Each post-processor works on what the one before it made, the first on the builder's artifact.
using PostProcessorChain = std::vector<PostProcessorStep>;

/// One source of one build block.
struct Build {
    std::string name;          ///< for people and -only: tmpl::full_build_name
    std::string block_name;    ///< the `name` of the build block; "" without one
    std::string source_name;   ///< underlying name: PACKER_BUILD_NAME, the manifest
    std::string source_alias;  ///< as the build calls it: `source.name`
    Component builder;
    std::vector<ProvisionerStep> provisioners;
    std::optional<ProvisionerStep> error_cleanup_provisioner;
    std::vector<PostProcessorChain> post_processors;
    /// For rendering options at run time: add the data, then tmpl::render.
    tmpl::TextContext text;

    const std::string& builder_type() const { return builder.type; }
};

/// A component that a template may hold and kiln can not run.
struct CannotRun {
    ComponentRole role = ComponentRole::builder;
    std::string type;    ///< "azure-arm"
    std::string build;   ///< name of the build; "" for a data source, which every build waits for
    std::string reason;  ///< "kiln knows this builder by name only"
    SourceRange range;   ///< header of its block
};

struct BuildPlan {
    /// Those that can not run are among them.
    std::vector<Build> builds;
    /// Why some of `builds` can not run: data sources, then components in the order of the plan.
    std::vector<CannotRun> cannot_run;
    /// Texts that must be shown as "<sensitive>": longest first, none empty.
    std::vector<std::string> secrets;
    std::string base_directory;  ///< of the template, as it was named: path.root
};

}  // namespace kiln::plan
