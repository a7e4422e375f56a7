#include "hcl/functions.hpp"

#include "hcl/functions/library.hpp"

#include <utility>

namespace kiln::hcl {

FunctionTable standard_functions(const FunctionEnvironment& environment) {
    FunctionTable table;
    functions::add_string_functions(table);
    functions::add_substring_functions(table);
    functions::add_regex_functions(table);
    functions::add_format_functions(table);
    functions::add_numeric_functions(table);
    functions::add_collection_functions(table);
    functions::add_selection_functions(table);
    functions::add_object_functions(table);
    functions::add_set_functions(table);
    functions::add_lazy_functions(table);
    functions::add_encoding_functions(table);
    functions::add_csv_functions(table);
    functions::add_yaml_functions(table);
    functions::add_file_functions(table, environment);
    functions::add_fileset_function(table, environment);
    functions::add_hash_functions(table, environment);
    functions::add_uuid_functions(table, environment);
    functions::add_network_functions(table);
    functions::add_time_functions(table, environment);
    functions::add_secret_functions(table, environment);
    functions::add_unsupported_functions(table);
    functions::add_template_function(table, environment);
    return table;
}

FunctionTable variable_default_functions(const FunctionEnvironment& environment) {
    FunctionTable table;
    table.add(functions::make_function(
        "env",
        {functions::text("key")},
        Type::string(),
        [environment](const functions::Arguments& arguments) -> CallResult {
            if (!environment.environment_variable) {
                return functions::fail("the environment cannot be read here");
            }
            const auto value = environment.environment_variable(arguments[0].as_string());
            return Value::string(value.value_or(""));
        }
    ));
    return table;
}

}  // namespace kiln::hcl
