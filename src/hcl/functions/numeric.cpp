#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"

#include <cmath>
#include <utility>

namespace kiln::hcl::functions {

namespace {

/// A function of one number to a number.
Function map_number(std::string name, Number (*map)(const Number&)) {
    return make_function(
        std::move(name),
        {number("num")},
        Type::number(),
        [map](const Arguments& arguments) { return number_value(map(arguments[0].as_number())); }
    );
}

Number absolute(const Number& number) {
    return number.abs();
}
Number rounded_up(const Number& number) {
    return number.ceil();
}
Number rounded_down(const Number& number) {
    return number.floor();
}
Number sign(const Number& number) {
    return number.sign();
}

CallResult float64_result(double result) {
    const std::optional<Number> number = Number::from_double(result);
    return number ? CallResult(number_value(*number)) : fail("the result is not a number");
}

CallResult logarithm(const Arguments& arguments) {
    const double value = arguments[0].as_number().to_double();
    const double base = arguments[1].as_number().to_double();
    return float64_result(std::log(value) / std::log(base));
}

CallResult power(const Arguments& arguments) {
    const double base = arguments[0].as_number().to_double();
    const double exponent = arguments[1].as_number().to_double();
    return float64_result(std::pow(base, exponent));
}

CallResult maximum(const Arguments& arguments) {
    if (arguments.empty()) {
        return fail("max() needs at least one number");
    }
    Value result = arguments[0];
    for (const Value& argument : arguments) {
        result = argument.as_number() > result.as_number() ? argument : result;
    }
    return result;
}

CallResult minimum(const Arguments& arguments) {
    if (arguments.empty()) {
        return fail("min() needs at least one number");
    }
    Value result = arguments[0];
    for (const Value& argument : arguments) {
        result = argument.as_number() < result.as_number() ? argument : result;
    }
    return result;
}

/// Bounds and step of a range; the step is ascending or descending as the bounds are.
struct Range {
    Number start = 0;
    Number end = 0;
    Number step = 1;
};

Range read_range(const Arguments& arguments) {
    Range range;
    range.start = arguments.size() > 1 ? arguments[0].as_number() : Number(0);
    range.end = arguments[arguments.size() > 1 ? 1 : 0].as_number();
    range.step =
        arguments.size() > 2 ? arguments[2].as_number() : Number(range.end < range.start ? -1 : 1);
    return range;
}

CallResult range(const Arguments& arguments) {
    if (arguments.empty() || arguments.size() > 3) {
        return fail("range() takes one, two or three numbers");
    }
    const Range range = read_range(arguments);
    if (range.step.sign() > 0 && range.end < range.start) {
        return fail_at(1, "the end must not be less than the start when the step is positive");
    }
    if (range.step.sign() < 0 && range.end > range.start) {
        return fail_at(1, "the end must not be greater than the start when the step is negative");
    }
    constexpr std::size_t kMaxElements = 1024;
    Elements elements;
    std::optional<Number> next = range.start;
    while (next && (range.step.sign() < 0 ? *next > range.end : *next < range.end)) {
        if (elements.size() == kMaxElements) {
            return fail("the range has more than 1024 elements");
        }
        elements.push_back(number_value(*next));
        next = add(*next, range.step);
    }
    return Value::list(Type::number(), std::move(elements));
}

CallResult sum(const Arguments& arguments) {
    if (!is_sequence(arguments[0])) {
        return fail_at(
            0, "a list of numbers is required, found " + friendly_name(arguments[0].type())
        );
    }
    Number total = 0;
    std::size_t index = 0;
    for (const Value& element : arguments[0].elements()) {
        const Conversion number = convert(element, Type::number());
        const std::string place = "element " + std::to_string(index++) + ": ";
        if (!number || number.value->is_null()) {
            return fail_at(0, place + (number ? "null cannot be added" : number.error));
        }
        const std::optional<Number> next = add(total, number.value->as_number());
        if (!next) {
            return fail_at(0, place + "opposing infinities have no sum");
        }
        total = *next;
    }
    return index == 0 ? CallResult(fail_at(0, "the list must not be empty"))
                      : CallResult(number_value(total));
}

}  // namespace

void add_numeric_functions(FunctionTable& table) {
    const Type result = Type::number();
    table.add(map_number("abs", absolute));
    table.add(map_number("ceil", rounded_up));
    table.add(map_number("floor", rounded_down));
    table.add(map_number("signum", sign));
    table.add(make_function("log", {number("num"), number("base")}, result, logarithm));
    table.add(make_function("pow", {number("num"), number("power")}, result, power));
    table.add(make_variadic("max", {}, number("numbers"), result, maximum));
    table.add(make_variadic("min", {}, number("numbers"), result, minimum));
    table.add(make_variadic("range", {}, number("params"), Type::list(result), range));
    table.add(make_function("sum", {known("list")}, result, sum));
}

}  // namespace kiln::hcl::functions
