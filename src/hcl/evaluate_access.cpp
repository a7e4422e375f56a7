#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/evaluator.hpp"
#include "hcl/print.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl {

namespace {

// More names than these are not listed in a hint.
constexpr std::size_t kListedNames = 8;

std::vector<std::string> names_of(const Type::Attributes& attributes) {
    std::vector<std::string> names;
    for (const auto& [name, attribute] : attributes) {
        names.push_back(name);
    }
    return names;
}

std::vector<std::string> keys_of(const Members& members) {
    std::vector<std::string> keys;
    for (const auto& [key, member] : members) {
        keys.push_back(key);
    }
    return keys;
}

std::string hint_for_missing(const std::string& name, const std::vector<std::string>& names) {
    std::string hint = did_you_mean_hint(name, names);
    if (hint.empty() && !names.empty() && names.size() <= kListedNames) {
        hint = "it has " + join(names, ", ");
    }
    return hint;
}

Value object_attribute(
    const Value& object, const std::string& name, SourceRange range, Diagnostics& d
) {
    const Type::Attributes& attributes = object.type().attributes();
    const auto attribute = attributes.find(name);
    if (attribute == attributes.end()) {
        d.error(
            range,
            "this object has no attribute \"" + name + "\"",
            hint_for_missing(name, names_of(attributes))
        );
        return Value::unknown();
    }
    return object.is_known() ? object.members().find(name)->second
                             : Value::unknown(attribute->second.type);
}

Value map_element(const Value& map, const std::string& key, SourceRange range, Diagnostics& d) {
    if (!map.is_known()) {
        return Value::unknown(map.type().element());
    }
    const auto member = map.members().find(key);
    if (member == map.members().end()) {
        d.error(
            range,
            "this map has no element \"" + key + "\"",
            hint_for_missing(key, keys_of(map.members()))
        );
        return Value::unknown(map.type().element());
    }
    return member->second;
}

bool is_sequence(const Type& type) {
    return type.is(TypeKind::list) || type.is(TypeKind::tuple) || type.is(TypeKind::set);
}

Value attribute_of(const Value& value, const std::string& name, SourceRange range, Diagnostics& d) {
    if (value.is_null()) {
        d.error(range, "this value is null, so it has no attribute \"" + name + "\"");
        return Value::unknown();
    }
    const Type& type = value.type();
    if (type.is(TypeKind::object)) {
        return object_attribute(value, name, range, d);
    }
    if (type.is(TypeKind::map)) {
        return map_element(value, name, range, d);
    }
    if (type.is(TypeKind::dynamic)) {
        return Value::unknown();
    }
    d.error(
        range,
        with_article(value) + " has no attributes",
        is_sequence(type)
            ? "write [*]." + name + " for all elements, [0]." + name + " for the first"
            : ""
    );
    return Value::unknown();
}

Value sequence_element(const Value& value, const Value& key, SourceRange range, Diagnostics& d) {
    const Type& type = value.type();
    const bool is_list = type.is(TypeKind::list);
    const Value index = require(key, Type::number(), "the index", range, d);
    if (!index.is_known() || (is_list && !value.is_known())) {
        return is_list ? Value::unknown(type.element()) : Value::unknown();
    }
    const std::size_t size = is_list ? value.size() : type.elements().size();
    const std::optional<std::int64_t> at = index.as_number().to_int64();
    const std::string shown = index.as_number().to_string();
    if (!index.as_number().is_integer() || index.as_number().sign() < 0) {
        d.error(range, "an index is a whole number from 0 on, not " + shown.substr(0, 40));
        return Value::unknown();
    }
    if (!at || static_cast<std::uint64_t>(*at) >= size) {
        const std::string what = is_list ? "list" : "tuple";
        d.error(
            range,
            size == 0 ? "this " + what + " is empty"
                      : "there is no element " + shown.substr(0, 40) + ": this " + what + " has " +
                            std::to_string(size) + ", counted from 0"
        );
        return Value::unknown();
    }
    const auto i = static_cast<std::size_t>(*at);
    return value.is_known() ? value.elements()[i] : Value::unknown(type.elements()[i]);
}

Value element_of(const Value& value, const Value& key, SourceRange range, Diagnostics& d) {
    if (value.is_null()) {
        d.error(range, "this value is null, so it has no elements");
        return Value::unknown();
    }
    const Type& type = value.type();
    switch (type.kind()) {
        case TypeKind::dynamic:
            require(key, Type::dynamic(), "the index", range, d);  // a null is wrong anyway
            return Value::unknown();
        case TypeKind::list:
        case TypeKind::tuple:
            return sequence_element(value, key, range, d);
        case TypeKind::map:
        case TypeKind::object: {
            const Value name = require(key, Type::string(), "the key", range, d);
            if (!name.is_known()) {
                return type.is(TypeKind::map) ? Value::unknown(type.element()) : Value::unknown();
            }
            return type.is(TypeKind::map) ? map_element(value, name.as_string(), range, d)
                                          : object_attribute(value, name.as_string(), range, d);
        }
        case TypeKind::set:
            d.error(
                range,
                "the elements of a set have no order, so there is no index",
                "convert it to a list: convert(x, list(any))"
            );
            return Value::unknown();
        case TypeKind::string:
        case TypeKind::number:
        case TypeKind::boolean:
            break;
    }
    d.error(range, with_article(value) + " has no elements");
    return Value::unknown();
}

// A list when the results allow one, as the results of a splat over a list do.
Value results_as_list(Elements results) {
    if (results.empty()) {
        return Value::list(Type::dynamic(), {});
    }
    const Type type = results.front().type();
    const bool uniform = std::all_of(results.begin(), results.end(), [&](const Value& v) {
        return v.type() == type;
    });
    return uniform ? Value::list(type, std::move(results)) : Value::tuple(std::move(results));
}

}  // namespace

Value Evaluator::access(const AccessExpression& access, const Scope& scope, Diagnostics& d) {
    return take_steps(value(*access.operand, scope, d), access.steps, scope, d);
}

Value Evaluator::take_steps(
    Value value, std::span<const Step> steps, const Scope& scope, Diagnostics& d
) {
    for (const Step& step : steps) {
        if (const auto* attribute = std::get_if<AttributeStep>(&step.kind)) {
            value = attribute_of(value, attribute->name, step.range, d);
        } else if (const auto* index = std::get_if<IndexStep>(&step.kind)) {
            const Value key = this->value(*index->key, scope, d);
            value = element_of(value, key, step.range, d);
        } else {
            value = splat(value, step, scope, d);
        }
    }
    return value;
}

// Anything but a list, set or tuple counts as a list of itself, null as the empty one.
Value Evaluator::splat(const Value& value, const Step& step, const Scope& scope, Diagnostics& d) {
    const std::span<const Step> each = std::get<SplatStep>(step.kind).each;
    const Type& type = value.type();
    if (!is_sequence(type)) {
        if (value.is_null()) {
            return Value::tuple({});
        }
        if (!value.is_known()) {
            return Value::unknown();  // it may turn out to be null, or a list
        }
        return Value::tuple({take_steps(value, each, scope, d)});
    }
    if (value.is_null()) {
        d.error(step.range, "this " + friendly_name(type) + " is null, so it has no elements");
        return Value::unknown();
    }
    if (!value.is_known()) {
        return Value::unknown();
    }
    Elements results;
    results.reserve(value.size());
    const std::size_t errors = d.error_count();
    for (const Value& element : value.elements()) {
        count_result(step.range);
        results.push_back(take_steps(element, each, scope, d));
        if (d.error_count() != errors) {
            return Value::unknown();
        }
    }
    return type.is(TypeKind::tuple) ? Value::tuple(std::move(results))
                                    : results_as_list(std::move(results));
}

}  // namespace kiln::hcl
