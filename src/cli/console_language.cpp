#include "cli/console_language.hpp"

#include "base/error.hpp"
#include "base/sensitive.hpp"
#include "cli/messages.hpp"
#include "cli/world.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/functions.hpp"
#include "hcl/json.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"
#include "plan/inspect.hpp"
#include "template/text_template.hpp"

#include <filesystem>
#include <map>
#include <utility>
#include <variant>

namespace kiln::cli {

namespace {

constexpr const char* kInputName = "<console-input>";

class HclConsole : public ConsoleLanguage {
public:
    HclConsole(Session& session, std::shared_ptr<const tmpl::Template> source)
        : session_(session), source_(std::move(source)) {}

    std::optional<std::string> evaluate(const std::string& line) override {
        Diagnostics diagnostics;
        const SourceFile& file = session_.sources.add(kInputName, line);
        const hcl::ExpressionPtr expression = hcl::parse_expression(file, diagnostics);
        hcl::Value value = hcl::Value::unknown();
        if (!diagnostics.has_errors()) {
            value = hcl::evaluate(*expression, source_->scope, diagnostics);
        }
        if (report(session_, diagnostics)) {
            return std::nullopt;
        }
        return mask_secrets(hcl::print_console(value), source_->secrets);
    }

    std::string variables() const override { return plan::print_values(*source_); }

    std::string help() const override {
        return "Type an expression of HCL2 to see its value: upper(var.name), local.sizes[0].\n"
               "\"variables\" lists the input and local variables with their values.\n"
               "\"exit\", or Control-C, ends the console.\n"
               "Text templates such as {{timestamp}} are not for this mode: see "
               "-config-type=json.\n";
    }

private:
    Session& session_;
    std::shared_ptr<const tmpl::Template> source_;
};

using Variables = std::map<std::string, std::string>;

void add_variable_file(Session& session, const std::string& path, Variables& variables) {
    const auto parsed = hcl::parse_json(session.files.read_file(path));
    if (const auto* mistake = std::get_if<hcl::JsonError>(&parsed)) {
        throw Error(ErrorKind::input, path + ": " + mistake->message);
    }
    const hcl::Value& value = std::get<hcl::Value>(parsed);
    if (!value.has(hcl::TypeKind::object)) {
        throw Error(ErrorKind::input, path + " holds no JSON object of variables");
    }
    for (const auto& [name, member] : value.members()) {
        if (!member.has(hcl::TypeKind::string)) {
            throw Error(ErrorKind::input, path + ": variable \"" + name + "\" is no string");
        }
        variables[name] = member.as_string();
    }
}

Variables variables_of(Session& session, const tmpl::LoadRequest& request) {
    Variables variables;
    for (const std::string& path : request.variable_files) {
        add_variable_file(session, path, variables);
    }
    for (const std::string& given : request.variables) {
        const std::size_t equals = given.find('=');
        if (equals == std::string::npos) {
            throw Error(ErrorKind::usage, "-var \"" + given + "\" has no \"=\"");
        }
        variables[given.substr(0, equals)] = given.substr(equals + 1);
    }
    return variables;
}

class TextConsole : public ConsoleLanguage {
public:
    TextConsole(Session& session, Variables variables)
        : session_(session), variables_(std::move(variables)) {
        context_.start = session.start;
        context_.make_uuid = make_uuid;
        context_.working_directory = std::filesystem::current_path().string();
        // Of an undefined name nothing comes, as in a field of a template.
        context_.user_variable = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables_.find(name);
            return found == variables_.end() ? "" : found->second;
        };
    }

    std::optional<std::string> evaluate(const std::string& line) override {
        try {
            return tmpl::render(line, context_);
        } catch (const Error& error) {
            report(session_, error);
            return std::nullopt;
        }
    }

    std::string variables() const override {
        std::string text;
        for (const auto& [name, value] : variables_) {
            text += name + ": " + value + "\n";
        }
        return text;
    }

    std::string help() const override {
        return "Type text with {{ ... }} in it to see what it becomes: {{timestamp}},\n"
               "{{user `name`}}.\n"
               "\"variables\" lists the user variables with their values.\n"
               "\"exit\", or Control-C, ends the console.\n"
               "For expressions of HCL2 name a template, or give -config-type=hcl2.\n";
    }

private:
    Session& session_;
    Variables variables_;
    tmpl::TextContext context_;
};

/// A template that holds nothing: what a console without one evaluates in.
std::shared_ptr<const tmpl::Template> empty_template(Session& session) {
    auto source = std::make_shared<tmpl::Template>();
    hcl::FunctionEnvironment world = real_world(session);
    world.sources = &session.sources;
    source->functions = hcl::standard_functions(world);
    return source;
}

}  // namespace

std::unique_ptr<ConsoleLanguage> template_console(
    Session& session, const tmpl::LoadRequest& request
) {
    if (request.path.empty()) {
        return std::make_unique<HclConsole>(session, empty_template(session));
    }
    tmpl::LoadRequest looking = request;
    looking.look_only = true;
    looking.read_data = real_data_if_it_can_be_had(session);
    Diagnostics diagnostics;
    std::shared_ptr<const tmpl::Template> source =
        tmpl::load_template(looking, real_world(session), session.sources, diagnostics);
    report(session, diagnostics);
    if (source->language == tmpl::Language::legacy_json) {
        const auto& given = source->user_variables;
        return std::make_unique<TextConsole>(session, Variables(given.begin(), given.end()));
    }
    return source->understood ? std::make_unique<HclConsole>(session, std::move(source)) : nullptr;
}

std::unique_ptr<ConsoleLanguage> text_console(Session& session, const tmpl::LoadRequest& request) {
    return std::make_unique<TextConsole>(session, variables_of(session, request));
}

}  // namespace kiln::cli
