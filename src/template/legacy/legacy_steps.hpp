#pragma once

#include "hcl/syntax.hpp"
#include "template/legacy/legacy_diagnostics.hpp"
#include "template/template.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kiln::tmpl {

class JsonObject;

/// The builders of a legacy template: name as written to name as rendered. Steps use the former.
using BuilderNames = std::map<std::string, std::string, std::less<>>;

/// Renders a text template of Packer's own properties, such as max_retries. Throws Error.
using RenderText = std::function<std::string(const std::string& text)>;

/// Reads provisioners and post-processors of a legacy template.
class LegacyStepReader {
public:
    LegacyStepReader(const BuilderNames& builders, RenderText render, LegacyDiagnostics diagnostics)
        : builders_(builders),
          render_(std::move(render)),
          diagnostics_(diagnostics.text),
          judgements_(diagnostics.values) {}

    /// `owner` names it in messages: `provisioner 2`.
    std::optional<ProvisionerBlock> read_provisioner(
        const hcl::ExpressionPtr& value, const std::string& owner
    );
    /// An element of "post-processors": a chain of its own, or several steps in an array.
    std::vector<PostProcessorBlock> read_chain(
        const hcl::ExpressionPtr& value, const std::string& owner
    );

private:
    std::optional<PostProcessorBlock> read_post_processor(
        const hcl::ExpressionPtr& value, const std::string& owner
    );
    StepArguments read_filter(JsonObject& object);
    std::vector<std::string> rendered_names(
        const std::vector<std::string>& written, const std::string& property, SourceRange range
    );
    std::int64_t read_retries(JsonObject& object);
    void read_overrides(JsonObject& object, ProvisionerBlock& out);
    std::optional<std::string> builder_named(
        const std::string& written, const std::string& property, SourceRange range
    );

    const BuilderNames& builders_;
    RenderText render_;
    Diagnostics& diagnostics_;
    Diagnostics& judgements_;
};

}  // namespace kiln::tmpl
