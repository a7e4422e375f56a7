// Any bytes, read as a configuration in JSON: must end, with values or with mistakes that can be
// printed. What is read without a mistake is JSON to another reader too, and without templates and
// comments each property has the same value there.

#include "hcl/evaluate.hpp"
#include "hcl/json.hpp"
#include "hcl/json_syntax.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

namespace {

using namespace kiln;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

// Blocks of blocks, each property taken for a value, for a block and for an expression in quotes.
void check_body(const hcl::Body& body, const hcl::Scope& scope, Diagnostics& diagnostics) {
    for (const hcl::Attribute& attribute : body.attributes) {
        hcl::evaluate(*hcl::unquoted(attribute.expression, diagnostics), scope, diagnostics);
    }
    const hcl::Body inner = hcl::with_blocks(body, {{"a", 1}, {"b", 0}}, diagnostics);
    for (const hcl::Block& block : inner.blocks) {
        check_body(block.body, scope, diagnostics);
    }
}

// Templates and comments mean nothing to other readers, and half a pair of surrogates is an error.
bool reads_the_same(const std::string& text) {
    const auto holds = [&](const char* mark) { return text.find(mark) != std::string::npos; };
    return !holds("${") && !holds("%{") && !holds("//") && !holds("\\u");
}

void compare_with_json(const hcl::Body& body, const std::string& text, const hcl::Scope& scope) {
    const auto parsed = hcl::parse_json(text);
    if (const auto* error = std::get_if<hcl::JsonError>(&parsed)) {
        // The other reader takes numbers as far as a double goes.
        require(error->message.find("number overflow") != std::string::npos);
        return;
    }
    const auto& json = std::get<hcl::Value>(parsed);
    if (!json.has(hcl::TypeKind::object) || json.size() != body.attributes.size()) {
        return;  // an array of objects, or a property of two values, which may be two blocks
    }
    for (const hcl::Attribute& attribute : body.attributes) {
        Diagnostics mistakes;
        const hcl::Value value = hcl::evaluate(*attribute.expression, scope, mistakes);
        require(mistakes.has_errors() || value == json.members().find(attribute.name)->second);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const hcl::Scope scope(nullptr);
    const std::string text(reinterpret_cast<const char*>(data), size);
    const SourceFile file("input.json", text);
    Diagnostics diagnostics;
    const hcl::Body body = hcl::parse_json_config(file, diagnostics);
    const bool good = !diagnostics.has_errors();
    check_body(body, scope, diagnostics);
    render(diagnostics);
    if (good && reads_the_same(text)) {
        compare_with_json(body, text, scope);
    }
    return 0;
}
