#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/unify.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

bool is_empty_text(const Value& value) {
    return value.has(TypeKind::string) && value.as_string().empty();
}

CallResult coalesce(const Arguments& arguments) {
    const auto unified = unify_values(arguments);
    if (arguments.empty() || !unified) {
        return fail("the arguments of coalesce() must have one type");
    }
    for (const Value& value : *unified) {
        if (!value.is_known()) {
            return Value::unknown(value.type());
        }
        if (!value.is_null() && !is_empty_text(value)) {
            return value;
        }
    }
    return fail("every argument of coalesce() is null or empty");
}

CallResult coalescelist(const Arguments& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Value& value = arguments[i];
        if (!value.is_known()) {
            return Value::unknown();
        }
        if (value.is_null()) {
            continue;
        }
        if (!is_list_like(value)) {
            return fail_at(i, "a list is required, found " + friendly_name(value.type()));
        }
        if (value.size() > 0) {
            return value;
        }
    }
    return fail("coalescelist() has no argument that is not empty");
}

CallResult element(const Arguments& arguments) {
    if (!is_list_like(arguments[0])) {
        return fail_at(0, "a list is required, found " + friendly_name(arguments[0].type()));
    }
    const Elements& elements = arguments[0].elements();
    if (elements.empty()) {
        return fail_at(0, "the list must not be empty");
    }
    const auto index = whole(arguments[1]);
    if (!index || *index < 0) {
        return fail_at(1, "\"index\" must be a whole number and not negative");
    }
    return elements[static_cast<std::size_t>(*index) % elements.size()];
}

/// Whether the bounds make a piece of a list of `size`; the failure when not.
std::optional<FunctionFailure> check_bounds(
    std::int64_t start, std::int64_t end, std::size_t size
) {
    if (start < 0) {
        return fail_at(1, "the start must not be negative");
    }
    if (end > static_cast<std::int64_t>(size)) {
        return fail_at(
            2, "the end must not be greater than the length of the list, " + std::to_string(size)
        );
    }
    if (start > end) {
        return fail_at(1, "the start must not be greater than the end");
    }
    return std::nullopt;
}

CallResult slice(const Arguments& arguments) {
    if (!is_list_like(arguments[0])) {
        return fail_at(
            0,
            "a list is required, found " + friendly_name(arguments[0].type()) +
                (arguments[0].kind() == TypeKind::set ? ", whose elements have no index" : "")
        );
    }
    const auto start = whole(arguments[1]);
    if (!start) {
        return not_whole(1, "start_index");
    }
    const auto end = whole(arguments[2]);
    if (!end) {
        return not_whole(2, "end_index");
    }
    const Elements& elements = arguments[0].elements();
    if (auto failure = check_bounds(*start, *end, elements.size())) {
        return *failure;
    }
    return sequence_like(
        arguments[0], Elements(elements.begin() + *start, elements.begin() + *end)
    );
}

CallResult alltrue(const Arguments& arguments) {
    Value answer = Value::boolean(true);
    for (const Value& element : arguments[0].elements()) {
        if (!element.is_known()) {
            answer = Value::unknown(Type::boolean());
        } else if (element.is_null() || !element.as_boolean()) {
            return Value::boolean(false);
        }
    }
    return answer;
}

CallResult anytrue(const Arguments& arguments) {
    Value answer = Value::boolean(false);
    for (const Value& element : arguments[0].elements()) {
        if (!element.is_known()) {
            answer = Value::unknown(Type::boolean());
        } else if (!element.is_null() && element.as_boolean()) {
            return Value::boolean(true);
        }
    }
    return answer;
}

}  // namespace

void add_selection_functions(FunctionTable& table) {
    const Type boolean = Type::boolean();
    const Parameter candidates{"vals", Type::dynamic(), true, Unknowns::any};
    const Parameter booleans{"list", Type::list(boolean), false, Unknowns::inside};
    table.add(make_variadic("coalesce", {}, candidates, Type::dynamic(), coalesce));
    table.add(make_variadic("coalescelist", {}, candidates, Type::dynamic(), coalescelist));
    table.add(make_function("element", {any("list"), number("index")}, Type::dynamic(), element));
    table.add(make_function(
        "slice", {any("list"), number("start_index"), number("end_index")}, Type::dynamic(), slice
    ));
    table.add(make_function("alltrue", {booleans}, boolean, alltrue));
    table.add(make_function("anytrue", {booleans}, boolean, anytrue));
}

}  // namespace kiln::hcl::functions
