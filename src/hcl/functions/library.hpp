#pragma once

#include "hcl/functions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Private to functions/: how the groups of functions are written and put together.
namespace kiln::hcl::functions {

using Arguments = std::vector<Value>;

// One group a file.
void add_string_functions(FunctionTable& table);
void add_substring_functions(FunctionTable& table);
void add_regex_functions(FunctionTable& table);
void add_format_functions(FunctionTable& table);
void add_numeric_functions(FunctionTable& table);
void add_collection_functions(FunctionTable& table);
void add_selection_functions(FunctionTable& table);
void add_object_functions(FunctionTable& table);
void add_set_functions(FunctionTable& table);
void add_lazy_functions(FunctionTable& table);
void add_encoding_functions(FunctionTable& table);
void add_csv_functions(FunctionTable& table);
void add_yaml_functions(FunctionTable& table);
void add_file_functions(FunctionTable& table, const FunctionEnvironment& environment);
void add_fileset_function(FunctionTable& table, const FunctionEnvironment& environment);
void add_hash_functions(FunctionTable& table, const FunctionEnvironment& environment);
void add_uuid_functions(FunctionTable& table, const FunctionEnvironment& environment);
void add_network_functions(FunctionTable& table);
void add_time_functions(FunctionTable& table, const FunctionEnvironment& environment);
void add_secret_functions(FunctionTable& table, const FunctionEnvironment& environment);
void add_unsupported_functions(FunctionTable& table);
/// Last: what a template file may call is what `table` holds by then.
void add_template_function(FunctionTable& table, const FunctionEnvironment& environment);

// Parameters.
Parameter text(std::string name);
Parameter number(std::string name);
/// Any type; called with unknown elements inside, but not with an unknown.
Parameter any(std::string name);
/// Any type, and wholly known.
Parameter known(std::string name);

/// An eager function of fixed parameters.
Function make_function(
    std::string name, std::vector<Parameter> parameters, Type result, Function::Eager eager
);
/// The same with any number of further arguments.
Function make_variadic(
    std::string name,
    std::vector<Parameter> parameters,
    Parameter rest,
    Type result,
    Function::Eager eager
);

FunctionFailure fail(std::string message);
/// Blames one argument.
FunctionFailure fail_at(std::size_t argument, std::string message);
/// "must be a whole number" for that argument.
FunctionFailure not_whole(std::size_t argument, const std::string& name);

/// The number when it is a whole one of 64 bits.
std::optional<std::int64_t> whole(const Value& value);

Value text_value(std::string_view text);
Value number_value(Number number);

bool is_sequence(const Value& value);   ///< known list, set or tuple
bool is_list_like(const Value& value);  ///< known list or tuple
bool is_keyed(const Value& value);      ///< known map or object

/// A list of `elements`, all of which have that type, unless `like` is a tuple: then a tuple.
Value sequence_like(const Value& like, Elements elements);

}  // namespace kiln::hcl::functions
