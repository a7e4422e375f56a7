#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/functions/paths.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace kiln::hcl::functions {

namespace {

/// What a call of templatefile() needs besides its arguments. Builds call it from their threads,
/// and the map of the sources is theirs together.
struct TemplateContext {
    FunctionEnvironment environment;
    FunctionTable functions;  // templatefile itself refuses: a file may not read itself for ever
    std::mutex sources_mutex;
};

/// Only what the call gives is visible in the file, and nothing of the template around the call.
std::variant<Scope, FunctionFailure> make_scope(const FunctionTable& functions, const Value& vars) {
    if (!is_keyed(vars)) {
        return fail_at(1, "a map or object is required, found " + friendly_name(vars.type()));
    }
    Scope scope(&functions);
    for (const auto& [name, value] : vars.members()) {
        if (!is_identifier(name)) {
            return fail_at(1, quote_briefly(name) + " is no name that a template can use");
        }
        scope.set(name, value);
    }
    return scope;
}

const SourceFile& add_source(TemplateContext& context, const std::string& path, std::string text) {
    const std::lock_guard lock(context.sources_mutex);
    return context.environment.sources->add(path, std::move(text));
}

CallResult render(TemplateContext& context, const std::string& path, const Scope& scope) {
    std::string content = context.environment.read_file(path);
    if (!is_valid_utf8(content)) {
        return fail_at(0, quote_go(path) + " is not valid UTF-8");
    }
    const SourceFile& source = add_source(context, path, std::move(content));
    FunctionFailure failure;
    const ExpressionPtr expression = parse_template(source, failure.diagnostics);
    if (failure.diagnostics.has_errors()) {
        return failure;
    }
    Value value = evaluate(*expression, scope, failure.diagnostics);
    return failure.diagnostics.has_errors() ? CallResult(failure) : std::move(value);
}

CallResult template_file(TemplateContext& context, const Arguments& arguments) {
    if (!context.environment.read_file || context.environment.sources == nullptr) {
        return fail("files cannot be read here");
    }
    const ResolvedPath path = resolve_path(context.environment, arguments[0].as_string());
    if (!path.error.empty()) {
        return fail_at(0, path.error);
    }
    auto scope = make_scope(context.functions, arguments[1]);
    if (auto* const failure = std::get_if<FunctionFailure>(&scope)) {
        return *failure;
    }
    try {
        return render(context, path.path, std::get<Scope>(scope));
    } catch (const Error& error) {
        return fail_at(0, error.message());
    }
}

}  // namespace

void add_template_function(FunctionTable& table, const FunctionEnvironment& environment) {
    auto context = std::make_shared<TemplateContext>();
    context->environment = environment;
    context->functions = table;
    context->functions.add(make_function(
        "templatefile",
        {text("path"), any("vars")},
        Type::dynamic(),
        [](const Arguments&) -> CallResult {
            return fail("a file that templatefile() reads cannot call templatefile() itself");
        }
    ));
    table.add(make_function(
        "templatefile",
        {text("path"), any("vars")},
        Type::dynamic(),
        [context](const Arguments& arguments) { return template_file(*context, arguments); }
    ));
}

}  // namespace kiln::hcl::functions
