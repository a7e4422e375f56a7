#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

FunctionFailure map_required(std::size_t argument, const Value& found) {
    return fail_at(argument, "a map or object is required, found " + friendly_name(found.type()));
}

CallResult keys(const Arguments& arguments) {
    if (!is_keyed(arguments[0])) {
        return map_required(0, arguments[0]);
    }
    Elements names;
    for (const auto& [name, member] : arguments[0].members()) {
        names.push_back(text_value(name));
    }
    return arguments[0].kind() == TypeKind::map ? Value::list(Type::string(), std::move(names))
                                                : Value::tuple(std::move(names));
}

CallResult values(const Arguments& arguments) {
    const Value& map = arguments[0];
    if (!is_keyed(map)) {
        return map_required(0, map);
    }
    Elements members;
    for (const auto& [name, member] : map.members()) {
        members.push_back(member);
    }
    return map.kind() == TypeKind::map ? Value::list(map.type().element(), std::move(members))
                                       : Value::tuple(std::move(members));
}

CallResult lookup(const Arguments& arguments) {
    const Value& map = arguments[0];
    if (!is_keyed(map)) {
        return map_required(0, map);
    }
    // Checked even when the key is there, so that the mistake shows at once.
    Conversion fallback{arguments[2], {}};
    if (map.kind() == TypeKind::map) {
        fallback = convert(arguments[2], map.type().element());
    }
    if (!fallback) {
        return fail_at(
            2, "the default must have the type of the map's elements: " + fallback.error
        );
    }
    const auto found = map.members().find(arguments[1].as_string());
    return found == map.members().end() ? *fallback.value : found->second;
}

CallResult merge(const Arguments& arguments) {
    Members merged;
    std::optional<Type> map_type;  // of all arguments, while they have the same
    bool one_map_type = true;
    bool all_null = !arguments.empty();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Value& argument = arguments[i];
        if (argument.is_null()) {
            continue;
        }
        if (!is_keyed(argument)) {
            return map_required(i, argument);
        }
        all_null = false;
        one_map_type = one_map_type && argument.kind() == TypeKind::map &&
                       (!map_type || *map_type == argument.type());
        map_type = argument.type();
        for (const auto& [name, member] : argument.members()) {
            merged.insert_or_assign(name, member);
        }
    }
    if (all_null) {
        return Value::null();
    }
    return one_map_type && map_type ? Value::map(map_type->element(), std::move(merged))
                                    : Value::object(std::move(merged));
}

CallResult zipmap(const Arguments& arguments) {
    const Value& map_values = arguments[1];
    if (!is_list_like(map_values)) {
        return fail_at(1, "a list is required, found " + friendly_name(map_values.type()));
    }
    const Elements& names = arguments[0].elements();
    if (names.size() != map_values.size()) {
        return fail_at(
            1,
            "there must be as many values as keys, found " + std::to_string(map_values.size()) +
                " for " + std::to_string(names.size())
        );
    }
    Members members;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].is_null()) {
            return fail_at(0, "element " + std::to_string(i) + " is null, which is no key");
        }
        members.insert_or_assign(names[i].as_string(), map_values.elements()[i]);
    }
    return map_values.kind() == TypeKind::list
               ? Value::map(map_values.type().element(), std::move(members))
               : Value::object(std::move(members));
}

}  // namespace

void add_object_functions(FunctionTable& table) {
    const Type dynamic = Type::dynamic();
    const Parameter mergeable{"maps", dynamic, true, Unknowns::inside};
    table.add(make_function("keys", {any("map")}, dynamic, keys));
    table.add(make_function("values", {any("map")}, dynamic, values));
    table.add(make_function("lookup", {any("map"), text("key"), any("default")}, dynamic, lookup));
    table.add(make_variadic("merge", {}, mergeable, dynamic, merge));
    table.add(make_function(
        "zipmap", {Parameter{"keys", Type::list(Type::string())}, any("values")}, dynamic, zipmap
    ));
}

}  // namespace kiln::hcl::functions
