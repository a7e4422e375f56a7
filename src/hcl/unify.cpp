#include "hcl/unify.hpp"

#include "hcl/convert.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl {

namespace {

bool all_of_kind(const std::vector<Type>& types, TypeKind kind) {
    return std::all_of(types.begin(), types.end(), [kind](const Type& t) { return t.is(kind); });
}

bool all_of_kinds(const std::vector<Type>& types, TypeKind one, TypeKind other) {
    return std::all_of(types.begin(), types.end(), [one, other](const Type& t) {
        return t.is(one) || t.is(other);
    });
}

/// The element types of collections, all elements of tuples and all attributes of objects.
std::vector<Type> inner_types(const std::vector<Type>& types) {
    std::vector<Type> inner;
    for (const Type& type : types) {
        if (type.is(TypeKind::tuple)) {
            inner.insert(inner.end(), type.elements().begin(), type.elements().end());
        } else if (type.is(TypeKind::object)) {
            for (const auto& [name, attribute] : type.attributes()) {
                inner.push_back(attribute.type);
            }
        } else {
            inner.push_back(type.element());
        }
    }
    return inner;
}

/// A collection of the unified element type.
std::optional<Type> unify_as(Type (*collection)(Type), const std::vector<Type>& types) {
    const std::optional<Type> element = unify(inner_types(types));
    return element ? std::optional(collection(*element)) : std::nullopt;
}

std::optional<Type> unify_tuples(const std::vector<Type>& types) {
    const std::size_t length = types.front().elements().size();
    const bool same_length = std::all_of(types.begin(), types.end(), [length](const Type& type) {
        return type.elements().size() == length;
    });
    if (!same_length) {
        return unify_as(Type::list, types);
    }
    std::vector<Type> elements;
    for (std::size_t i = 0; i < length; ++i) {
        std::vector<Type> column;
        for (const Type& type : types) {
            column.push_back(type.elements()[i]);
        }
        const std::optional<Type> element = unify(column);
        if (!element) {
            return std::nullopt;
        }
        elements.push_back(*element);
    }
    return Type::tuple(std::move(elements));
}

bool same_names(const Type& a, const Type& b) {
    return std::equal(
        a.attributes().begin(),
        a.attributes().end(),
        b.attributes().begin(),
        b.attributes().end(),
        [](const auto& x, const auto& y) { return x.first == y.first; }
    );
}

std::optional<Type> unify_objects(const std::vector<Type>& types) {
    const Type& first = types.front();
    if (!std::all_of(types.begin(), types.end(), [&](const Type& type) {
            return same_names(first, type);
        })) {
        return unify_as(Type::map, types);
    }
    Type::Attributes attributes;
    for (const auto& [name, attribute] : first.attributes()) {
        std::vector<Type> column;
        for (const Type& type : types) {
            column.push_back(type.attributes().find(name)->second.type);
        }
        const std::optional<Type> unified = unify(column);
        if (!unified) {
            return std::nullopt;
        }
        attributes[name] = Type::Attribute{*unified};
    }
    return Type::object(std::move(attributes));
}

bool contains_kind(const std::vector<Type>& types, TypeKind kind) {
    return std::any_of(types.begin(), types.end(), [kind](const Type& t) { return t.is(kind); });
}

std::optional<Type> unify_sequences(const std::vector<Type>& types) {
    if (all_of_kind(types, TypeKind::tuple)) {
        return unify_tuples(types);
    }
    // A list is the more general: a set becomes one without loss.
    const bool to_set = !contains_kind(types, TypeKind::list);
    return unify_as(to_set ? Type::set : Type::list, types);
}

std::optional<Type> unify_primitives(const std::vector<Type>& types) {
    const bool same = all_of_kind(types, types.front().kind());
    // Number and bool convert to string, but not to each other.
    if (!same && !contains_kind(types, TypeKind::string)) {
        return std::nullopt;
    }
    return same ? types.front() : Type::string();
}

}  // namespace

std::optional<Type> unify(const std::vector<Type>& types) {
    if (types.empty() || contains_kind(types, TypeKind::dynamic)) {
        return Type::dynamic();
    }
    if (std::all_of(types.begin(), types.end(), [](const Type& t) { return t.is_primitive(); })) {
        return unify_primitives(types);
    }
    if (all_of_kind(types, TypeKind::object)) {
        return unify_objects(types);
    }
    if (all_of_kinds(types, TypeKind::map, TypeKind::object)) {
        return unify_as(Type::map, types);
    }
    const bool sequences = std::all_of(types.begin(), types.end(), [](const Type& type) {
        return type.is(TypeKind::list) || type.is(TypeKind::set) || type.is(TypeKind::tuple);
    });
    return sequences ? unify_sequences(types) : std::nullopt;
}

std::optional<std::vector<Value>> unify_values(const std::vector<Value>& values) {
    std::vector<Type> types;
    for (const Value& value : values) {
        if (!(value.is_null() && value.type().is(TypeKind::dynamic))) {
            types.push_back(value.type());
        }
    }
    const std::optional<Type> type = unify(types);
    if (!type) {
        return std::nullopt;
    }
    std::vector<Value> unified;
    unified.reserve(values.size());
    for (const Value& value : values) {
        Conversion conversion = convert(value, *type);
        if (!conversion) {
            return std::nullopt;
        }
        unified.push_back(std::move(*conversion.value));
    }
    return unified;
}

}  // namespace kiln::hcl
