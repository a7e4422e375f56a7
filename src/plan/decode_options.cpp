#include "plan/decode_options.hpp"

#include "hcl/json_syntax.hpp"
#include "plan/decode_legacy.hpp"
#include "plan/option_rules.hpp"
#include "plan/option_writer.hpp"
#include "plan/render_options.hpp"

#include <algorithm>
#include <utility>

namespace kiln::plan {

namespace {

std::vector<hcl::BlockShape> block_shapes(const OptionTable& table) {
    std::vector<hcl::BlockShape> shapes;
    for (const OptionSpec& option : table.options()) {
        if (option.is_block()) {
            shapes.push_back({option.name, 0});
        }
    }
    return shapes;
}

// Fills one struct, and the structs of its nested blocks, from bodies or object values.
class Decoder {
public:
    Decoder(const hcl::Scope& scope, GivenOptions& given, Diagnostics& diagnostics)
        : scope_(scope), writer_(given, diagnostics), diagnostics_(diagnostics) {}

    void read_body(
        const OptionTable& table,
        const hcl::Body& written,
        const std::string& owner,
        const std::string& path,
        void* object
    ) {
        const hcl::Body body = hcl::with_blocks(written, block_shapes(table), diagnostics_);
        for (const hcl::Attribute& attribute : body.attributes) {
            read_attribute(table, attribute, owner, path, object);
        }
        for (const hcl::Block& block : body.blocks) {
            read_block(table, block, owner, path, object);
        }
    }

    void read_object(
        const OptionTable& table,
        const hcl::Members& members,
        SourceRange range,
        const std::string& owner,
        const std::string& path,
        void* object
    ) {
        for (const auto& [name, value] : members) {
            const OptionSpec* option = table.find(name);
            if (option == nullptr) {
                writer_.unknown(table, name, range, owner, path);
            } else if (option->is_block()) {
                read_block_value(*option, value, range, path, object);
            } else {
                writer_.assign(*option, value, range, path, object);
            }
        }
    }

private:
    void read_attribute(
        const OptionTable& table,
        const hcl::Attribute& attribute,
        const std::string& owner,
        const std::string& path,
        void* object
    ) {
        const OptionSpec* option = table.find(attribute.name);
        if (option == nullptr) {
            return writer_.unknown(table, attribute.name, attribute.name_range, owner, path);
        }
        if (option->is_block()) {
            diagnostics_.error(
                attribute.name_range,
                "\"" + attribute.name + "\" of " + owner + " is a block, not an argument",
                "write " + attribute.name + " { ... } without \"=\""
            );
            return;
        }
        const std::size_t errors = diagnostics_.error_count();
        const hcl::Value value = hcl::evaluate(*attribute.expression, scope_, diagnostics_);
        if (diagnostics_.error_count() > errors) {
            writer_.note(*option, attribute.expression->range, path);
            return;
        }
        writer_.assign(*option, value, attribute.expression->range, path, object);
    }

    void read_block(
        const OptionTable& table,
        const hcl::Block& block,
        const std::string& owner,
        const std::string& path,
        void* object
    ) {
        const OptionSpec* option = table.find(block.type);
        if (option == nullptr) {
            return writer_.unknown(table, block.type, block.type_range, owner, path);
        }
        if (!option->is_block()) {
            diagnostics_.error(
                block.header,
                "\"" + block.type + "\" of " + owner + " is an argument, not a block",
                option->type == OptionType::string_map
                    ? "write " + block.type + " = { ... }"
                    : "write " + block.type + " = ..., a " + name_of(option->type)
            );
            return;
        }
        if (!block.labels.empty()) {
            diagnostics_.error(
                block.labels.front().range, "block \"" + block.type + "\" has no labels"
            );
        }
        if (option->type == OptionType::block && option->count(object) > 0) {
            diagnostics_.error(
                block.header, "only one \"" + block.type + "\" block is allowed in " + owner
            );
            return;
        }
        writer_
            .enter(*option, block.header, path, object, [&](void* nested, const std::string& at) {
                read_body(option->nested(), block.body, "block \"" + block.type + "\"", at, nested);
            });
    }

    void read_block_value(
        const OptionSpec& option,
        const hcl::Value& value,
        SourceRange range,
        const std::string& path,
        void* object
    ) {
        if (value.is_null() || !value.is_known()) {
            return;
        }
        if (value.has(hcl::TypeKind::object) || value.has(hcl::TypeKind::map)) {
            writer_.enter(option, range, path, object, [&](void* nested, const std::string& at) {
                const std::string owner = "block \"" + option.name + "\"";
                read_object(option.nested(), value.members(), range, owner, at, nested);
            });
            return;
        }
        if (value.has(hcl::TypeKind::tuple) || value.has(hcl::TypeKind::list)) {
            for (const hcl::Value& element : value.elements()) {
                read_block_value(option, element, range, path, object);
            }
            return;
        }
        diagnostics_.error(
            range, "\"" + option.name + "\" must be an object, or a list of objects"
        );
    }

    const hcl::Scope& scope_;
    OptionWriter writer_;
    Diagnostics& diagnostics_;
};

}  // namespace

DecodedOptions decode_options(
    const OptionTable& table,
    const OptionInput& input,
    const hcl::Scope& scope,
    const tmpl::TextContext& text,
    Diagnostics& diagnostics
) {
    const std::shared_ptr<void> object = table.make_defaults();
    GivenOptions given;
    const OptionRanges& ranges = given.ranges;
    if (input.language == tmpl::Language::legacy_json) {
        LegacyDecoder decoder(text, given, diagnostics);
        for (const hcl::Body& body : input.bodies) {
            decoder.read_body(table, body, input.owner, "", object.get());
        }
    } else {
        Decoder decoder(scope, given, diagnostics);
        for (const hcl::Body& body : input.bodies) {
            decoder.read_body(table, body, input.owner, "", object.get());
        }
        if (!input.overrides.is_null()) {
            decoder.read_object(
                table, input.overrides.members(), input.range, input.owner, "", object.get()
            );
        }
        render_options(table, ranges, "", text, input.range, object.get(), diagnostics);
    }

    check_required(table, given, "", input.owner, input.range, diagnostics);
    check_values(table, ranges, "", object.get(), diagnostics);
    return DecodedOptions(table, object, std::move(given.ranges));
}

}  // namespace kiln::plan
