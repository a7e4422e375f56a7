// Prints what an expression of each line of the input evaluates to, as `packer console` prints it.
//
//   hcl_eval [TEMPLATE] < expressions
//
// The locals of TEMPLATE, which may refer to the ones above them, are visible as `local`. A line
// that is wrong prints its mistakes on stderr and makes the exit code 1.

#include "base/error.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/functions.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace kiln;

hcl::FileKind file_kind(const std::filesystem::file_status& status) {
    if (std::filesystem::is_regular_file(status)) {
        return hcl::FileKind::regular;
    }
    if (std::filesystem::is_directory(status)) {
        return hcl::FileKind::directory;
    }
    return std::filesystem::exists(status) ? hcl::FileKind::other : hcl::FileKind::missing;
}

std::string read_file(const std::string& path) {
    std::ifstream stream(path);
    if (!stream) {
        throw Error(ErrorKind::io, "cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<hcl::DirectoryEntry> list_directory(const std::string& path) {
    std::vector<hcl::DirectoryEntry> entries;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        entries.push_back({entry.path().filename(), file_kind(entry.status()), entry.is_symlink()});
    }
    return entries;
}

// The working directory is the template's too. Nothing printed may depend on the random bytes.
hcl::FunctionEnvironment make_environment(SourceMap& sources) {
    hcl::FunctionEnvironment environment;
    environment.working_directory = std::filesystem::current_path();
    environment.start_time = std::chrono::system_clock::now();
    environment.now = [] { return std::chrono::system_clock::now(); };
    environment.random_bytes = [](std::size_t count) { return std::string(count, 'r'); };
    environment.read_file = read_file;
    environment.file_kind = [](const std::string& path) {
        return file_kind(std::filesystem::status(path));
    };
    environment.list_directory = list_directory;
    environment.sources = &sources;
    return environment;
}

hcl::Value evaluate_locals(
    const SourceFile& file, const hcl::FunctionTable& functions, Diagnostics& diagnostics
) {
    hcl::Members locals;
    for (const hcl::Block& block : hcl::parse_config(file, diagnostics).blocks) {
        for (const hcl::Attribute& attribute : block.body.attributes) {
            hcl::Scope scope(&functions);
            scope.set("local", hcl::Value::object(locals));
            locals[attribute.name] = hcl::evaluate(*attribute.expression, scope, diagnostics);
        }
    }
    return hcl::Value::object(std::move(locals));
}

int run(const char* template_path) {
    SourceMap sources;
    const hcl::FunctionTable functions = hcl::standard_functions(make_environment(sources));
    hcl::Scope scope(&functions);
    Diagnostics diagnostics;
    if (template_path != nullptr) {
        std::ifstream stream(template_path);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        scope.set(
            "local", evaluate_locals(sources.add(template_path, text), functions, diagnostics)
        );
    }
    for (std::string line; std::getline(std::cin, line);) {
        Diagnostics mistakes;
        const SourceFile& file = sources.add("<input>", line);
        const hcl::ExpressionPtr expression = hcl::parse_expression(file, mistakes);
        hcl::Value value;
        if (!mistakes.has_errors()) {
            value = hcl::evaluate(*expression, scope, mistakes);
        }
        if (!mistakes.has_errors()) {
            std::puts(hcl::print_console(value).c_str());
        }
        diagnostics.append(mistakes);
    }
    if (!diagnostics.empty()) {
        std::fprintf(stderr, "%s\n", render(diagnostics).c_str());
    }
    return diagnostics.has_errors() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    return run(argc > 1 ? argv[1] : nullptr);
}
