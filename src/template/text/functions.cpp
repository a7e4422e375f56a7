#include "template/text/functions.hpp"

#include "base/strings.hpp"
#include "template/text/engine_functions.hpp"
#include "template/text/function_map.hpp"
#include "template/text/go_functions.hpp"

#include <map>

namespace kiln::tmpl::text {

const FunctionMap& packer_functions() {
    static const FunctionMap all = [] {
        FunctionMap map = go_functions();
        map.merge(engine_functions());
        return map;
    }();
    return all;
}

namespace {

bool is_logical(std::string_view name) {
    return name == "and" || name == "or";
}

}  // namespace

bool is_function(std::string_view name, const FunctionMap& functions) {
    return is_logical(name) || functions.contains(name);
}

std::string function_hint(std::string_view name, const FunctionMap& functions) {
    std::vector<std::string> names = {"and", "or"};
    for (const auto& [known, function] : functions) {
        names.push_back(known);
    }
    return did_you_mean_hint(name, names);
}

TextValue call(const std::string& name, const Arguments& arguments, const TextContext& context) {
    if (is_logical(name)) {
        // With arguments the caller has evaluated them one by one; as an argument it has none.
        throw CallFailure{"wrong number of arguments: want 1 or more, got 0"};
    }
    const FunctionMap& functions =
        context.functions != nullptr ? *context.functions : packer_functions();
    const FunctionEntry& entry = functions.find(name)->second;
    if (arguments.size() < entry.min_arguments || arguments.size() > entry.max_arguments) {
        const std::string wanted = entry.max_arguments == kAnyNumber
                                       ? std::to_string(entry.min_arguments) + " or more"
                                   : entry.min_arguments == entry.max_arguments
                                       ? std::to_string(entry.min_arguments)
                                       : std::to_string(entry.min_arguments) + " to " +
                                             std::to_string(entry.max_arguments);
        throw CallFailure{
            "wrong number of arguments: want " + wanted + ", got " +
            std::to_string(arguments.size())};
    }
    return entry.run(arguments, context);
}

}  // namespace kiln::tmpl::text
