// Any bytes, read as a configuration, in HCL and in JSON, an expression and a template: each must
// end, with values or with mistakes, and its mistakes must be printable.

#include "hcl/dynamic.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/functions.hpp"
#include "hcl/json_syntax.hpp"
#include "hcl/parser.hpp"
#include "hcl/references.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace kiln;

void evaluate_body(const hcl::Body& body, const hcl::Scope& scope, Diagnostics& diagnostics) {
    for (const hcl::Attribute& attribute : body.attributes) {
        hcl::evaluate(*attribute.expression, scope, diagnostics);
    }
    for (const hcl::Block& block : body.blocks) {
        evaluate_body(block.body, scope, diagnostics);
    }
}

void check_body(const hcl::Body& body, const hcl::Scope& scope, Diagnostics& diagnostics) {
    hcl::references(body);
    const hcl::Body expanded = hcl::expand_dynamic(body, scope, diagnostics);
    evaluate_body(
        hcl::with_blocks(expanded, {{"a", 1}, {"b", 0}}, diagnostics), scope, diagnostics
    );
    render(diagnostics);
}

// Each of the texts that an input is read as, with mistakes of its own.
void check(const std::string& text, const hcl::Scope& scope) {
    const SourceFile file("input", text);
    Diagnostics config;
    check_body(hcl::parse_config(file, config), scope, config);
    Diagnostics json;
    check_body(hcl::parse_json_config(file, json), scope, json);

    Diagnostics expression;
    hcl::evaluate(*hcl::parse_expression(file, expression), scope, expression);
    render(expression);

    Diagnostics whole;
    hcl::evaluate(*hcl::parse_template(file, whole), scope, whole);
    render(whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const hcl::FunctionTable functions = hcl::standard_functions(hcl::FunctionEnvironment{});
    static const hcl::Scope scope(&functions);
    check(std::string(reinterpret_cast<const char*>(data), size), scope);
    return 0;
}
