#pragma once

#include "hcl/evaluate.hpp"

#include <cstddef>
#include <span>
#include <string>

/// What the files of the evaluator share. Private to it.
namespace kiln::hcl {

/// Thrown when an evaluation would take too much time or memory; ends it as a whole.
struct EvaluationStopped {
    Diagnostic reason;
};

/// One evaluation, with the count of what it has spent. Every function appends mistakes and then
/// returns an unknown, which all others let pass without a further word.
class Evaluator {
public:
    Value value(const Expression& expression, const Scope& scope, Diagnostics& diagnostics);

private:
    class Argument;
    class LoopResult;

    // evaluate.cpp
    Value variable(
        const VariableExpression& variable, SourceRange range, const Scope& scope, Diagnostics& d
    );
    Value template_text(const TemplateExpression& text, const Scope& scope, Diagnostics& d);
    Value template_for(
        const TemplateForExpression& text, SourceRange range, const Scope& scope, Diagnostics& d
    );
    Value tuple(const TupleExpression& tuple, const Scope& scope, Diagnostics& d);
    Value object(const ObjectExpression& object, const Scope& scope, Diagnostics& d);
    Value conditional(
        const ConditionalExpression& c, SourceRange range, const Scope& scope, Diagnostics& d
    );
    Value bound(const BoundExpression& bound, const Scope& scope, Diagnostics& d);

    // evaluate_for.cpp
    Value loop(const ForExpression& loop, SourceRange range, const Scope& scope, Diagnostics& d);
    void loop_step(
        const ForExpression& loop, const Scope& scope, LoopResult& result, Diagnostics& d
    );

    // evaluate_operators.cpp
    Value unary(const UnaryExpression& unary, const Scope& scope, Diagnostics& d);
    Value binary(const BinaryExpression& binary, const Scope& scope, Diagnostics& d);
    Value logical(const BinaryExpression& binary, const Scope& scope, Diagnostics& d);

    // evaluate_access.cpp
    Value access(const AccessExpression& access, const Scope& scope, Diagnostics& d);
    Value take_steps(Value value, std::span<const Step> steps, const Scope& scope, Diagnostics& d);
    Value splat(const Value& value, const Step& step, const Scope& scope, Diagnostics& d);

    // evaluate_call.cpp
    Value call_function(
        const CallExpression& call, SourceRange range, const Scope& scope, Diagnostics& d
    );
    Value call_eager(
        const Function& function,
        const CallExpression& call,
        SourceRange range,
        const Scope& scope,
        Diagnostics& d
    );
    Value call_lazy(
        const Function& function,
        const CallExpression& call,
        SourceRange range,
        const Scope& scope,
        Diagnostics& d
    );

    void count_result(SourceRange range);

    std::size_t for_results_ = 0;
};

/// `value` as `type`; a value that does not convert, and a null, are mistakes at `range` and give
/// an unknown. `what` begins the message: "the condition".
Value require(
    const Value& value,
    const Type& type,
    const std::string& what,
    SourceRange range,
    Diagnostics& diagnostics
);

/// "a string", "an object", "null": for messages.
std::string with_article(const Value& value);

}  // namespace kiln::hcl
