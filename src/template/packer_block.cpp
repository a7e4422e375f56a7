#include "template/packer_block.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "template/arguments.hpp"
#include "template/body_schema.hpp"
#include "template/version_constraint.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace kiln::tmpl {

namespace {

const BodySchema kPackerSchema = {{"required_version"}, {{"required_plugins", 0}}};

void check_version(const hcl::Body& body, Diagnostics& diagnostics) {
    const hcl::Scope nothing;
    const ArgumentReader arguments(body, nothing, diagnostics);
    const std::optional<std::string> text = arguments.string("required_version");
    if (!text) {
        return;
    }
    const SourceRange range = arguments.range("required_version");
    const std::optional<VersionConstraint> constraint = VersionConstraint::parse(*text);
    if (!constraint) {
        diagnostics.error(range, "\"" + *text + "\" is no version constraint");
    } else if (!constraint->allows(*Version::parse(kPackerVersion))) {
        diagnostics.error(
            range,
            "Unsupported Packer Core version: the template wants \"" + *text +
                "\", kiln reads templates as Packer " + std::string(kPackerVersion) + " does"
        );
    }
}

// Lower case letters, digits and single dashes between them.
bool is_plugin_name(std::string_view name) {
    const bool letters = std::all_of(name.begin(), name.end(), [](char c) {
        return is_lower(c) || is_digit(c) || c == '-';
    });
    return letters && !name.empty() && name.front() != '-' && name.back() != '-' &&
           name.find("--") == std::string_view::npos;
}

// Why a text names no plugin: "host/namespace/name" is wanted; "" when it does.
std::string source_mistake(const std::string& source) {
    constexpr std::size_t kMaxParts = 16;
    const std::vector<std::string> parts = split(source, '/');
    const bool hollow = std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
        return part.empty();
    });
    if (source.find_first_of("?#:") != std::string::npos) {
        return "has a scheme, a query or a fragment";
    }
    if (parts.size() < 3 || parts.size() > kMaxParts || hollow) {
        return "is not of the form \"host/namespace/name\"";
    }
    if (parts.back().starts_with("packer-")) {
        return "names the plugin with \"packer-\" in front";
    }
    return "";
}

std::optional<std::string> member_text(const hcl::Value& value, const std::string& name) {
    const auto found = value.members().find(name);
    return found == value.members().end() ? std::nullopt : hcl::to_text(found->second);
}

void read_plugin(
    const hcl::Attribute& attribute, std::vector<RequiredPlugin>& plugins, Diagnostics& diagnostics
) {
    const std::size_t errors = diagnostics.error_count();
    const SourceRange range = attribute.expression->range;
    const hcl::Value value = hcl::evaluate(*attribute.expression, hcl::Scope(), diagnostics);
    if (diagnostics.error_count() > errors) {
        return;
    }
    if (!is_plugin_name(attribute.name)) {
        diagnostics.error(
            attribute.name_range,
            "\"" + attribute.name + "\" is no name for a plugin",
            "use lower case letters, digits and single dashes"
        );
    }
    if (!value.has(hcl::TypeKind::object)) {
        diagnostics.error(
            range,
            "a required plugin is an object",
            "write " + attribute.name + " = { version = \"...\", source = \"host/namespace/name\" }"
        );
        return;
    }
    for (const auto& [name, member] : value.members()) {
        if (name != "version" && name != "source") {
            diagnostics.error(
                range,
                "a required plugin has no \"" + name + "\"",
                did_you_mean_hint(name, {"version", "source"})
            );
        }
    }
    const std::optional<std::string> version = member_text(value, "version");
    const std::optional<std::string> source = member_text(value, "source");
    if (!version || !source) {
        diagnostics.error(
            range,
            std::string("a required plugin needs \"") + (version ? "source" : "version") + "\""
        );
        return;
    }
    if (const std::string mistake = source_mistake(*source); !mistake.empty()) {
        diagnostics.error(range, "plugin source \"" + *source + "\" " + mistake);
    }
    const std::optional<VersionConstraint> constraint = VersionConstraint::parse(*version);
    if (!constraint || constraint->mentions_pre_release()) {
        diagnostics.error(range, "\"" + *version + "\" is no version constraint for a plugin");
    }
    plugins.push_back({attribute.name, *source, *version, attribute.range});
}

}  // namespace

void read_packer_block(
    const hcl::Block& block, std::vector<RequiredPlugin>& plugins, Diagnostics& diagnostics
) {
    const hcl::Body body = apply_schema(block.body, kPackerSchema, "block \"packer\"", diagnostics);
    check_version(body, diagnostics);
    for (const hcl::Block& required : body.blocks) {
        for (const hcl::Block& nested : required.body.blocks) {
            diagnostics.error(
                nested.header, "block \"required_plugins\" holds arguments, not blocks"
            );
        }
        for (const hcl::Attribute& attribute : required.body.attributes) {
            const auto same =
                std::find_if(plugins.begin(), plugins.end(), [&](const RequiredPlugin& plugin) {
                    return plugin.name == attribute.name;
                });
            if (same != plugins.end()) {
                report_duplicate(
                    "required plugin \"" + attribute.name + "\"",
                    attribute.name_range,
                    same->range,
                    diagnostics
                );
                continue;
            }
            read_plugin(attribute, plugins, diagnostics);
        }
    }
}

}  // namespace kiln::tmpl
