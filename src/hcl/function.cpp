#include "hcl/function.hpp"

#include "hcl/convert.hpp"

#include <cassert>
#include <utility>

namespace kiln::hcl {

const Parameter* Function::parameter(std::size_t index) const {
    if (index < parameters.size()) {
        return &parameters[index];
    }
    return variadic ? &*variadic : nullptr;
}

std::string Function::signature() const {
    std::string text = name + "(";
    for (const Parameter& parameter : parameters) {
        text += (text.ends_with('(') ? "" : ", ") + parameter.name;
    }
    if (variadic) {
        text += (text.ends_with('(') ? "" : ", ") + variadic->name + "...";
    }
    return text + ")";
}

std::optional<std::string> check_argument_count(const Function& function, std::size_t count) {
    const std::size_t wanted = function.parameters.size();
    if (count < wanted) {
        return "function \"" + function.name + "\" needs " +
               (function.variadic ? "at least " : "") + std::to_string(wanted) +
               (wanted == 1 ? " argument" : " arguments") + ", found " + std::to_string(count) +
               "; missing \"" + function.parameters[count].name + "\"";
    }
    if (count > wanted && !function.variadic) {
        return "function \"" + function.name + "\" takes " + std::to_string(wanted) +
               (wanted == 1 ? " argument" : " arguments") + ", found " + std::to_string(count);
    }
    return std::nullopt;
}

namespace {

bool is_too_unknown(const Value& value, Unknowns allowed) {
    switch (allowed) {
        case Unknowns::none:
            return !value.is_wholly_known();
        case Unknowns::inside:
            return !value.is_known();
        case Unknowns::any:
            return false;
    }
    return false;
}

/// Converts in place; the failure when that, or a null, forbids the call.
std::optional<FunctionFailure> accept(
    const Function& function, std::size_t index, Value& argument
) {
    const Parameter& parameter = *function.parameter(index);
    Conversion conversion = convert(argument, parameter.type);
    if (!conversion) {
        return FunctionFailure{
            "invalid value for \"" + parameter.name + "\" of " + function.name +
                "(): " + conversion.error,
            index};
    }
    argument = std::move(*conversion.value);
    if (argument.is_null() && !parameter.allow_null) {
        return FunctionFailure{
            "invalid value for \"" + parameter.name + "\" of " + function.name +
                "(): it must not be null",
            index};
    }
    return std::nullopt;
}

}  // namespace

CallResult call(const Function& function, std::vector<Value> arguments) {
    assert(!function.is_lazy());
    if (auto wrong_count = check_argument_count(function, arguments.size())) {
        return FunctionFailure{std::move(*wrong_count), std::nullopt};
    }
    bool unknown = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (auto failure = accept(function, i, arguments[i])) {
            return *failure;
        }
        unknown = unknown || is_too_unknown(arguments[i], function.parameter(i)->unknowns);
    }
    return unknown ? CallResult(Value::unknown(function.result)) : function.eager(arguments);
}

CallResult call(const Function& function, const LazyArguments& arguments) {
    assert(function.is_lazy());
    if (auto wrong_count = check_argument_count(function, arguments.size())) {
        return FunctionFailure{std::move(*wrong_count), std::nullopt};
    }
    return function.lazy(arguments);
}

void FunctionTable::add(Function function) {
    std::string name = function.name;
    functions_.insert_or_assign(
        std::move(name), std::make_shared<const Function>(std::move(function))
    );
}

void FunctionTable::remove(std::string_view name) {
    if (const auto found = functions_.find(name); found != functions_.end()) {
        functions_.erase(found);
    }
}

const Function* FunctionTable::find(std::string_view name) const {
    const auto found = functions_.find(name);
    return found == functions_.end() ? nullptr : found->second.get();
}

std::vector<std::string> FunctionTable::names() const {
    std::vector<std::string> names;
    for (const auto& [name, function] : functions_) {
        names.push_back(name);
    }
    return names;
}

}  // namespace kiln::hcl
