#include "template/body_schema.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::tmpl {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const hcl::BlockShape* find_shape(const BodySchema& schema, const std::string& type) {
    for (const hcl::BlockShape& shape : schema.blocks) {
        if (shape.type == type) {
            return &shape;
        }
    }
    return nullptr;
}

std::vector<std::string> block_types(const BodySchema& schema) {
    std::vector<std::string> types;
    for (const hcl::BlockShape& shape : schema.blocks) {
        types.push_back(shape.type);
    }
    return types;
}

bool check_attribute(
    const hcl::Attribute& attribute,
    const BodySchema& schema,
    const std::string& owner,
    Diagnostics& diagnostics
) {
    if (contains(schema.attributes, attribute.name)) {
        return true;
    }
    if (find_shape(schema, attribute.name) != nullptr) {
        diagnostics.error(
            attribute.name_range,
            "\"" + attribute.name + "\" in " + owner + " is a block, not an argument",
            "write " + attribute.name + " { ... } without \"=\""
        );
    } else {
        diagnostics.error(
            attribute.name_range,
            "unknown argument \"" + attribute.name + "\" in " + owner,
            did_you_mean_hint(attribute.name, schema.attributes)
        );
    }
    return false;
}

bool check_labels(const hcl::Block& block, const hcl::BlockShape& shape, Diagnostics& diagnostics) {
    if (block.labels.size() == shape.labels) {
        return true;
    }
    const std::string wanted = shape.labels == 0   ? "no label"
                               : shape.labels == 1 ? "one label"
                                                   : std::to_string(shape.labels) + " labels";
    diagnostics.error(
        block.labels.size() > shape.labels ? block.labels[shape.labels].range : block.type_range,
        "block \"" + block.type + "\" takes " + wanted + ", not " +
            std::to_string(block.labels.size())
    );
    return false;
}

bool check_block(
    const hcl::Block& block,
    const BodySchema& schema,
    const std::string& owner,
    Diagnostics& diagnostics
) {
    if (const hcl::BlockShape* shape = find_shape(schema, block.type)) {
        return check_labels(block, *shape, diagnostics);
    }
    if (contains(schema.attributes, block.type)) {
        diagnostics.error(
            block.header,
            "\"" + block.type + "\" in " + owner + " is an argument, not a block",
            "write " + block.type + " = ..."
        );
    } else {
        diagnostics.error(
            block.type_range,
            "unknown block \"" + block.type + "\" in " + owner,
            did_you_mean_hint(block.type, block_types(schema))
        );
    }
    return false;
}

}  // namespace

hcl::Body apply_schema(
    const hcl::Body& written,
    const BodySchema& schema,
    const std::string& owner,
    Diagnostics& diagnostics
) {
    const hcl::Body body = hcl::with_blocks(written, schema.blocks, diagnostics);
    hcl::Body checked = body;
    checked.attributes.clear();
    checked.blocks.clear();
    for (const hcl::Attribute& attribute : body.attributes) {
        if (check_attribute(attribute, schema, owner, diagnostics)) {
            checked.attributes.push_back(attribute);
        }
    }
    for (const hcl::Block& block : body.blocks) {
        if (check_block(block, schema, owner, diagnostics)) {
            checked.blocks.push_back(block);
        }
    }
    return checked;
}

SplitBody split_body(const hcl::Body& body, const std::vector<std::string>& own_attributes) {
    SplitBody split{body, body};
    split.own.blocks.clear();
    split.own.attributes.clear();
    split.rest.attributes.clear();
    for (const hcl::Attribute& attribute : body.attributes) {
        const bool own = contains(own_attributes, attribute.name);
        (own ? split.own : split.rest).attributes.push_back(attribute);
    }
    return split;
}

void report_duplicate(
    const std::string& what, SourceRange second, SourceRange first, Diagnostics& diagnostics
) {
    diagnostics.error(
        second, what + " is declared twice", "the other one is at " + to_string(first)
    );
}

}  // namespace kiln::tmpl
