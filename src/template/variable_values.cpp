#include "template/variable_values.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/json_syntax.hpp"
#include "hcl/parser.hpp"

#include <map>
#include <optional>
#include <utility>

namespace kiln::tmpl {

namespace {

// A value on its way to a variable; the last one given wins.
struct Candidate {
    hcl::Value value;
    SourceRange range;
    const char* where = "default";  ///< for messages: "Invalid value for <where> variable"
};

// Text given for these types is the value; for all others it is an expression.
bool takes_plain_text(const hcl::Type& type) {
    return type.is(hcl::TypeKind::string) || type.is(hcl::TypeKind::number) ||
           type.is(hcl::TypeKind::dynamic);
}

class Assigner {
public:
    Assigner(
        std::vector<VariableBlock>& variables,
        const hcl::FunctionEnvironment& world,
        const hcl::FunctionTable& functions,
        SourceMap& sources,
        Diagnostics& diagnostics
    )
        : variables_(variables),
          world_(world),
          functions_(functions),
          sources_(sources),
          diagnostics_(diagnostics) {
        for (VariableBlock& block : variables_) {
            by_name_.emplace(block.variable.name, &block);
        }
    }

    bool run(const VariableSources& given) {
        const std::size_t errors = diagnostics_.error_count();
        take_defaults();
        take_environment();
        for (const std::string& file : given.automatic_files) {
            take_file(file, given.warn_on_undeclared);
        }
        for (const std::string& file : given.files) {
            take_file(file, given.warn_on_undeclared);
        }
        for (const std::string& assignment : given.assignments) {
            take_assignment(assignment);
        }
        const bool good = diagnostics_.error_count() == errors;
        if (!given.syntax_only) {
            for (VariableBlock& block : variables_) {
                settle(block);
            }
        }
        return good;
    }

private:
    void take_defaults() {
        for (const VariableBlock& block : variables_) {
            if (block.variable.default_value) {
                candidates_[block.variable.name] = {
                    *block.variable.default_value, block.variable.range};
            }
        }
    }

    void take_environment() {
        if (!world_.environment_variable) {
            return;
        }
        for (const VariableBlock& block : variables_) {
            const std::string name = "PKR_VAR_" + block.variable.name;
            if (const std::optional<std::string> text = world_.environment_variable(name)) {
                take_text(block.variable, name, *text, "environment");
            }
        }
    }

    void take_assignment(const std::string& assignment) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            diagnostics_.error({}, "-var \"" + assignment + "\" is not of the form \"name=value\"");
            return;
        }
        const std::string name = assignment.substr(0, equals);
        const auto found = by_name_.find(name);
        if (found == by_name_.end()) {
            diagnostics_.error(
                {},
                "Undefined -var variable: no variable \"" + name + "\" is declared",
                did_you_mean_hint(name, names())
            );
            return;
        }
        const std::string text = assignment.substr(equals + 1);
        take_text(found->second->variable, "-var " + name, text, "command line");
    }

    void take_text(
        const Variable& variable,
        const std::string& label,
        const std::string& text,
        const char* where
    ) {
        const SourceFile& file = sources_.add(label, text);
        const SourceRange range{&file, 0, static_cast<std::uint32_t>(text.size())};
        if (takes_plain_text(variable.type)) {
            return offer(variable, {hcl::Value::string(text), range, where});
        }
        const std::size_t errors = diagnostics_.error_count();
        const hcl::ExpressionPtr expression = hcl::parse_expression(file, diagnostics_);
        hcl::Value value = diagnostics_.error_count() > errors
                               ? hcl::Value::unknown()
                               : hcl::evaluate(*expression, hcl::Scope(), diagnostics_);
        if (diagnostics_.error_count() > errors) {
            diagnostics_.add_context(
                diagnostics_.list().size() - 1,
                "reading a value of type " + hcl::to_string(variable.type) + " for variable \"" +
                    variable.name + "\""
            );
            value = hcl::Value::unknown();
        }
        offer(variable, {std::move(value), range, where});
    }

    // Whatever wins in the end, each value that is given must be one for the variable.
    void offer(const Variable& variable, Candidate candidate) {
        hcl::Conversion converted = hcl::convert(candidate.value, variable.type);
        if (converted) {
            candidate.value = std::move(*converted.value);
        } else {
            diagnostics_.error(
                candidate.range,
                "the value for variable \"" + variable.name + "\" must be " +
                    hcl::to_string(variable.type) + ": " + converted.error
            );
            candidate.value = hcl::Value::unknown(variable.type.without_optional());
        }
        candidates_[variable.name] = std::move(candidate);
    }

    void take_file(const std::string& path, bool warn_on_undeclared) {
        std::optional<hcl::Body> body = read_file(path);
        if (!body) {
            return;
        }
        for (const hcl::Block& block : body->blocks) {
            diagnostics_.error(
                block.header, "a file with values of variables holds no blocks, only name = value"
            );
        }
        for (const hcl::Attribute& attribute : body->attributes) {
            take_attribute(attribute, warn_on_undeclared);
        }
    }

    void take_attribute(const hcl::Attribute& attribute, bool warn_on_undeclared) {
        const auto found = by_name_.find(attribute.name);
        if (found == by_name_.end()) {
            if (warn_on_undeclared) {
                diagnostics_.warning(
                    attribute.name_range,
                    "no variable \"" + attribute.name + "\" is declared",
                    did_you_mean_hint(attribute.name, names())
                );
            }
            return;
        }
        const std::size_t errors = diagnostics_.error_count();
        hcl::Value value = hcl::evaluate(*attribute.expression, hcl::Scope(), diagnostics_);
        if (diagnostics_.error_count() > errors) {
            value = hcl::Value::unknown();
        }
        offer(found->second->variable, {std::move(value), attribute.expression->range, "var-file"});
    }

    std::optional<hcl::Body> read_file(const std::string& path) {
        const bool is_json = path.ends_with(".json");
        if (!is_json && !path.ends_with(".hcl")) {
            diagnostics_.error(
                {}, "the name of var-file \"" + path + "\" must end with .hcl or .json"
            );
            return std::nullopt;
        }
        try {
            const std::size_t errors = diagnostics_.error_count();
            const SourceFile& file = sources_.add(path, world_.read_file(path));
            hcl::Body body = is_json ? hcl::parse_json_config(file, diagnostics_)
                                     : hcl::parse_config(file, diagnostics_);
            if (diagnostics_.error_count() > errors) {
                return std::nullopt;
            }
            return body;
        } catch (const Error& error) {
            diagnostics_.error(error.range(), error.message(), error.hint());
            return std::nullopt;
        }
    }

    void settle(VariableBlock& block) {
        Variable& variable = block.variable;
        const auto found = candidates_.find(variable.name);
        if (found == candidates_.end()) {
            diagnostics_.error(
                variable.range,
                "Unset variable \"" + variable.name + "\"",
                "it has no default: give it with -var '" + variable.name +
                    "=...', a var-file or PKR_VAR_" + variable.name
            );
            variable.value = hcl::Value::unknown(variable.type.without_optional());
            return;
        }
        variable.value = found->second.value;
        validate(block, found->second);
    }

    void validate(const VariableBlock& block, const Candidate& candidate) {
        const Variable& variable = block.variable;
        if (!variable.value.is_wholly_known()) {
            return;  // a mistake that has been reported
        }
        hcl::Scope scope(&functions_);
        scope.set("var", hcl::Value::object({{variable.name, variable.value}}));
        for (const ValidationRule& rule : block.validations) {
            const std::size_t errors = diagnostics_.error_count();
            const hcl::Value truth =
                hcl::evaluate_as(*rule.condition, hcl::Type::boolean(), scope, diagnostics_);
            if (diagnostics_.error_count() > errors || !truth.is_known()) {
                continue;
            }
            if (truth.is_null()) {
                diagnostics_.error(rule.condition->range, "the condition is null, not a bool");
            } else if (!truth.as_boolean()) {
                diagnostics_.error(
                    candidate.range,
                    std::string("Invalid value for ") + candidate.where + " variable \"" +
                        variable.name + "\": " + rule.error_message,
                    "the condition is at " + to_string(rule.condition->range)
                );
            }
        }
    }

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& [name, block] : by_name_) {
            names.push_back(name);
        }
        return names;
    }

    std::vector<VariableBlock>& variables_;
    const hcl::FunctionEnvironment& world_;
    const hcl::FunctionTable& functions_;
    SourceMap& sources_;
    Diagnostics& diagnostics_;
    std::map<std::string, VariableBlock*, std::less<>> by_name_;
    std::map<std::string, Candidate, std::less<>> candidates_;
};

}  // namespace

bool assign_variables(
    std::vector<VariableBlock>& variables,
    const VariableSources& given,
    const hcl::FunctionEnvironment& world,
    const hcl::FunctionTable& functions,
    SourceMap& sources,
    Diagnostics& diagnostics
) {
    return Assigner(variables, world, functions, sources, diagnostics).run(given);
}

}  // namespace kiln::tmpl
