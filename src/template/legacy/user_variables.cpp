// A value may refer to other variables, in any order. Each is rendered when the first one that
// needs it is, so that the order does not matter, a circle is met while it is walked, and every
// value is rendered once.

#include "template/legacy/user_variables.hpp"

#include "base/error.hpp"
#include "base/sensitive.hpp"
#include "base/strings.hpp"
#include "hcl/json_syntax.hpp"
#include "template/legacy/json_object.hpp"
#include "template/secrets.hpp"
#include "template/text_template.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace kiln::tmpl {

namespace {

// How many variables may be waited for at once; a bound for the stack.
constexpr std::size_t kMaxDepth = 100;

// `{{ .HTTPIP }}` and the like are for the field that uses the variable: they pass through as they
// are. A field of nothing would read "<no value>".
std::string keep_fields(const std::string& text) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open = 0; (open = text.find("{{", at)) != std::string::npos;) {
        const std::size_t close = text.find("}}", open);
        if (close == std::string::npos) {
            break;
        }
        const std::string action = text.substr(open, close + 2 - open);
        std::string_view inside = std::string_view(action).substr(2, action.size() - 4);
        inside.remove_prefix(inside.starts_with("- ") ? 1 : 0);
        const bool is_field =
            trim(inside).starts_with('.') && action.find('`') == std::string::npos;
        out += text.substr(at, open - at);
        out += is_field ? "{{`" + action + "`}}" : action;
        at = close + 2;
    }
    return out + text.substr(at);
}

class UserVariableReader {
public:
    UserVariableReader(
        const hcl::FunctionEnvironment& world,
        const TextContext& text,
        SourceMap& sources,
        Template& out,
        LegacyDiagnostics diagnostics
    )
        : world_(world),
          text_(text),
          sources_(sources),
          out_(out),
          diagnostics_(diagnostics.text),
          judgements_(diagnostics.values) {
        text_.environment_variable = world.environment_variable;
        text_.aws_secret = world.aws_secret;
        text_.aws_secret_text = world.aws_secret_text;
        text_.user_variable = [this](const std::string& name) { return value_of(name); };
    }

    void run(const UserVariableSources& given) {
        for (const hcl::Attribute& declaration : given.declared.attributes) {
            take_declaration(declaration);
        }
        for (const std::string& path : given.files) {
            take_file(path);
        }
        for (const std::string& assignment : given.assignments) {
            take_assignment(assignment);
        }
        for (auto& [name, entry] : entries_) {
            settle(name, entry);
        }
        publish(given);
    }

private:
    enum class State { waiting, being_rendered, done };

    struct Entry {
        bool declared = false;
        SourceRange declaration;
        std::optional<std::string> default_text;
        std::optional<std::string> text;  ///< as given or by default; absent: required
        SourceRange range;                ///< of that text
        State state = State::waiting;
        std::string value;
    };

    void take_declaration(const hcl::Attribute& declaration) {
        Entry& entry = entries_[declaration.name];
        entry.declared = true;
        entry.declaration = declaration.name_range;
        entry.range = declaration.expression->range;
        if (is_json_null(*declaration.expression)) {
            return;
        }
        entry.default_text = hcl::literal_string(*declaration.expression);
        if (!entry.default_text) {
            diagnostics_.error(
                entry.range,
                "the default of variable \"" + declaration.name +
                    "\" must be a string or null, found " + json_type_name(*declaration.expression),
                "variables of a JSON template are strings: put quotes around it"
            );
            entry.default_text = "";
        }
        entry.text = entry.default_text;
    }

    void give(const std::string& name, std::string text, SourceRange range) {
        Entry& entry = entries_[name];
        entry.text = std::move(text);
        entry.range = range;
    }

    void take_file(const std::string& path) {
        hcl::ExpressionPtr root;
        try {
            const SourceFile& file = sources_.add(path, world_.read_file(path));
            root = hcl::parse_json_document(file, diagnostics_);
        } catch (const Error& error) {
            diagnostics_.error(error.range(), error.message(), error.hint());
        }
        if (root == nullptr) {
            if (path.ends_with(".hcl")) {
                diagnostics_.error(
                    {}, "var-file \"" + path + "\" of a JSON template must be JSON too"
                );
            }
            return;
        }
        const auto object = JsonObject::from(root, "a var-file", diagnostics_);
        if (!object) {
            return;
        }
        for (const hcl::Attribute& property : object->properties()) {
            const hcl::Expression& value = *property.expression;
            std::optional<std::string> text = hcl::literal_string(value);
            if (!text && !is_json_null(value)) {
                diagnostics_.error(
                    value.range,
                    "the value of variable \"" + property.name + "\" must be a string, found " +
                        json_type_name(value)
                );
            }
            give(property.name, text.value_or(""), value.range);
        }
    }

    void take_assignment(const std::string& assignment) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            diagnostics_.error({}, "-var \"" + assignment + "\" is not of the form \"name=value\"");
            return;
        }
        const std::string name = assignment.substr(0, equals);
        std::string text = assignment.substr(equals + 1);
        const SourceFile& file = sources_.add("-var " + name, text);
        const SourceRange range{&file, 0, static_cast<std::uint32_t>(text.size())};
        give(name, std::move(text), range);
    }

    // For {{user `name`}} inside the value of another variable.
    std::optional<std::string> value_of(const std::string& name) {
        const auto found = entries_.find(name);
        if (found == entries_.end()) {
            blame("variable not set: " + name, did_you_mean_hint(name, names()));
            return std::nullopt;
        }
        Entry& entry = found->second;
        if (entry.state == State::being_rendered) {
            const auto first = std::find(path_.begin(), path_.end(), name);
            std::string circle;
            for (auto at = first; at != path_.end(); ++at) {
                circle += *at + " -> ";
            }
            blame("variables refer to each other in a circle: " + circle + name);
            return std::nullopt;
        }
        if (path_.size() >= kMaxDepth && entry.state == State::waiting) {
            blame("variables refer to each other more than " + std::to_string(kMaxDepth) + " deep");
            return std::nullopt;
        }
        settle(name, entry);
        return entry.value;
    }

    // At the value that is being rendered.
    void blame(std::string summary, std::string hint = {}) {
        judgements_.error(entries_.at(path_.back()).range, std::move(summary), std::move(hint));
    }

    void settle(const std::string& name, Entry& entry) {
        if (entry.state != State::waiting) {
            return;
        }
        if (!entry.text) {
            entry.state = State::done;
            missing_.push_back(name);
            return;
        }
        entry.state = State::being_rendered;
        path_.push_back(name);
        entry.value = rendered(name, entry);
        path_.pop_back();
        entry.state = State::done;
    }

    std::string rendered(const std::string& name, const Entry& entry) {
        constexpr int kMaxRounds = 100;  // Packer's
        std::string current = *entry.text;
        try {
            for (int round = 0; round < kMaxRounds; ++round) {
                const std::size_t errors = judgements_.error_count();
                std::string next = render(keep_fields(current), text_);
                if (next == current || judgements_.error_count() > errors) {
                    return next;
                }
                current = std::move(next);
            }
            judgements_.error(
                entry.range, "variable \"" + name + "\" keeps producing new text templates"
            );
        } catch (const Error& error) {
            judgements_.error(
                entry.range,
                "variable \"" + name + "\" is no valid text template: " + error.message(),
                error.hint()
            );
        }
        return current;
    }

    void publish(const UserVariableSources& given) {
        std::sort(missing_.begin(), missing_.end());
        for (const std::string& name : missing_) {
            if (given.demand_values) {
                judgements_.error(
                    entries_.at(name).declaration,
                    "required variable not set: " + name,
                    "give it with -var '" + name + "=...' or in a var-file"
                );
            }
        }
        for (const std::string& name : given.sensitive) {
            if (!entries_.contains(name)) {
                diagnostics_.warning(
                    {},
                    "\"sensitive-variables\" names \"" + name + "\", which is no variable",
                    did_you_mean_hint(name, names())
                );
            }
        }
        for (auto& [name, entry] : entries_) {
            const bool sensitive =
                std::find(given.sensitive.begin(), given.sensitive.end(), name) !=
                given.sensitive.end();
            const hcl::Value value = hcl::Value::string(entry.value);
            if (sensitive) {
                collect_secrets(value, out_.secrets);
            }
            if (entry.declared) {
                Variable variable;
                variable.name = name;
                variable.range = entry.declaration;
                variable.type = hcl::Type::string();
                variable.sensitive = sensitive;
                if (entry.default_text) {
                    variable.default_value = hcl::Value::string(*entry.default_text);
                }
                variable.value = value;
                out_.variables.push_back(std::move(variable));
            }
            out_.user_variables.emplace(name, std::move(entry.value));
        }
        out_.secrets = sorted_secrets(std::move(out_.secrets));
    }

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& [name, entry] : entries_) {
            names.push_back(name);
        }
        return names;
    }

    const hcl::FunctionEnvironment& world_;
    TextContext text_;
    SourceMap& sources_;
    Template& out_;
    Diagnostics& diagnostics_;
    Diagnostics& judgements_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::vector<std::string> path_;  // the variables being rendered, outermost first
    std::vector<std::string> missing_;
};

}  // namespace

void read_user_variables(
    const UserVariableSources& given,
    const hcl::FunctionEnvironment& world,
    const TextContext& text,
    SourceMap& sources,
    Template& out,
    LegacyDiagnostics diagnostics
) {
    UserVariableReader(world, text, sources, out, diagnostics).run(given);
}

}  // namespace kiln::tmpl
