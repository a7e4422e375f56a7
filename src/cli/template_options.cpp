#include "cli/template_options.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace kiln::cli {

std::vector<std::string> split_each(const std::vector<std::string>& values) {
    std::vector<std::string> parts;
    for (const std::string& value : values) {
        for (std::string& part : split(value, ',')) {
            if (!part.empty()) {
                parts.push_back(std::move(part));
            }
        }
    }
    return parts;
}

void TemplateOptions::declare(CommandLine& line, CommandLine::Needed needed) {
    line.argument("TEMPLATE", path, needed);
    line.option("var", "NAME=VALUE", variables);
    line.option("var-file", "FILE", variable_files);
    line.option("only", "PATTERN,...", only);
    line.option("except", "PATTERN,...", except);
    line.choice("config-type", {"hcl2", "json"}, config_type);
}

tmpl::LoadRequest TemplateOptions::load_request() const {
    tmpl::LoadRequest request;
    request.path = path;
    if (!config_type.empty()) {
        request.language =
            config_type == "json" ? tmpl::Language::legacy_json : tmpl::Language::hcl2;
    }
    request.variables = variables;
    request.variable_files = variable_files;
    return request;
}

tmpl::Selection TemplateOptions::selection() const {
    return {split_each(only), split_each(except)};
}

}  // namespace kiln::cli
