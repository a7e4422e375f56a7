#include "template/build_block.hpp"

#include "base/strings.hpp"
#include "template/arguments.hpp"
#include "template/body_schema.hpp"
#include "template/source_use.hpp"
#include "template/step_blocks.hpp"

#include <utility>

namespace kiln::tmpl {

namespace {

const BodySchema kBuildSchema = {
    {"name", "description", "sources"},
    {{"source", 1},
     {"provisioner", 1},
     {"error-cleanup-provisioner", 1},
     {"post-processor", 1},
     {"post-processors", 0},
     {"hcp_packer_registry", 0}}};

const BodySchema kChainSchema = {{}, {{"post-processor", 1}}};

class BuildReader {
public:
    BuildReader(const Template& owner, const hcl::Scope& scope, Diagnostics& diagnostics)
        : owner_(owner),
          scope_(scope),
          meta_scope_(hcl::Scope::inside(scope)),
          diagnostics_(diagnostics) {}

    BuildBlock read(const hcl::Block& block) {
        const hcl::Body body =
            apply_schema(block.body, kBuildSchema, "block \"build\"", diagnostics_);
        const ArgumentReader arguments(body, scope_, diagnostics_);
        build_.range = block.header;
        build_.name = arguments.string("name").value_or("");
        build_.description = arguments.string("description").value_or("");
        meta_scope_.set("build", hcl::Value::object({{"name", hcl::Value::string(build_.name)}}));
        read_sources(body);
        for (const hcl::Block& nested : body.blocks) {
            read_block(nested);
        }
        if (build_.sources.empty() && !source_mistake_) {
            diagnostics_.error(
                block.header,
                "a build needs at least one source",
                "write sources = [\"source.TYPE.NAME\"]"
            );
        }
        return std::move(build_);
    }

private:
    void read_sources(const hcl::Body& body) {
        const hcl::Attribute* sources = body.find("sources");
        if (sources == nullptr) {
            return;
        }
        const std::size_t errors = diagnostics_.error_count();
        const ArgumentReader arguments(body, scope_, diagnostics_);
        const auto names = arguments.strings("sources");
        for (std::size_t i = 0; names && i < names->size(); ++i) {
            add_source(find_source(owner_, (*names)[i], element_range(*sources, i), diagnostics_));
        }
        source_mistake_ |= diagnostics_.error_count() > errors;
    }

    // The element itself where the list is written out.
    static SourceRange element_range(const hcl::Attribute& attribute, std::size_t i) {
        const auto* tuple = std::get_if<hcl::TupleExpression>(&attribute.expression->node);
        return tuple != nullptr && i < tuple->elements.size() ? tuple->elements[i]->range
                                                              : attribute.expression->range;
    }

    void add_source(std::optional<SourceUse> use) {
        if (use) {
            build_.sources.push_back(std::move(*use));
        } else {
            source_mistake_ = true;
        }
    }

    void read_block(const hcl::Block& block) {
        if (block.type == "source") {
            add_source(read_nested_source(block, owner_, diagnostics_));
        } else if (block.type == "provisioner") {
            build_.provisioners.push_back(read_provisioner(block, meta_scope_, diagnostics_));
        } else if (block.type == "error-cleanup-provisioner") {
            read_cleanup(block);
        } else if (block.type == "post-processor") {
            build_.post_processors.push_back({read_post_processor(block, meta_scope_, diagnostics_)}
            );
        } else if (block.type == "post-processors") {
            read_chain(block);
        }  // and hcp_packer_registry, which is judged for the template as a whole
    }

    void read_cleanup(const hcl::Block& block) {
        if (build_.error_cleanup_provisioner) {
            report_duplicate(
                "the error-cleanup-provisioner of this build",
                block.header,
                build_.error_cleanup_provisioner->range,
                diagnostics_
            );
            return;
        }
        build_.error_cleanup_provisioner = read_provisioner(block, meta_scope_, diagnostics_);
    }

    void read_chain(const hcl::Block& block) {
        const hcl::Body body =
            apply_schema(block.body, kChainSchema, "block \"post-processors\"", diagnostics_);
        std::vector<PostProcessorBlock> chain;
        for (const hcl::Block& nested : body.blocks) {
            chain.push_back(read_post_processor(nested, meta_scope_, diagnostics_));
        }
        if (!chain.empty()) {
            build_.post_processors.push_back(std::move(chain));
        }
    }

    const Template& owner_;
    const hcl::Scope& scope_;
    hcl::Scope meta_scope_;  // with build.name
    Diagnostics& diagnostics_;
    BuildBlock build_;
    bool source_mistake_ = false;
};

}  // namespace

BuildBlock read_build_block(
    const hcl::Block& block,
    const Template& owner,
    const hcl::Scope& scope,
    Diagnostics& diagnostics
) {
    return BuildReader(owner, scope, diagnostics).read(block);
}

}  // namespace kiln::tmpl
