#include "template/load.hpp"

#include "base/error.hpp"
#include "base/sensitive.hpp"
#include "hcl/dynamic.hpp"
#include "hcl/json_syntax.hpp"
#include "hcl/parser.hpp"
#include "template/arguments.hpp"
#include "template/body_schema.hpp"
#include "template/build_block.hpp"
#include "template/legacy/load_legacy.hpp"
#include "template/packer_block.hpp"
#include "template/secrets.hpp"
#include "template/template_files.hpp"
#include "template/value_graph.hpp"
#include "template/variable_values.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace kiln::tmpl {

namespace {

const BodySchema kRootSchema = {
    {},
    {{"packer", 0},
     {"variable", 1},
     {"variables", 0},
     {"locals", 0},
     {"local", 1},
     {"data", 2},
     {"source", 2},
     {"build", 0},
     {"hcp_packer_registry", 0},
     {"communicator", 2},
     {"dynamic", 1}}};

const BodySchema kRegistrySchema = {
    {"bucket_name", "description", "labels", "bucket_labels", "build_labels", "channels"}, {}};

const BodySchema kLocalSchema = {{"expression", "sensitive"}, {}};

// What is expanded before it is read. A top-level `dynamic` block may stand for sources too.
bool is_late(const hcl::Block& block) {
    return block.type == "build" || block.type == "dynamic";
}

// One load, in the order that spec and Packer give it. Mistakes do not stop it once all files are
// parsed: what a mistake touches becomes unknown, and unknowns raise no further ones.
class Loader {
public:
    Loader(
        const LoadRequest& request,
        const hcl::FunctionEnvironment& world,
        SourceMap& sources,
        Diagnostics& diagnostics
    )
        : request_(request),
          world_(world),
          sources_(sources),
          diagnostics_(diagnostics),
          template_(std::make_shared<Template>()) {
        world_.sources = &sources;
    }

    std::shared_ptr<const Template> run() {
        const std::optional<TemplateFiles> files = find_files();
        if (files && files->language == Language::legacy_json) {
            load_legacy_template(
                request_, files->configurations.front(), world_, sources_, *template_, diagnostics_
            );
            return template_;
        }
        if (!files || !parse(*files)) {
            return template_;
        }
        if (request_.packer_blocks_only) {
            read_packer_blocks();
            return template_;
        }
        template_->functions = hcl::standard_functions(world_);
        read_early_blocks();
        take_variables(*files);
        if (request_.syntax_only) {
            return template_;
        }
        define_roots();
        take_values();
        take_secrets();
        read_late_blocks();
        template_->understood = true;
        return template_;
    }

private:
    std::optional<TemplateFiles> find_files() {
        std::optional<TemplateFiles> files;
        try {
            files = find_template_files(request_.path, request_.language, world_, diagnostics_);
        } catch (const Error& error) {
            diagnostics_.error(error.range(), error.message(), error.hint());
        }
        if (files) {
            world_.base_directory = files->base_directory;
            template_->base_directory = files->base_directory;
        }
        return files;
    }

    // False when a file can not be read or has a mistake in its syntax: what follows would
    // complain of things that are only missing because of it.
    bool parse(const TemplateFiles& files) {
        const std::size_t errors = diagnostics_.error_count();
        for (const std::string& path : files.configurations) {
            try {
                const SourceFile& file = sources_.add(path, world_.read_file(path));
                bodies_.push_back(
                    path.ends_with(".json") ? hcl::parse_json_config(file, diagnostics_)
                                            : hcl::parse_config(file, diagnostics_)
                );
            } catch (const Error& error) {
                diagnostics_.error(error.range(), error.message(), error.hint());
            }
        }
        return diagnostics_.error_count() == errors;
    }

    void read_packer_blocks() {
        for (const hcl::Body& body : bodies_) {
            for (const hcl::Block& block :
                 hcl::with_blocks(body, {{"packer", 0}}, diagnostics_).blocks) {
                if (block.type == "packer") {
                    read_packer_block(block, template_->required_plugins, diagnostics_);
                }
            }
        }
    }

    void read_early_blocks() {
        const hcl::FunctionTable default_functions = hcl::variable_default_functions(world_);
        const hcl::Scope defaults(&default_functions);
        for (hcl::Body& body : bodies_) {
            body = apply_schema(body, kRootSchema, "a template", diagnostics_);
            for (const hcl::Block& block : body.blocks) {
                read_early_block(block, defaults);
            }
        }
    }

    void read_early_block(const hcl::Block& block, const hcl::Scope& defaults) {
        if (block.type == "packer") {
            read_packer_block(block, template_->required_plugins, diagnostics_);
        } else if (block.type == "variable") {
            add_variable(read_variable_block(block, defaults, diagnostics_));
        } else if (block.type == "variables") {
            refuse_blocks(block);
            for (const hcl::Attribute& attribute : block.body.attributes) {
                add_variable(read_short_variable(attribute, defaults, diagnostics_));
            }
        } else if (block.type == "locals") {
            refuse_blocks(block);
            for (const hcl::Attribute& attribute : block.body.attributes) {
                add_local({attribute.name, attribute.name_range, attribute.expression, false});
            }
        } else if (block.type == "local") {
            read_local(block);
        } else if (block.type == "data") {
            read_data(block);
        } else if (block.type == "hcp_packer_registry") {
            judge_registry(block);
        } else if (block.type == "build") {
            for (const hcl::Block& nested : block.body.blocks) {
                if (nested.type == "hcp_packer_registry") {
                    judge_registry(nested);
                }
            }
        }
    }

    void refuse_blocks(const hcl::Block& block) {
        for (const hcl::Block& nested : block.body.blocks) {
            diagnostics_.error(
                nested.header, "block \"" + block.type + "\" holds arguments, not blocks"
            );
        }
    }

    void add_variable(std::optional<VariableBlock> block) {
        if (!block) {
            return;
        }
        const Variable& variable = block->variable;
        const auto [first, is_new] = variable_places_.emplace(variable.name, variable.range);
        if (!is_new) {
            report_duplicate(
                "variable \"" + variable.name + "\"", variable.range, first->second, diagnostics_
            );
            return;
        }
        variables_.push_back(std::move(*block));
    }

    void add_local(LocalBlock block) {
        const auto [first, is_new] = local_places_.emplace(block.name, block.range);
        if (!is_new) {
            report_duplicate(
                "local \"" + block.name + "\"", block.range, first->second, diagnostics_
            );
            return;
        }
        locals_.push_back(std::move(block));
    }

    void read_local(const hcl::Block& block) {
        const hcl::Body body =
            apply_schema(block.body, kLocalSchema, "block \"local\"", diagnostics_);
        const hcl::Attribute* expression = body.find("expression");
        if (expression == nullptr) {
            diagnostics_.error(block.header, "block \"local\" needs \"expression\"");
            return;
        }
        const hcl::Scope nothing;
        const ArgumentReader arguments(body, nothing, diagnostics_);
        const bool sensitive = arguments.boolean("sensitive").value_or(false);
        add_local({block.labels.front().text, block.header, expression->expression, sensitive});
    }

    void read_data(const hcl::Block& block) {
        const std::string& type = block.labels[0].text;
        const std::string& name = block.labels[1].text;
        for (const DataBlock& other : template_->data) {
            if (other.type == type && other.name == name) {
                return report_duplicate(
                    "data \"" + type + "\" \"" + name + "\"",
                    block.header,
                    other.range,
                    diagnostics_
                );
            }
        }
        template_->data.push_back({type, name, block.header, block.body});
    }

    // One in a template, at its top or in a build.
    void judge_registry(const hcl::Block& block) {
        apply_schema(block.body, kRegistrySchema, "block \"hcp_packer_registry\"", diagnostics_);
        if (registry_) {
            return report_duplicate(
                "block \"hcp_packer_registry\"", block.header, *registry_, diagnostics_
            );
        }
        registry_ = block.header;
        diagnostics_.warning(
            block.header,
            "block \"hcp_packer_registry\" is ignored",
            "kiln keeps its own record of what it makes, and publishes to no registry"
        );
    }

    void take_variables(const TemplateFiles& files) {
        const VariableSources given = {
            files.variable_files,
            request_.variable_files,
            request_.variables,
            request_.warn_on_undeclared,
            request_.syntax_only};
        const bool no_mistake_yet = !diagnostics_.has_errors();
        const bool given_good = assign_variables(
            variables_, given, world_, template_->functions, sources_, diagnostics_
        );
        template_->declared = no_mistake_yet && given_good;
        for (VariableBlock& block : variables_) {
            template_->variables.push_back(std::move(block.variable));
        }
        std::sort(
            template_->variables.begin(),
            template_->variables.end(),
            [](const Variable& a, const Variable& b) { return a.name < b.name; }
        );
    }

    // What every expression from here on can see, but for `local` and `data`.
    void define_roots() {
        hcl::Scope& scope = template_->scope;
        hcl::Members variables;
        for (const Variable& variable : template_->variables) {
            variables.emplace(variable.name, variable.value);
        }
        scope.set("var", hcl::Value::object(std::move(variables)));
        scope.set(
            "path",
            hcl::Value::object(
                {{"root", hcl::Value::string(template_->base_directory)},
                 {"cwd", hcl::Value::string(world_.working_directory)}}
            )
        );
        scope.set(
            "packer",
            hcl::Value::object(
                {{"version", hcl::Value::string(kPackerVersion)},
                 {"iterationID", hcl::Value::unknown(hcl::Type::string())},
                 {"versionFingerprint", hcl::Value::unknown(hcl::Type::string())}}
            )
        );
    }

    void take_values() {
        template_->locals = evaluate_values(
            locals_, template_->data, request_.read_data, template_->scope, diagnostics_
        );
    }

    void take_secrets() {
        std::vector<std::string> secrets;
        for (const Variable& variable : template_->variables) {
            if (variable.sensitive) {
                collect_secrets(variable.value, secrets);
            }
        }
        for (const Local& local : template_->locals) {
            if (local.sensitive) {
                collect_secrets(local.value, secrets);
            }
        }
        template_->secrets = sorted_secrets(std::move(secrets));
    }

    // Sources first, as a build may stand in front of those it uses.
    void read_late_blocks() {
        std::vector<hcl::Block> builds;
        for (const hcl::Body& body : bodies_) {
            for (const hcl::Block& block : body.blocks) {
                if (block.type == "source") {
                    read_source(block);
                }
            }
            hcl::Body late = body;
            std::erase_if(late.blocks, [](const hcl::Block& block) { return !is_late(block); });
            late = hcl::expand_dynamic(late, template_->scope, diagnostics_);
            for (hcl::Block& block :
                 apply_schema(late, kRootSchema, "a template", diagnostics_).blocks) {
                if (block.type == "source") {
                    read_source(block);
                } else if (block.type == "build") {
                    builds.push_back(std::move(block));
                }
            }
        }
        for (const hcl::Block& build : builds) {
            template_->builds.push_back(
                read_build_block(build, *template_, template_->scope, diagnostics_)
            );
        }
        expand_used_sources();
    }

    // One that no build uses is never looked into: it may need values that are not there.
    void expand_used_sources() {
        std::set<const SourceBlock*> used;
        for (const BuildBlock& build : template_->builds) {
            for (const SourceUse& use : build.sources) {
                used.insert(use.source);
            }
        }
        for (const std::unique_ptr<SourceBlock>& source : template_->sources) {
            if (used.contains(source.get())) {
                source->body = hcl::expand_dynamic(source->body, template_->scope, diagnostics_);
            }
        }
    }

    void read_source(const hcl::Block& block) {
        const std::string& type = block.labels[0].text;
        const std::string& name = block.labels[1].text;
        if (const SourceBlock* other = template_->find_source(type, name)) {
            return report_duplicate(
                "source \"" + type + "\" \"" + name + "\"", block.header, other->range, diagnostics_
            );
        }
        template_->sources.push_back(std::make_unique<SourceBlock>(SourceBlock{
            type, name, block.header, block.body}));
    }

    const LoadRequest& request_;
    hcl::FunctionEnvironment world_;
    SourceMap& sources_;
    Diagnostics& diagnostics_;
    std::shared_ptr<Template> template_;
    std::vector<hcl::Body> bodies_;
    std::vector<VariableBlock> variables_;
    std::vector<LocalBlock> locals_;
    std::optional<SourceRange> registry_;
    std::map<std::string, SourceRange, std::less<>> variable_places_;
    std::map<std::string, SourceRange, std::less<>> local_places_;
};

}  // namespace

std::shared_ptr<const Template> load_template(
    const LoadRequest& request,
    const hcl::FunctionEnvironment& world,
    SourceMap& sources,
    Diagnostics& diagnostics
) {
    return Loader(request, world, sources, diagnostics).run();
}

}  // namespace kiln::tmpl
