#pragma once

#include "hcl/functions.hpp"
#include "lint/distribution.hpp"
#include "lint/options.hpp"
#include "lint/script_text.hpp"
#include "lint/shell/invocation.hpp"
#include "lint/shell/script.hpp"
#include "template/selection.hpp"
#include "template/template.hpp"
#include "template/text_context.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::lint {

enum class ScriptKind {
    inline_commands,  ///< of a provisioner or post-processor
    file,             ///< that one of these names
    user_data,        ///< run at the first boot of the machine that is being shaped
    beside,           ///< *.sh in the template's folder that no component names: runs builds
};

/// A shell script of the template, taken apart.
struct Script {
    ScriptKind kind = ScriptKind::file;
    std::string path;    ///< of a file; "" otherwise
    bool local = false;  ///< runs where kiln runs
    /// How the interpreter is started: "/bin/sh -e" of an inline script, "" when the script's own
    /// first line tells.
    std::string interpreter;
    ScriptText source;
    shell::Script shell;

    SourceRange range(std::size_t begin, std::size_t end) const { return source.range(begin, end); }
    template <class Part>  ///< a word, command or invocation
    SourceRange range(const Part& part) const {
        return source.range(part.begin, part.end);
    }
    /// Its first line, for what concerns all of it.
    SourceRange first_line() const;
};

enum class ComponentRole { builder, provisioner, post_processor };

/// A builder, provisioner or post-processor of a build.
struct Component {
    ComponentRole role = ComponentRole::builder;
    std::string type;
    SourceRange range;  ///< the header of its block
    Options options;
    std::vector<const Script*> scripts;  ///< in the order in which they run
};

struct Build {
    std::string name;
    std::unique_ptr<Component> builder;
    std::vector<std::unique_ptr<Component>> provisioners;
    std::vector<std::unique_ptr<Component>> post_processors;
    Distribution distribution;

    /// Of all provisioners that run on the machine, in order.
    std::vector<const Script*> machine_scripts() const;
};

/// All that rules look at: the template, its builds with their options evaluated, its scripts read.
class Subject {
public:
    /// Reads scripts through `world`; those that can not be read are left out. `sources` keeps
    /// their texts. The template must have been understood, and outlive the subject.
    Subject(
        const tmpl::Template& source,
        const tmpl::Selection& selection,
        const hcl::FunctionEnvironment& world,
        SourceMap& sources
    );
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    const tmpl::Template& source() const { return source_; }
    const hcl::FunctionEnvironment& world() const { return world_; }
    const SourceMap& texts() const { return sources_; }

    const std::vector<Build>& builds() const { return builds_; }
    const std::vector<std::unique_ptr<Script>>& scripts() const { return scripts_; }
    /// Of all builds.
    std::vector<const Component*> components() const;
    /// Builders whose type begins with "amazon-".
    std::vector<const Component*> amazon_builders() const;

    bool is_missing(const std::string& path) const;

private:
    class Collector;

    const tmpl::Template& source_;
    const hcl::FunctionEnvironment& world_;
    SourceMap& sources_;
    std::vector<Build> builds_;
    std::vector<std::unique_ptr<Script>> scripts_;
};

}  // namespace kiln::lint
