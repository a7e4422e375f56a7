#include "hcl/functions/library.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

/// A function of Packer that asks a service kiln does not speak to. It is there so that a template
/// which does not get as far as calling it works, and so that the message can say what is missing.
Function unsupported(
    std::string name, std::vector<Parameter> parameters, const std::string& service
) {
    std::string message = name + "() is not supported: kiln does not read secrets from " + service;
    return make_function(
        std::move(name),
        std::move(parameters),
        Type::string(),
        [message](const Arguments&) { return fail(message + "; pass the value as a variable"); }
    );
}

}  // namespace

void add_unsupported_functions(FunctionTable& table) {
    table.add(unsupported("vault", {text("path"), text("key")}, "Vault"));
    table.add(unsupported("consul_key", {text("key")}, "Consul"));
}

}  // namespace kiln::hcl::functions
