#include "hcl/convert.hpp"
#include "hcl/evaluator.hpp"

#include <cassert>
#include <utility>

namespace kiln::hcl {

namespace {

struct Side {
    Value value;
    SourceRange range;
};

Value compute(
    BinaryOperator operation, const Number& a, const Number& b, SourceRange range, Diagnostics& d
) {
    std::optional<Number> result;
    switch (operation) {
        case BinaryOperator::greater:
            return Value::boolean(a > b);
        case BinaryOperator::greater_or_equal:
            return Value::boolean(a >= b);
        case BinaryOperator::less:
            return Value::boolean(a < b);
        case BinaryOperator::less_or_equal:
            return Value::boolean(a <= b);
        case BinaryOperator::multiply:
            result = multiply(a, b);
            break;
        case BinaryOperator::divide:
            result = divide(a, b);
            break;
        case BinaryOperator::remainder:
            result = remainder(a, b);
            break;
        case BinaryOperator::add:
            result = add(a, b);
            break;
        case BinaryOperator::subtract:
            result = subtract(a, b);
            break;
        case BinaryOperator::equal:
        case BinaryOperator::not_equal:
        case BinaryOperator::logical_and:
        case BinaryOperator::logical_or:
            assert(false);  // evaluated elsewhere
            break;
    }
    if (!result) {
        const bool division = operation == BinaryOperator::divide;
        d.error(
            range,
            division && b.is_zero() ? "zero divided by zero has no result"
                                    : "this calculation with infinity has no result"
        );
        return Value::unknown(Type::number());
    }
    return Value::number(*result);
}

bool is_comparison(BinaryOperator operation) {
    return operation == BinaryOperator::greater || operation == BinaryOperator::greater_or_equal ||
           operation == BinaryOperator::less || operation == BinaryOperator::less_or_equal;
}

Value equality(BinaryOperator operation, const Value& left, const Value& right) {
    const Value same = equal(left, right);
    if (operation == BinaryOperator::equal || !same.is_known()) {
        return same;
    }
    return Value::boolean(!same.as_boolean());
}

Value apply(BinaryOperator operation, const Side& left, const Side& right, Diagnostics& d) {
    if (operation == BinaryOperator::equal || operation == BinaryOperator::not_equal) {
        return equality(operation, left.value, right.value);
    }
    const Value a = require(left.value, Type::number(), "the left operand", left.range, d);
    const Value b = require(right.value, Type::number(), "the right operand", right.range, d);
    if (!a.is_known() || !b.is_known()) {
        return Value::unknown(is_comparison(operation) ? Type::boolean() : Type::number());
    }
    return compute(operation, a.as_number(), b.as_number(), join(left.range, right.range), d);
}

bool is_logical(BinaryOperator operation) {
    return operation == BinaryOperator::logical_and || operation == BinaryOperator::logical_or;
}

// An operand of && or ||, with mistakes that the other operand may make irrelevant.
struct Truth {
    Value value;  // bool, perhaps null or unknown
    Diagnostics mistakes;

    bool is(bool wanted) const {
        return value.has(TypeKind::boolean) && value.as_boolean() == wanted;
    }
};

}  // namespace

Value Evaluator::unary(const UnaryExpression& unary, const Scope& scope, Diagnostics& d) {
    const SourceRange range = unary.operand->range;
    const Value operand = value(*unary.operand, scope, d);
    if (unary.operation == UnaryOperator::negate) {
        const Value number = require(operand, Type::number(), "the operand of -", range, d);
        return number.is_known() ? Value::number(-number.as_number()) : number;
    }
    const Value truth = require(operand, Type::boolean(), "the operand of !", range, d);
    return truth.is_known() ? Value::boolean(!truth.as_boolean()) : truth;
}

Value Evaluator::binary(const BinaryExpression& binary, const Scope& scope, Diagnostics& d) {
    if (is_logical(binary.rest.front().operation)) {
        return logical(binary, scope, d);
    }
    Side left{value(*binary.first, scope, d), binary.first->range};
    for (const Operand& operand : binary.rest) {
        const Side right{value(*operand.right, scope, d), operand.right->range};
        left.value = apply(operand.operation, left, right, d);
        left.range = join(left.range, right.range);
    }
    return left.value;
}

// Both operands are evaluated. A known operand that decides the result lets the other one's
// mistakes be forgotten, the left one first; an operand that is no bool is a mistake anyway.
Value Evaluator::logical(const BinaryExpression& binary, const Scope& scope, Diagnostics& d) {
    const auto evaluate_operand = [&](const Expression& expression, const std::string& what) {
        Truth truth;
        truth.value = value(expression, scope, truth.mistakes);
        Conversion conversion = convert(truth.value, Type::boolean());
        if (!conversion) {
            d.error(expression.range, what + ": " + conversion.error);
            truth.value = Value::unknown(Type::boolean());
        } else if (truth.value.is_null()) {
            truth.mistakes.error(expression.range, what + " is null");
            truth.value = Value::unknown(Type::boolean());
        } else {
            truth.value = std::move(*conversion.value);
        }
        return truth;
    };
    Truth left = evaluate_operand(*binary.first, "the left operand");
    for (const Operand& operand : binary.rest) {
        Truth right = evaluate_operand(*operand.right, "the right operand");
        const bool deciding = operand.operation == BinaryOperator::logical_or;
        if (left.is(deciding)) {
            continue;
        }
        if (right.is(deciding)) {
            left = std::move(right);
            continue;
        }
        left.mistakes.append(right.mistakes);
        const bool known = left.value.is_known() && right.value.is_known();
        left.value = known ? Value::boolean(!deciding) : Value::unknown(Type::boolean());
    }
    d.append(left.mistakes);
    return left.value;
}

}  // namespace kiln::hcl
