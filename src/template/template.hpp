#pragma once

#include "base/source.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "hcl/type.hpp"
#include "hcl/value.hpp"
#include "template/packer_version.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl {

/// The two forms of Packer's templates. One Template holds either; what differs in meaning is
/// written at the members concerned.
enum class Language {
    hcl2,
    legacy_json,  ///< packer.json: bodies hold literals, and all strings are text templates
};

/// An input variable with the value it ended up with.
struct Variable {
    std::string name;
    SourceRange range;  ///< of its declaration
    hcl::Type type;     ///< what values are converted to
    std::string description;
    bool sensitive = false;
    std::optional<hcl::Value> default_value;
    hcl::Value value;  ///< unknown when the template has mistakes in it
};

struct Local {
    std::string name;
    SourceRange range;
    bool sensitive = false;
    hcl::Value value;
    bool failed = false;  ///< has a mistake, or depends on a local that has: the value is unknown
};

/// `data "type" "name"`.
struct DataBlock {
    std::string type;
    std::string name;
    SourceRange range;
    hcl::Body body;
};

/// `source "type" "name"`.
struct SourceBlock {
    std::string type;
    std::string name;  ///< legacy JSON: of the builder, rendered; its type when it has none
    SourceRange range;
    hcl::Body body;
    std::string written_name = {};  ///< legacy JSON: before it was rendered
};

/// A source as a build uses it.
struct SourceUse {
    const SourceBlock* source = nullptr;  ///< owned by the template
    Language language = Language::hcl2;
    std::string alias;  ///< `name` of a nested source block; else the source's own name
    SourceRange range;  ///< where the build names it
    /// What a nested source block adds to the source's body; without its `name`.
    std::optional<hcl::Body> additions;

    std::string type_and_alias() const { return source->type + "." + alias; }
    /// What `only` and `except` of a step call it: "TYPE.ALIAS"; in legacy JSON the alias.
    std::string name_for_steps() const;
};

/// The arguments of a provisioner or post-processor block that are not its component's.
struct StepArguments {
    std::string name;
    std::vector<std::string> only;  ///< compared with SourceUse::name_for_steps as they are
    std::vector<std::string> except;

    bool runs_for(std::string_view builder) const;
};

struct ProvisionerBlock {
    std::string type;
    SourceRange range;
    hcl::Body body;  ///< without the arguments below
    StepArguments arguments;
    std::chrono::nanoseconds pause_before{0};
    std::chrono::nanoseconds timeout{0};
    std::int64_t max_retries = 0;
    bool continue_on_error = false;
    /// By source name or alias: objects whose members win over the options in the body.
    hcl::Members overrides;
    /// The same in legacy JSON, as bodies.
    std::map<std::string, hcl::Body, std::less<>> override_bodies = {};
};

struct PostProcessorBlock {
    std::string type;
    SourceRange range;
    hcl::Body body;  ///< without the arguments below
    StepArguments arguments;
    std::optional<bool> keep_input_artifact;
};

/// `build { ... }`.
struct BuildBlock {
    std::string name;
    std::string description;
    SourceRange range;
    std::vector<SourceUse> sources;
    std::vector<ProvisionerBlock> provisioners;
    std::optional<ProvisionerBlock> error_cleanup_provisioner;
    std::vector<std::vector<PostProcessorBlock>> post_processors;  ///< chains
};

/// "[BUILD.]TYPE.ALIAS"; in legacy JSON the builder's name, or its type when it has none. What
/// lines of a run begin with, and what -only and -except speak of.
std::string full_build_name(const BuildBlock& build, const SourceUse& source);

struct RequiredPlugin {
    std::string name;
    std::string source;   ///< "github.com/hashicorp/amazon"
    std::string version;  ///< constraints as written
    SourceRange range;
};

/// A whole template, its variables and locals evaluated. Made by load_template.
struct Template {
    Language language = Language::hcl2;
    std::string base_directory;  ///< path.root
    std::vector<RequiredPlugin> required_plugins;
    std::vector<Variable> variables;  ///< by name
    std::vector<Local> locals;        ///< by name
    std::vector<DataBlock> data;
    std::vector<std::unique_ptr<SourceBlock>> sources;
    std::vector<BuildBlock> builds;
    /// Texts of sensitive variables and locals, longest first.
    std::vector<std::string> secrets;

    // Legacy JSON only.
    std::string description;
    /// What {{user `name`}} gives: variables that are declared, and others that were given.
    std::map<std::string, std::string, std::less<>> user_variables;
    /// Absolute; what {{template_dir}} gives. Absent for a template from standard input.
    std::optional<std::string> template_directory;

    hcl::FunctionTable functions;
    /// `var`, `local`, `data`, `path`, `packer` and the functions; refers to `functions` above, so
    /// a template does not move.
    hcl::Scope scope{&functions};

    /// No mistake in the syntax, in a declaration, or in a value that was given for a variable.
    bool declared = false;
    /// Every file was parsed and every block read, mistakes or not: a plan made of it may tell of
    /// further mistakes.
    bool understood = false;

    Template() = default;
    Template(const Template&) = delete;
    Template& operator=(const Template&) = delete;

    const SourceBlock* find_source(std::string_view type, std::string_view name) const;
};

}  // namespace kiln::tmpl
