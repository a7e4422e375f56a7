#include "template/source_use.hpp"

#include "base/strings.hpp"
#include "template/arguments.hpp"
#include "template/body_schema.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace kiln::tmpl {

namespace {

std::vector<std::string> source_names(const Template& owner, bool with_prefix) {
    std::vector<std::string> names;
    for (const auto& source : owner.sources) {
        names.push_back((with_prefix ? "source." : "") + source->type + "." + source->name);
    }
    return names;
}

// An argument that both the source and the nested block give is a mistake: the two are merged,
// none wins over the other.
void check_merge(const SourceBlock& source, const hcl::Body& additions, Diagnostics& diagnostics) {
    for (const hcl::Attribute& attribute : additions.attributes) {
        if (const hcl::Attribute* other = source.body.find(attribute.name)) {
            diagnostics.error(
                attribute.name_range,
                "argument \"" + attribute.name + "\" is set in source \"" + source.type + "." +
                    source.name + "\" already",
                "the other one is at " + to_string(other->name_range)
            );
        }
    }
}

}  // namespace

std::optional<SourceUse> find_source(
    const Template& owner, const std::string& reference, SourceRange range, Diagnostics& diagnostics
) {
    // Packer takes the second and the third part of a longer reference and looks at no other:
    // templates say "sources.TYPE.NAME" and "source.TYPE.NAME.anything" as well.
    std::vector<std::string> parts = split(reference, '.');
    const bool has_prefix = parts.size() > 2;
    if (has_prefix) {
        parts.erase(parts.begin());
        parts.resize(2);
    }
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
        diagnostics.error(
            range, "\"" + reference + "\" is no reference to a source", "write \"source.TYPE.NAME\""
        );
        return std::nullopt;
    }
    const SourceBlock* source = owner.find_source(parts[0], parts[1]);
    if (source == nullptr) {
        diagnostics.error(
            range,
            "there is no source \"" + parts[0] + "." + parts[1] + "\"",
            did_you_mean_hint(reference, source_names(owner, has_prefix))
        );
        return std::nullopt;
    }
    return SourceUse{source, Language::hcl2, source->name, range, std::nullopt};
}

std::optional<SourceUse> read_nested_source(
    const hcl::Block& block, const Template& owner, Diagnostics& diagnostics
) {
    const hcl::Label& label = block.labels.front();
    std::optional<SourceUse> use = find_source(owner, label.text, label.range, diagnostics);
    if (!use) {
        return std::nullopt;
    }
    SplitBody split = split_body(block.body, {"name"});
    const hcl::Scope nothing;
    const ArgumentReader arguments(split.own, nothing, diagnostics);
    if (std::optional<std::string> alias = arguments.string("name")) {
        use->alias = std::move(*alias);
    }
    use->range = block.header;
    check_merge(*use->source, split.rest, diagnostics);
    use->additions = std::move(split.rest);
    return use;
}

}  // namespace kiln::tmpl
