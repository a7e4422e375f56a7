#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/functions/paths.hpp"
#include "hcl/print.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

/// The bytes of a file, or the failure to report at the first argument.
std::variant<std::string, FunctionFailure> read(
    const FunctionEnvironment& environment, const std::string& path
) {
    if (!environment.read_file) {
        return fail("files cannot be read here");
    }
    try {
        return environment.read_file(path);
    } catch (const Error& error) {
        return fail_at(0, error.message());
    }
}

CallResult file(const FunctionEnvironment& environment, const Arguments& arguments) {
    const ResolvedPath path = resolve_path(environment, arguments[0].as_string());
    if (!path.error.empty()) {
        return fail_at(0, path.error);
    }
    auto content = read(environment, path.path);
    if (auto* const failure = std::get_if<FunctionFailure>(&content)) {
        return *failure;
    }
    const std::string& bytes = std::get<std::string>(content);
    if (!is_valid_utf8(bytes)) {
        return fail_at(
            0, quote_go(path.path) + " is not valid UTF-8; filebase64() reads any file as base64"
        );
    }
    return text_value(bytes);
}

CallResult file_base64(const FunctionEnvironment& environment, const Arguments& arguments) {
    auto content = read(environment, arguments[0].as_string());
    if (auto* const failure = std::get_if<FunctionFailure>(&content)) {
        return *failure;
    }
    return text_value(encode_base64(std::get<std::string>(content)));
}

CallResult file_exists(const FunctionEnvironment& environment, const Arguments& arguments) {
    const ResolvedPath path = resolve_path(environment, arguments[0].as_string());
    if (!path.error.empty()) {
        return fail_at(0, path.error);
    }
    if (!environment.file_kind) {
        return fail("files cannot be looked at here");
    }
    try {
        switch (environment.file_kind(path.path)) {
            case FileKind::missing:
                return Value::boolean(false);
            case FileKind::regular:
                return Value::boolean(true);
            case FileKind::directory:
                return fail_at(0, quote_go(path.path) + " is a directory and no regular file");
            case FileKind::other:
                break;
        }
        return fail_at(0, quote_go(path.path) + " is no regular file");
    } catch (const Error& error) {
        return fail_at(0, error.message());
    }
}

CallResult absolute_path(const FunctionEnvironment& environment, const Arguments& arguments) {
    return text_value(join_path(environment.working_directory, arguments[0].as_string()));
}

CallResult expand_path(const FunctionEnvironment& environment, const Arguments& arguments) {
    const ResolvedPath path = expand_home(environment, arguments[0].as_string());
    return path.error.empty() ? CallResult(text_value(path.path)) : fail_at(0, path.error);
}

}  // namespace

void add_file_functions(FunctionTable& table, const FunctionEnvironment& environment) {
    const auto bind = [&environment](auto implementation) {
        return [environment, implementation](const Arguments& arguments) {
            return implementation(environment, arguments);
        };
    };
    const Type string = Type::string();
    table.add(make_function("file", {text("path")}, string, bind(file)));
    table.add(make_function("filebase64", {text("path")}, string, bind(file_base64)));
    table.add(make_function("fileexists", {text("path")}, Type::boolean(), bind(file_exists)));
    table.add(make_function("abspath", {text("path")}, string, bind(absolute_path)));
    table.add(make_function("pathexpand", {text("path")}, string, bind(expand_path)));
    table.add(make_function("basename", {text("path")}, string, [](const Arguments& arguments) {
        return text_value(base_name(arguments[0].as_string()));
    }));
    table.add(make_function("dirname", {text("path")}, string, [](const Arguments& arguments) {
        return text_value(directory_name(arguments[0].as_string()));
    }));
}

}  // namespace kiln::hcl::functions
