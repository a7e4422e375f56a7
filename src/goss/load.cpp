#include "goss/load.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "goss/functions.hpp"
#include "goss/text_values.hpp"
#include "template/text/lexer.hpp"
#include "template/text/parser.hpp"
#include "template/text_template.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace kiln::goss {

std::optional<std::string> local_path_of(const Sources& what, const std::string& remote) {
    const std::filesystem::path path = std::filesystem::path(remote).lexically_normal();
    auto part = path.begin();
    while (part != path.end() && (part->empty() || *part == ".")) {
        ++part;
    }
    if (part == path.end()) {
        return std::nullopt;
    }
    for (const std::string& test : what.tests) {
        std::string trimmed = test;
        while (trimmed.size() > 1 && trimmed.ends_with('/')) {
            trimmed.pop_back();
        }
        if (base_name(trimmed) != part->string()) {
            continue;
        }
        std::filesystem::path local = trimmed;
        for (auto rest = std::next(part); rest != path.end(); ++rest) {
            local /= *rest;
        }
        return local.string();
    }
    return std::nullopt;
}

namespace {

// As goss: includes that include each other end somewhere.
constexpr int kMaxIncludes = 50;
constexpr std::size_t kMaxFiles = 1000;

/// A file of the machine that a template reads; stays within this file.
struct NeedsFile {
    std::string path;
};

/// "line 2, column 5: message" of the text template's own error, as a place in the file.
void report_template_error(const SourceFile& file, const Error& error, Diagnostics& diagnostics) {
    std::string message = error.message();
    std::size_t line = 1;
    std::size_t column = 1;
    constexpr std::string_view kLine = "line ";
    constexpr std::string_view kColumn = ", column ";
    const std::size_t comma = message.find(kColumn);
    const std::size_t colon = message.find(": ");
    if (message.starts_with(kLine) && comma < colon && colon != std::string::npos) {
        const char* text = message.data();
        std::from_chars(text + kLine.size(), text + comma, line);
        std::from_chars(text + comma + kColumn.size(), text + colon, column);
        message.erase(0, colon + 2);
    }
    std::size_t begin = 0;
    for (std::size_t i = 1; i < line; ++i) {
        begin = std::min(file.text().find('\n', begin), file.text().size() - 1) + 1;
    }
    begin = std::min(begin + column - 1, file.text().size());
    const auto end = std::min(begin + 1, file.text().size());
    diagnostics.error(
        {&file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
        message,
        error.hint()
    );
}

/// Whether the text asks for the environment of the machine.
bool mentions_environment(std::string_view text) {
    using tmpl::text::Token;
    using tmpl::text::TokenKind;
    const std::vector<Token> tokens = tmpl::text::tokenize(text);
    return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
        return (token.kind == TokenKind::field && token.value == "Env") ||
               (token.kind == TokenKind::identifier &&
                (token.value == "getEnv" || token.value == "env" || token.value == "expandenv"));
    });
}

bool has_wildcard(const std::string& text) {
    return text.find_first_of("*?[") != std::string::npos;
}

class Loader {
public:
    Loader(
        const Sources& what,
        const LocalFiles& files,
        const MachineView& machine,
        SourceMap& sources,
        Diagnostics& diagnostics
    )
        : what_(what),
          files_(files),
          machine_(machine),
          sources_(sources),
          diagnostics_(diagnostics) {}

    Loaded run() {
        const std::size_t before = diagnostics_.error_count();
        context_.functions = &goss_functions();
        context_.strict_fields = true;
        context_.read_file = [this](const std::string& path) { return read_for_template(path); };
        context_.environment_variable = [this](const std::string& name) {
            const auto found = machine_.environment->find(name);
            return found == machine_.environment->end() ? std::nullopt
                                                        : std::optional(found->second);
        };
        read_variables();
        Spec spec;
        if (const auto path = entry_file()) {
            spec = read_file(*path, {}, 1);
        }
        const bool complete = !loaded_.needs_environment && loaded_.needs_files.empty() &&
                              diagnostics_.error_count() == before;
        if (complete && spec.resources.empty()) {
            diagnostics_.error({}, "there are no tests in " + loaded_.read.back());
        } else if (complete) {
            loaded_.spec = std::move(spec);
        }
        return std::move(loaded_);
    }

private:
    std::optional<std::string> entry_file() {
        const std::string remote = what_.goss_file.value_or("goss.yaml");
        std::vector<std::string> names;
        const auto local = local_path_of(what_, remote);
        if (local && files_.read(*local)) {
            return local;
        }
        for (const std::string& test : what_.tests) {
            const std::string name(
                base_name(test.ends_with('/') ? test.substr(0, test.size() - 1) : test)
            );
            if (files_.list(test).empty()) {
                names.push_back(name);
            }
            for (const std::string& inner : files_.list(test)) {
                names.push_back(name + "/" + inner);
            }
        }
        std::string hint = did_you_mean_hint(remote, names);
        const auto same_name = std::find_if(names.begin(), names.end(), [&](const std::string& n) {
            return base_name(n) == base_name(remote);
        });
        if (same_name != names.end()) {
            hint = "set goss_file = \"" + *same_name + "\"";
        } else if (hint.empty() && names.size() == 1) {
            hint = "set goss_file = \"" + names.front() + "\"";
        }
        diagnostics_.error({}, "none of the tests brings the file \"" + remote + "\"", hint);
        return std::nullopt;
    }

    void read_variables() {
        Value::Map vars;
        if (what_.vars_file) {
            const auto text = files_.read(*what_.vars_file);
            if (!text) {
                diagnostics_.error({}, "vars_file \"" + *what_.vars_file + "\" can not be read");
                return;
            }
            loaded_.read.push_back(*what_.vars_file);
            const SourceFile& file = sources_.add(*what_.vars_file, *text);
            const auto node = parse_document(file, syntax_of(*what_.vars_file), diagnostics_);
            if (node && !node->is_map && !node->is_null()) {
                diagnostics_.error(node->range, "a file of variables is a map");
            } else if (node && node->is_map) {
                const Value value = to_value(*node);
                vars = *value.map();
            }
        }
        for (const auto& [name, value] : what_.vars_inline) {
            vars.insert_or_assign(name, value);
        }
        tmpl::TextMap environment;
        if (machine_.environment) {
            for (const auto& [name, value] : *machine_.environment) {
                environment.insert_or_assign(name, value);
            }
        }
        context_.data = {{"Vars", to_text_value(vars)}, {"Env", environment}};
    }

    static Syntax syntax_of(const std::string& path) {
        return path.ends_with(".json") ? Syntax::json : Syntax::yaml;
    }

    // A path that is not absolute is below the folder that the tests would be uploaded to.
    std::string read_for_template(const std::string& path) {
        if (!path.starts_with('/')) {
            const auto local = local_path_of(what_, path);
            const auto text = local ? files_.read(*local) : std::nullopt;
            if (!text) {
                throw Error(
                    ErrorKind::not_found, "none of the tests brings the file \"" + path + "\""
                );
            }
            return *text;
        }
        const auto known = machine_.files.find(path);
        if (known == machine_.files.end()) {
            throw NeedsFile{path};
        }
        if (!known->second) {
            throw Error(
                ErrorKind::not_found, "the machine has no file " + path + " that can be read"
            );
        }
        return *known->second;
    }

    Spec read_file(const std::string& path, SourceRange included_at, int depth) {
        if (stopped_) {
            return {};
        }
        if (depth > kMaxIncludes || loaded_.read.size() > kMaxFiles) {
            stopped_ = true;
            diagnostics_.error(
                included_at, "more than 50 files include each other", "a file may include itself"
            );
            return {};
        }
        if (!path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".json")) {
            diagnostics_.error(
                included_at, "\"" + path + "\" is named neither .yaml, .yml nor .json"
            );
            return {};
        }
        const auto text = files_.read(path);
        if (!text) {
            diagnostics_.error(included_at, "\"" + path + "\" can not be read");
            return {};
        }
        loaded_.read.push_back(path);
        const SourceFile* file = &sources_.add(path, *text);
        const auto rendered = render(*file);
        if (!rendered) {
            return {};
        }
        if (*rendered != *text) {
            file = &sources_.add(path + " (rendered)", *rendered);
        }
        const auto node = parse_document(*file, syntax_of(path), diagnostics_);
        if (!node) {
            return {};
        }
        Spec spec = read_spec(*node, diagnostics_);
        std::sort(
            spec.includes.begin(),
            spec.includes.end(),
            [](const Include& a, const Include& b) { return a.path < b.path; }
        );
        const std::vector<Include> includes = std::exchange(spec.includes, {});
        for (const Include& include : includes) {
            if (!include.skip) {
                read_include(include, path, depth, spec);
            }
        }
        return spec;
    }

    std::optional<std::string> render(const SourceFile& file) {
        try {
            if (mentions_environment(file.text())) {
                tmpl::text::parse(file.text(), goss_functions());
                if (!machine_.environment) {
                    loaded_.needs_environment = true;
                    return std::nullopt;
                }
            }
            return tmpl::render(file.text(), context_);
        } catch (const NeedsFile& needs) {
            loaded_.needs_files.insert(needs.path);
        } catch (const Error& error) {
            report_template_error(file, error, diagnostics_);
        }
        return std::nullopt;
    }

    void read_include(const Include& include, const std::string& from, int depth, Spec& spec) {
        if (include.path.starts_with('/')) {
            diagnostics_.error(
                include.range,
                "\"" + include.path +
                    "\" would be a file of the machine, and kiln reads tests here",
                "name it relative to this file, or let goss itself run (set version)"
            );
            return;
        }
        const std::filesystem::path pattern =
            (std::filesystem::path(from).parent_path() / include.path).lexically_normal();
        const std::vector<std::string> matches = expand(pattern);
        if (matches.empty()) {
            diagnostics_.error(include.range, "no file matches \"" + pattern.string() + "\"");
        }
        for (const std::string& match : matches) {
            spec.merge(read_file(match, include.range, depth + 1), diagnostics_);
        }
    }

    std::vector<std::string> expand(const std::filesystem::path& pattern) const {
        std::vector<std::filesystem::path> bases = {""};
        for (const std::filesystem::path& part : pattern) {
            std::vector<std::filesystem::path> next;
            for (const std::filesystem::path& base : bases) {
                if (!has_wildcard(part.string())) {
                    next.push_back(base / part);
                    continue;
                }
                std::vector<std::string> names = files_.list(base.empty() ? "." : base.string());
                std::sort(names.begin(), names.end());
                for (const std::string& name : names) {
                    if (glob_match(part.string(), name)) {
                        next.push_back(base / name);
                    }
                }
            }
            bases = std::move(next);
        }
        std::vector<std::string> paths;
        for (const std::filesystem::path& path : bases) {
            paths.push_back(path.string());
        }
        return paths;
    }

    const Sources& what_;
    const LocalFiles& files_;
    const MachineView& machine_;
    SourceMap& sources_;
    Diagnostics& diagnostics_;
    tmpl::TextContext context_;
    Loaded loaded_;
    bool stopped_ = false;
};

}  // namespace

Loaded load_spec(
    const Sources& what,
    const LocalFiles& files,
    const MachineView& machine,
    SourceMap& sources,
    Diagnostics& diagnostics
) {
    return Loader(what, files, machine, sources, diagnostics).run();
}

}  // namespace kiln::goss
