#include "hcl/convert.hpp"

#include "hcl/print.hpp"
#include "hcl/unify.hpp"

#include <cassert>
#include <utility>

namespace kiln::hcl {

namespace {

std::string describe(const Value& value) {
    if (value.is_null()) {
        return "null";
    }
    if (value.has(TypeKind::string)) {
        return "string " + quote_briefly(value.as_string());
    }
    if (const auto text = to_text(value)) {
        return friendly_name(value.type()) + " " + *text;
    }
    return friendly_name(value.type());
}

Conversion refuse(const std::string& required, const Value& found) {
    return {std::nullopt, required + " is required, found " + describe(found)};
}

Conversion refuse(const Type& type, const Value& found) {
    const std::string name = friendly_name(type);
    return refuse((name == "object" ? "an " : "a ") + name, found);
}

/// Puts the place in front: "element 2: ...".
Conversion at(const std::string& place, Conversion failed) {
    failed.error = place + ": " + failed.error;
    return failed;
}

std::string index_place(std::size_t index) {
    return "element " + std::to_string(index);
}

std::string key_place(const std::string& key) {
    return "element " + quote_go(key);
}

std::string attribute_place(const std::string& name) {
    return "attribute " + quote_go(name);
}

Conversion to_boolean(const Value& value) {
    if (value.kind() == TypeKind::string) {
        const std::string& text = value.as_string();
        if (text == "true" || text == "1") {
            return {Value::boolean(true), {}};
        }
        if (text == "false" || text == "0") {
            return {Value::boolean(false), {}};
        }
    }
    return refuse(Type::boolean(), value);
}

Conversion to_number(const Value& value) {
    if (value.kind() == TypeKind::string) {
        if (const auto number = Number::parse(value.as_string())) {
            return {Value::number(*number), {}};
        }
    }
    return refuse(Type::number(), value);
}

Conversion to_string_value(const Value& value) {
    if (const auto text = to_text(value)) {
        return {Value::string(*text), {}};
    }
    return refuse(Type::string(), value);
}

/// The values all of `element` type, which may be dynamic in parts: those are unified.
struct Collected {
    Type element;
    Elements values;
    std::string error;
};

Collected collect(const Type& wanted, Elements values, const std::string& what) {
    if (!wanted.has_dynamic() || values.empty()) {
        return {wanted.without_optional(), std::move(values), {}};
    }
    auto unified = unify_values(values);
    if (!unified) {
        return {wanted, {}, "all " + what + " elements must have the same type"};
    }
    std::vector<Type> types;
    for (const Value& value : *unified) {
        types.push_back(value.type());
    }
    return {*unify(types), std::move(*unified), {}};
}

Conversion to_sequence(const Value& value, const Type& type) {
    const TypeKind from = value.kind();
    if (from != TypeKind::list && from != TypeKind::set && from != TypeKind::tuple) {
        return refuse(type, value);
    }
    Elements converted;
    converted.reserve(value.size());
    for (const Value& element : value.elements()) {
        Conversion conversion = convert(element, type.element());
        if (!conversion) {
            return at(index_place(converted.size()), std::move(conversion));
        }
        converted.push_back(std::move(*conversion.value));
    }
    const bool is_list = type.is(TypeKind::list);
    Collected collected = collect(type.element(), std::move(converted), is_list ? "list" : "set");
    if (!collected.error.empty()) {
        return {std::nullopt, collected.error};
    }
    return {
        is_list ? Value::list(collected.element, std::move(collected.values))
                : Value::set(collected.element, std::move(collected.values)),
        {}};
}

Conversion to_map(const Value& value, const Type& type) {
    if (value.kind() != TypeKind::map && value.kind() != TypeKind::object) {
        return refuse(type, value);
    }
    Elements converted;
    for (const auto& [key, member] : value.members()) {
        Conversion conversion = convert(member, type.element());
        if (!conversion) {
            return at(key_place(key), std::move(conversion));
        }
        converted.push_back(std::move(*conversion.value));
    }
    Collected collected = collect(type.element(), std::move(converted), "map");
    if (!collected.error.empty()) {
        return {std::nullopt, collected.error};
    }
    Members members;
    auto next = collected.values.begin();
    for (const auto& [key, member] : value.members()) {
        members.emplace_hint(members.end(), key, std::move(*next++));
    }
    return {Value::map(collected.element, std::move(members)), {}};
}

Conversion to_tuple(const Value& value, const Type& type) {
    if (value.kind() != TypeKind::tuple) {
        return refuse(type, value);
    }
    if (value.size() != type.elements().size()) {
        return {
            std::nullopt,
            "a tuple of " + std::to_string(type.elements().size()) +
                " elements is required, found " + std::to_string(value.size())};
    }
    Elements converted;
    for (std::size_t i = 0; i < value.size(); ++i) {
        Conversion conversion = convert(value.elements()[i], type.elements()[i]);
        if (!conversion) {
            return at(index_place(i), std::move(conversion));
        }
        converted.push_back(std::move(*conversion.value));
    }
    return {Value::tuple(std::move(converted)), {}};
}

/// The member of that name, or the default of an optional attribute; a null gives way to a
/// default. Nothing when a required attribute is missing.
std::optional<Value> attribute_source(
    const Members& members, const std::string& name, const Type::Attribute& attribute
) {
    const auto member = members.find(name);
    const bool given = member != members.end();
    if (given && !(member->second.is_null() && attribute.default_value)) {
        return member->second;
    }
    if (attribute.default_value) {
        return *attribute.default_value;
    }
    return attribute.optional ? std::optional(Value::null()) : std::nullopt;
}

Conversion to_object(const Value& value, const Type& type) {
    if (value.kind() != TypeKind::map && value.kind() != TypeKind::object) {
        return refuse(type, value);
    }
    Members converted;
    for (const auto& [name, attribute] : type.attributes()) {
        const std::optional<Value> source = attribute_source(value.members(), name, attribute);
        if (!source) {
            return {std::nullopt, attribute_place(name) + " is required"};
        }
        Conversion conversion = convert(*source, attribute.type);
        if (!conversion) {
            return at(attribute_place(name), std::move(conversion));
        }
        converted.emplace_hint(converted.end(), name, std::move(*conversion.value));
    }
    return {Value::object(std::move(converted)), {}};
}

Conversion convert_known(const Value& value, const Type& type) {
    switch (type.kind()) {
        case TypeKind::dynamic:
            return {value, {}};
        case TypeKind::string:
            return to_string_value(value);
        case TypeKind::number:
            return to_number(value);
        case TypeKind::boolean:
            return to_boolean(value);
        case TypeKind::list:
        case TypeKind::set:
            return to_sequence(value, type);
        case TypeKind::map:
            return to_map(value, type);
        case TypeKind::tuple:
            return to_tuple(value, type);
        case TypeKind::object:
            return to_object(value, type);
    }
    return refuse(type, value);
}

bool is_sequence(TypeKind kind) {
    return kind == TypeKind::list || kind == TypeKind::set || kind == TypeKind::tuple;
}

bool is_keyed(TypeKind kind) {
    return kind == TypeKind::map || kind == TypeKind::object;
}

/// Whether some value of type `from` may convert to `to`: asked where there is no value to look
/// at. Only the outermost kind decides, what is inside comes to light once it is known.
bool may_convert(const Type& from, const Type& to) {
    if (from.is(TypeKind::dynamic) || to.is(TypeKind::dynamic) || from.kind() == to.kind()) {
        return true;
    }
    if (from.is_primitive() && to.is_primitive()) {
        return from.is(TypeKind::string) || to.is(TypeKind::string);
    }
    if (to.is(TypeKind::tuple)) {
        return false;
    }
    return (is_sequence(from.kind()) && is_sequence(to.kind())) ||
           (is_keyed(from.kind()) && is_keyed(to.kind()));
}

}  // namespace

Conversion convert(const Value& value, const Type& type) {
    if (type.is(TypeKind::dynamic) || (value.type() == type && !type.has_dynamic())) {
        return {value, {}};
    }
    if (value.is_known() && !value.is_null()) {
        return convert_known(value, type);
    }
    if (!may_convert(value.type(), type)) {
        return refuse(type, value);
    }
    return {value.is_known() ? Value::null(type) : Value::unknown(type), {}};
}

std::optional<std::string> to_text(const Value& value) {
    if (value.has(TypeKind::string)) {
        return value.as_string();
    }
    if (value.has(TypeKind::number)) {
        return value.as_number().to_string();
    }
    if (value.has(TypeKind::boolean)) {
        return value.as_boolean() ? "true" : "false";
    }
    return std::nullopt;
}

}  // namespace kiln::hcl
