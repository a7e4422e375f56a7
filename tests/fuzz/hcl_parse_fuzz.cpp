// Any bytes, read as a configuration, an expression and a template: each must end, with values or
// with mistakes, and its mistakes must be printable.

#include "hcl/dynamic.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/functions.hpp"
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

// Each of the texts that an input is read as, with mistakes of its own.
void check(const std::string& text, const hcl::Scope& scope) {
    const SourceFile file("input", text);
    Diagnostics config;
    const hcl::Body body = hcl::parse_config(file, config);
    hcl::references(body);
    evaluate_body(hcl::expand_dynamic(body, scope, config), scope, config);
    render(config);

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
