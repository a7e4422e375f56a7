#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"

#include <string>

/// For the tests of parser and evaluator: text in, text out.
namespace kiln::hcl::testing {

/// The value of an expression as print_compact() has it, or the mistakes as people see them.
inline std::string evaluate_text(const std::string& text, const Scope& scope = Scope()) {
    const SourceFile file("t", text);
    Diagnostics diagnostics;
    const ExpressionPtr expression = parse_expression(file, diagnostics);
    if (diagnostics.has_errors()) {
        return render(diagnostics);
    }
    const Value value = evaluate(*expression, scope, diagnostics);
    return diagnostics.empty() ? print_compact(value) : render(diagnostics);
}

/// The same for a text that is a whole template.
inline std::string evaluate_template(const std::string& text, const Scope& scope = Scope()) {
    const SourceFile file("t", text);
    Diagnostics diagnostics;
    const ExpressionPtr expression = parse_template(file, diagnostics);
    if (diagnostics.has_errors()) {
        return render(diagnostics);
    }
    const Value value = evaluate(*expression, scope, diagnostics);
    return diagnostics.empty() ? print_compact(value) : render(diagnostics);
}

/// A body with evaluated attributes: `a = 1; b "x" { c = 2 }`, then the mistakes if any.
inline std::string describe_body(const Body& body, const Scope& scope, Diagnostics& diagnostics) {
    std::string text;
    const auto separate = [&] { text += text.empty() ? "" : "; "; };
    for (const Attribute& attribute : body.attributes) {
        separate();
        text += attribute.name + " = " +
                print_compact(evaluate(*attribute.expression, scope, diagnostics));
    }
    for (const Block& block : body.blocks) {
        separate();
        const std::string inner = describe_body(block.body, scope, diagnostics);
        text += describe(block) + " {" + (inner.empty() ? "" : " " + inner + " ") + "}";
    }
    return text;
}

inline std::string parse_text(const std::string& text, const Scope& scope = Scope()) {
    const SourceFile file("t", text);
    Diagnostics diagnostics;
    const Body body = parse_config(file, diagnostics);
    if (diagnostics.has_errors()) {
        return render(diagnostics);
    }
    const std::string described = describe_body(body, scope, diagnostics);
    return diagnostics.empty() ? described : render(diagnostics);
}

}  // namespace kiln::hcl::testing
