#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/unicode.hpp"
#include "hcl/unify.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

FunctionFailure list_required(std::size_t argument, const Value& found) {
    return fail_at(argument, "a list is required, found " + friendly_name(found.type()));
}

/// Conversion to list(any), which unifies the elements; the type of Parameter for that.
Parameter unified_list(std::string name) {
    return {std::move(name), Type::list(Type::dynamic())};
}

CallResult length(const Arguments& arguments) {
    const Value& value = arguments[0];
    const Type& type = value.type();
    if (type.is(TypeKind::tuple)) {
        return number_value(type.elements().size());
    }
    if (type.is(TypeKind::object)) {
        return number_value(type.attributes().size());
    }
    if (!value.is_known()) {
        return Value::unknown(Type::number());
    }
    if (value.has(TypeKind::string)) {
        return number_value(count_graphemes(value.as_string()));
    }
    if (type.is_collection()) {
        return number_value(value.size());
    }
    return fail_at(0, "a string, list, map or the like is required, found " + friendly_name(type));
}

CallResult concat(const Arguments& arguments) {
    if (arguments.empty()) {
        return fail("concat() needs at least one list");
    }
    Elements all;
    std::vector<Type> element_types;
    bool lists_only = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!is_list_like(arguments[i])) {
            return list_required(i, arguments[i]);
        }
        const Elements& elements = arguments[i].elements();
        all.insert(all.end(), elements.begin(), elements.end());
        lists_only = lists_only && arguments[i].kind() == TypeKind::list;
        if (lists_only) {
            element_types.push_back(arguments[i].type().element());
        }
    }
    const std::optional<Type> element = lists_only ? unify(element_types) : std::nullopt;
    if (!element) {
        return Value::tuple(std::move(all));
    }
    for (Value& value : all) {
        value = *convert(value, *element).value;
    }
    return Value::list(*element, std::move(all));
}

/// Whether `wanted` is among the elements by `==`: a known or unknown bool.
Value find_equal(const Elements& elements, const Value& wanted) {
    Value answer = Value::boolean(false);
    for (const Value& element : elements) {
        const Value same = equal(element, wanted);
        if (!same.is_known()) {
            answer = same;
        } else if (same.as_boolean()) {
            return same;
        }
    }
    return answer;
}

CallResult contains(const Arguments& arguments) {
    if (!is_sequence(arguments[0])) {
        return list_required(0, arguments[0]);
    }
    return find_equal(arguments[0].elements(), arguments[1]);
}

CallResult index_of(const Arguments& arguments) {
    if (!is_list_like(arguments[0])) {
        return list_required(0, arguments[0]);
    }
    const Elements& elements = arguments[0].elements();
    if (elements.empty()) {
        return fail_at(0, "the list must not be empty");
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (equal(elements[i], arguments[1]) == Value::boolean(true)) {
            return number_value(i);
        }
    }
    return fail_at(1, "the list has no such element");
}

CallResult distinct(const Arguments& arguments) {
    Elements kept;
    for (const Value& element : arguments[0].elements()) {
        if (std::find(kept.begin(), kept.end(), element) == kept.end()) {
            kept.push_back(element);
        }
    }
    return sequence_like(arguments[0], std::move(kept));
}

CallResult compact(const Arguments& arguments) {
    Elements kept;
    for (const Value& element : arguments[0].elements()) {
        if (!element.is_null() && !element.as_string().empty()) {
            kept.push_back(element);
        }
    }
    return sequence_like(arguments[0], std::move(kept));
}

CallResult chunklist(const Arguments& arguments) {
    const auto size = whole(arguments[1]);
    if (!size || *size < 0) {
        return fail_at(1, "\"size\" must be a whole number and not negative");
    }
    const Elements& elements = arguments[0].elements();
    // 0 means no limit.
    const std::size_t step =
        *size == 0 ? std::max<std::size_t>(1, elements.size()) : static_cast<std::size_t>(*size);
    Elements chunks;
    for (std::size_t begin = 0; begin < elements.size(); begin += std::min(step, elements.size())) {
        const std::size_t end = begin + std::min(step, elements.size() - begin);
        chunks.push_back(sequence_like(
            arguments[0],
            Elements(
                elements.begin() + static_cast<std::ptrdiff_t>(begin),
                elements.begin() + static_cast<std::ptrdiff_t>(end)
            )
        ));
    }
    return Value::list(arguments[0].type(), std::move(chunks));
}

/// Appends what is in lists, sets and tuples, at every depth; false when one of them is unknown.
bool append_flat(const Value& value, Elements& flat) {
    if (!is_sequence(value)) {
        const TypeKind kind = value.kind();
        const bool may_be_sequence = kind == TypeKind::list || kind == TypeKind::set ||
                                     kind == TypeKind::tuple || kind == TypeKind::dynamic;
        flat.push_back(value);
        return value.is_known() || !may_be_sequence;
    }
    for (const Value& element : value.elements()) {
        if (!append_flat(element, flat)) {
            return false;
        }
    }
    return true;
}

CallResult flatten(const Arguments& arguments) {
    if (!is_sequence(arguments[0])) {
        return list_required(0, arguments[0]);
    }
    Elements flat;
    return append_flat(arguments[0], flat) ? Value::tuple(std::move(flat)) : Value::unknown();
}

CallResult reverse(const Arguments& arguments) {
    if (!is_sequence(arguments[0])) {
        return list_required(0, arguments[0]);
    }
    Elements elements = arguments[0].elements();
    std::reverse(elements.begin(), elements.end());
    return sequence_like(arguments[0], std::move(elements));
}

CallResult sort(const Arguments& arguments) {
    Elements elements = arguments[0].elements();
    const auto is_null = [](const Value& value) { return value.is_null(); };
    const auto null = std::find_if(elements.begin(), elements.end(), is_null);
    if (null != elements.end()) {
        return fail_at(
            0,
            "element " + std::to_string(null - elements.begin()) +
                " is null, which cannot be sorted"
        );
    }
    std::sort(elements.begin(), elements.end(), [](const Value& a, const Value& b) {
        return order(a, b) < 0;
    });
    return sequence_like(arguments[0], std::move(elements));
}

}  // namespace

void add_collection_functions(FunctionTable& table) {
    const Type strings = Type::list(Type::string());
    const Type numbers = Type::number();
    const Parameter lengthy{"value", Type::dynamic(), false, Unknowns::any};
    table.add(make_function("length", {lengthy}, numbers, length));
    table.add(make_variadic("concat", {}, any("seqs"), Type::dynamic(), concat));
    table.add(make_function("contains", {any("list"), known("value")}, Type::boolean(), contains));
    table.add(make_function("index", {known("list"), known("value")}, numbers, index_of));
    table.add(make_function("distinct", {unified_list("list")}, Type::dynamic(), distinct));
    table.add(make_function("compact", {Parameter{"list", strings}}, strings, compact));
    table.add(make_function(
        "chunklist", {unified_list("list"), number("size")}, Type::dynamic(), chunklist
    ));
    table.add(make_function("flatten", {any("list")}, Type::dynamic(), flatten));
    table.add(make_function("reverse", {any("list")}, Type::dynamic(), reverse));
    table.add(make_function("sort", {Parameter{"list", strings}}, strings, sort));
}

}  // namespace kiln::hcl::functions
