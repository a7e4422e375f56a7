#include "hcl/type.hpp"

#include "hcl/json.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"
#include "hcl/value.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace kiln::hcl {

struct Type::Node {
    TypeKind kind = TypeKind::dynamic;
    std::vector<Type> elements;  // of a tuple; the one element type of a collection
    Attributes attributes;
    bool has_dynamic = false;
    bool has_optional = false;
};

Type::Type(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

Type::Type() : Type(dynamic()) {}

Type Type::dynamic() {
    static const Type type(std::make_shared<const Node>(Node{TypeKind::dynamic, {}, {}, true}));
    return type;
}

Type Type::string() {
    static const Type type(std::make_shared<const Node>(Node{TypeKind::string, {}, {}}));
    return type;
}

Type Type::number() {
    static const Type type(std::make_shared<const Node>(Node{TypeKind::number, {}, {}}));
    return type;
}

Type Type::boolean() {
    static const Type type(std::make_shared<const Node>(Node{TypeKind::boolean, {}, {}}));
    return type;
}

Type Type::list(Type element) {
    Node node{TypeKind::list, {}, {}, element.node_->has_dynamic, element.node_->has_optional};
    node.elements.push_back(std::move(element));
    return Type(std::make_shared<const Node>(std::move(node)));
}

Type Type::set(Type element) {
    Node node{TypeKind::set, {}, {}, element.node_->has_dynamic, element.node_->has_optional};
    node.elements.push_back(std::move(element));
    return Type(std::make_shared<const Node>(std::move(node)));
}

Type Type::map(Type element) {
    Node node{TypeKind::map, {}, {}, element.node_->has_dynamic, element.node_->has_optional};
    node.elements.push_back(std::move(element));
    return Type(std::make_shared<const Node>(std::move(node)));
}

Type Type::tuple(std::vector<Type> elements) {
    Node node{TypeKind::tuple, std::move(elements), {}};
    for (const Type& element : node.elements) {
        node.has_dynamic |= element.node_->has_dynamic;
        node.has_optional |= element.node_->has_optional;
    }
    return Type(std::make_shared<const Node>(std::move(node)));
}

Type Type::object(Attributes attributes) {
    Node node{TypeKind::object, {}, std::move(attributes)};
    for (const auto& [name, attribute] : node.attributes) {
        node.has_dynamic |= attribute.type.node_->has_dynamic;
        node.has_optional |= attribute.optional || attribute.type.node_->has_optional;
    }
    return Type(std::make_shared<const Node>(std::move(node)));
}

Type Type::object(const std::vector<std::pair<std::string, Type>>& attributes) {
    Attributes named;
    for (const auto& [name, type] : attributes) {
        named[name] = Attribute{type};
    }
    return object(std::move(named));
}

TypeKind Type::kind() const {
    return node_->kind;
}

bool Type::is_primitive() const {
    return is(TypeKind::string) || is(TypeKind::number) || is(TypeKind::boolean);
}

bool Type::is_collection() const {
    return is(TypeKind::list) || is(TypeKind::set) || is(TypeKind::map);
}

const Type& Type::element() const {
    assert(is_collection());
    return node_->elements.front();
}

const std::vector<Type>& Type::elements() const {
    assert(is(TypeKind::tuple));
    return node_->elements;
}

const Type::Attributes& Type::attributes() const {
    assert(is(TypeKind::object));
    return node_->attributes;
}

bool Type::has_dynamic() const {
    return node_->has_dynamic;
}

Type Type::without_optional() const {
    if (!node_->has_optional) {
        return *this;
    }
    Node node = *node_;
    node.has_optional = false;
    for (Type& element : node.elements) {
        element = element.without_optional();
    }
    for (auto& [name, attribute] : node.attributes) {
        attribute = Attribute{attribute.type.without_optional()};
    }
    return Type(std::make_shared<const Node>(std::move(node)));
}

bool Type::operator==(const Type& other) const {
    if (node_ == other.node_) {
        return true;
    }
    const auto same = [](const auto& a, const auto& b) {
        return a.first == b.first && a.second.optional == b.second.optional &&
               a.second.type == b.second.type;
    };
    return node_->kind == other.node_->kind && node_->elements == other.node_->elements &&
           std::equal(
               node_->attributes.begin(),
               node_->attributes.end(),
               other.node_->attributes.begin(),
               other.node_->attributes.end(),
               same
           );
}

namespace {

std::string attribute_to_string(const Type::Attribute& attribute) {
    if (!attribute.optional) {
        return to_string(attribute.type);
    }
    std::string text = "optional(" + to_string(attribute.type);
    if (attribute.default_value) {
        text += ", " + print_compact(*attribute.default_value);
    }
    return text + ")";
}

std::string tuple_to_string(const Type& type) {
    std::string text = "tuple([";
    for (const Type& element : type.elements()) {
        text += (text.ends_with('[') ? "" : ", ") + to_string(element);
    }
    return text + "])";
}

std::string object_to_string(const Type& type) {
    std::string text = "object({";
    for (const auto& [name, attribute] : type.attributes()) {
        text += text.ends_with('{') ? "" : ", ";
        text += is_identifier(name) ? name : to_json_string(name);
        text += "=" + attribute_to_string(attribute);
    }
    return text + "})";
}

/// " of string", or nothing when the elements may be of any type.
std::string of_elements(const Type& collection) {
    const Type& element = collection.element();
    return element.is(TypeKind::dynamic) ? "" : " of " + friendly_name(element);
}

}  // namespace

std::string to_string(const Type& type) {
    switch (type.kind()) {
        case TypeKind::dynamic:
            return "any";
        case TypeKind::string:
            return "string";
        case TypeKind::number:
            return "number";
        case TypeKind::boolean:
            return "bool";
        case TypeKind::list:
            return "list(" + to_string(type.element()) + ")";
        case TypeKind::set:
            return "set(" + to_string(type.element()) + ")";
        case TypeKind::map:
            return "map(" + to_string(type.element()) + ")";
        case TypeKind::tuple:
            return tuple_to_string(type);
        case TypeKind::object:
            return object_to_string(type);
    }
    return {};
}

std::string friendly_name(const Type& type) {
    switch (type.kind()) {
        case TypeKind::dynamic:
            return "dynamic";
        case TypeKind::string:
        case TypeKind::number:
        case TypeKind::boolean:
            return to_string(type);
        case TypeKind::list:
            return "list" + of_elements(type);
        case TypeKind::set:
            return "set" + of_elements(type);
        case TypeKind::map:
            return "map" + of_elements(type);
        case TypeKind::tuple:
            return "tuple";
        case TypeKind::object:
            return "object";
    }
    return {};
}

}  // namespace kiln::hcl
