#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/unify.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

/// The sets with their elements of one type, or nothing when there is none.
struct UnifiedSets {
    Type element;
    std::vector<Value> sets;
};

std::optional<UnifiedSets> unify_sets(const Arguments& arguments) {
    std::vector<Type> elements;
    for (const Value& argument : arguments) {
        // An empty list literal has no element type and takes that of the others.
        if (argument.size() > 0) {
            elements.push_back(argument.type().element());
        }
    }
    const std::optional<Type> element = unify(elements);
    if (!element) {
        return std::nullopt;
    }
    UnifiedSets unified{*element, {}};
    for (const Value& argument : arguments) {
        const Conversion conversion = convert(argument, Type::set(*element));
        if (!conversion) {
            return std::nullopt;
        }
        unified.sets.push_back(*conversion.value);
    }
    return unified;
}

FunctionFailure mixed_types() {
    return fail("the sets must have elements of one type");
}

CallResult set_union(const Arguments& arguments) {
    const std::optional<UnifiedSets> unified = unify_sets(arguments);
    if (!unified) {
        return mixed_types();
    }
    Elements all;
    for (const Value& set : unified->sets) {
        all.insert(all.end(), set.elements().begin(), set.elements().end());
    }
    return Value::set(unified->element, std::move(all));
}

CallResult set_intersection(const Arguments& arguments) {
    const std::optional<UnifiedSets> unified = unify_sets(arguments);
    if (!unified) {
        return mixed_types();
    }
    Elements common = unified->sets.front().elements();
    for (const Value& set : unified->sets) {
        std::erase_if(common, [&set](const Value& element) {
            const Elements& elements = set.elements();
            return std::find(elements.begin(), elements.end(), element) == elements.end();
        });
    }
    return Value::set(unified->element, std::move(common));
}

// Tuples that a product may have; more than that would only fill the memory.
constexpr std::size_t kMaxProduct = 1'000'000;

/// Every way to take one element of each list, the first list slowest.
std::optional<Elements> product_of(const std::vector<Elements>& lists) {
    std::vector<Elements> rows{{}};
    for (const Elements& list : lists) {
        if (!list.empty() && rows.size() > kMaxProduct / list.size()) {
            return std::nullopt;
        }
        std::vector<Elements> longer;
        for (const Elements& row : rows) {
            for (const Value& element : list) {
                longer.push_back(row);
                longer.back().push_back(element);
            }
        }
        rows = std::move(longer);
    }
    Elements tuples;
    for (Elements& row : rows) {
        tuples.push_back(Value::tuple(std::move(row)));
    }
    return tuples;
}

CallResult set_product(const Arguments& arguments) {
    if (arguments.size() < 2) {
        return fail("setproduct() needs at least two sets or lists");
    }
    std::vector<Elements> lists;
    std::vector<Type> types;
    bool sets_only = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool is_set = arguments[i].kind() == TypeKind::set;
        const Conversion list = convert(arguments[i], Type::list(Type::dynamic()));
        if (!list) {
            return fail_at(i, list.error);
        }
        sets_only = sets_only && is_set;
        lists.push_back(list.value->elements());
        types.push_back(list.value->type().element());
    }
    std::optional<Elements> tuples = product_of(lists);
    if (!tuples) {
        return fail("the product has more than 1000000 elements");
    }
    const Type row = Type::tuple(std::move(types));
    return sets_only ? Value::set(row, std::move(*tuples)) : Value::list(row, std::move(*tuples));
}

}  // namespace

void add_set_functions(FunctionTable& table) {
    const Type sets = Type::set(Type::dynamic());
    const Parameter first{"first_set", sets};
    const Parameter others{"other_sets", sets};
    table.add(make_variadic("setunion", {first}, others, sets, set_union));
    table.add(make_variadic("setintersection", {first}, others, sets, set_intersection));
    table.add(make_variadic("setproduct", {}, known("sets"), Type::dynamic(), set_product));
}

}  // namespace kiln::hcl::functions
