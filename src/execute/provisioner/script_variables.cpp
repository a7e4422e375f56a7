#include "execute/provisioner/script_variables.hpp"

#include "base/strings.hpp"
#include "execute/go_text.hpp"

namespace kiln::exec {

namespace {

// The values of a build and the variables they are passed in while the builder serves files.
constexpr std::pair<const char*, const char*> kHttpVariables[] = {
    {"PackerHTTPAddr", "PACKER_HTTP_ADDR"},
    {"PackerHTTPIP", "PACKER_HTTP_IP"},
    {"PackerHTTPPort", "PACKER_HTTP_PORT"},
};

// A builder that has no server gives a text that says so.
bool is_served(const std::string& value) {
    return !value.empty() && !value.starts_with("ERR_");
}

}  // namespace

ScriptVariables script_variables(
    const BuildContext& context,
    const std::vector<std::string>& environment_vars,
    const std::map<std::string, std::string>& env
) {
    ScriptVariables variables;
    for (const std::string& entry : environment_vars) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos) {
            throw Error(ErrorKind::input, "environment_vars: \"" + entry + "\" is not NAME=VALUE");
        }
        variables[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    for (const auto& [name, value] : env) {
        variables[name] = value;
    }
    variables["PACKER_BUILD_NAME"] = context.build.source_name;
    variables["PACKER_BUILDER_TYPE"] = context.build.builder_type();
    for (const auto& [value_name, variable] : kHttpVariables) {
        const auto value = context.build_values.find(value_name);
        if (value != context.build_values.end() && is_served(value->second)) {
            variables[variable] = value->second;
        }
    }
    return variables;
}

std::string format_variables(const ScriptVariables& variables, std::string_view format) {
    std::string out;
    for (const auto& [name, value] : variables) {
        out += go_format(format, name, replace_all(value, "'", "'\"'\"'"));
    }
    return out;
}

}  // namespace kiln::exec
