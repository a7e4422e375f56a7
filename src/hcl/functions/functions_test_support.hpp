#pragma once

#include "base/error.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/functions.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"

#include <gtest/gtest.h>
#include <map>
#include <string>

/// For the tests of functions: an expression in, the text of its value or its mistake out.
namespace kiln::hcl::functions::testing {

/// Files by path; a directory is there when a file is below it.
class FileTree {
public:
    explicit FileTree(std::map<std::string, std::string> files) : files_(std::move(files)) {}

    std::string read(const std::string& path) const {
        const auto found = files_.find(path);
        if (found == files_.end()) {
            throw Error(ErrorKind::not_found, "reading " + path + ": No such file or directory");
        }
        return found->second;
    }

    FileKind kind(const std::string& path) const {
        if (files_.contains(path)) {
            return FileKind::regular;
        }
        const auto below = files_.lower_bound(path + "/");
        const bool any = below != files_.end() && below->first.starts_with(path + "/");
        return any ? FileKind::directory : FileKind::missing;
    }

    std::vector<DirectoryEntry> list(const std::string& path) const {
        std::map<std::string, FileKind> names;
        for (const auto& [file, content] : files_) {
            if (file.starts_with(path + "/")) {
                const std::string rest = file.substr(path.size() + 1);
                const std::string name = rest.substr(0, rest.find('/'));
                names[name] = kind(path + "/" + name);
            }
        }
        std::vector<DirectoryEntry> entries;
        for (const auto& [name, kind] : names) {
            entries.push_back({name, kind, false});
        }
        return entries;
    }

private:
    std::map<std::string, std::string> files_;
};

/// A world without any surprise: the clock stands at 2018-01-02 03:04:05.678 UTC and random bytes
/// count up from 0. `files` lie below the base directory "root".
inline FunctionEnvironment make_environment(
    SourceMap& sources, const std::map<std::string, std::string>& files = {}
) {
    std::map<std::string, std::string> rooted;
    for (const auto& [path, content] : files) {
        rooted[path.starts_with('/') ? path : "root/" + path] = content;
    }
    const auto tree = std::make_shared<FileTree>(std::move(rooted));
    const std::chrono::system_clock::time_point time(std::chrono::milliseconds(1514862245678));
    FunctionEnvironment environment;
    environment.base_directory = "root";
    environment.working_directory = "/srv/here";
    environment.home_directory = "/home/me";
    environment.start_time = time;
    environment.now = [time] { return time; };
    environment.random_bytes = [](std::size_t count) {
        std::string bytes;
        for (std::size_t i = 0; i < count; ++i) {
            bytes += static_cast<char>(i);
        }
        return bytes;
    };
    environment.environment_variable = [](const std::string& name) {
        return name == "HOME" ? std::optional<std::string>("/home/me") : std::nullopt;
    };
    environment.read_file = [tree](const std::string& path) { return tree->read(path); };
    environment.file_kind = [tree](const std::string& path) { return tree->kind(path); };
    environment.list_directory = [tree](const std::string& path) { return tree->list(path); };
    environment.sources = &sources;
    return environment;
}

/// The value as print_compact() has it; of a mistake the summary and, behind " @ ", the text that
/// the caret points at. Several mistakes stand on a line each.
class Evaluation {
public:
    explicit Evaluation(const std::map<std::string, std::string>& files = {})
        : functions_(standard_functions(make_environment(sources_, files))), scope_(&functions_) {}

    Scope& scope() { return scope_; }

    std::string operator()(const std::string& text) const {
        const SourceFile file("t", text);
        Diagnostics diagnostics;
        const ExpressionPtr expression = parse_expression(file, diagnostics);
        const Value value = evaluate(*expression, scope_, diagnostics);
        if (diagnostics.empty()) {
            return print_compact(value);
        }
        std::string mistakes;
        for (const Diagnostic& diagnostic : diagnostics.list()) {
            mistakes += (mistakes.empty() ? "" : "\n") + diagnostic.summary + " @ " +
                        std::string(diagnostic.subject.text());
        }
        return mistakes;
    }

private:
    SourceMap sources_;
    FunctionTable functions_;
    Scope scope_;
};

struct Case {
    const char* expression;
    std::string want;
};

/// Every expression gives what is wanted.
template <std::size_t N>
void expect_results(const Case (&cases)[N], const Evaluation& evaluate = Evaluation()) {
    for (const Case& c : cases) {
        EXPECT_EQ(evaluate(c.expression), c.want) << c.expression;
    }
}

}  // namespace kiln::hcl::functions::testing
