// A text template is cut into text and actions, and each action is converted alone. What an action
// amounts to is either an expression of HCL2 or, when a call in it has no counterpart, an action
// again whose arguments may hold HCL2: {{clean_resource_name `${var.a}`}}. HCL2 is evaluated first
// and the plugin renders the rest, so both give what the old text gave.

#include "plan/upgrade/text_to_hcl.hpp"

#include "base/error.hpp"
#include "hcl/print.hpp"
#include "template/text/lexer.hpp"
#include "template/text/parser.hpp"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace kiln::plan {

namespace {

using tmpl::text::Command;
using tmpl::text::Operand;
using tmpl::text::Pipeline;
using tmpl::text::Token;
using tmpl::text::TokenKind;

struct Converted {
    bool is_hcl = true;
    std::string code;
    std::optional<std::string> literal;  ///< the text, when it is one
    bool is_truth = false;               ///< a bool of HCL2, fit for a condition
};

Converted hcl(std::string code) {
    return {true, std::move(code), {}, false};
}
Converted engine(std::string code) {
    return {false, std::move(code), {}, false};
}

/// What stands between the quotes of a template of HCL2.
std::string inner_text(std::string_view text) {
    const std::string quoted = hcl::quote_template(text);
    return quoted.substr(1, quoted.size() - 2);
}

class Conversion {
public:
    explicit Conversion(const UserVariable& user_variable) : user_variable_(user_variable) {}

    UpgradedText run(std::string_view text) {
        try {
            tmpl::text::parse(text);
            const std::vector<Token> tokens = tmpl::text::tokenize(text);
            convert_all(text, tokens);
        } catch (const Error&) {
            keep_whole(text);
        }
        if (!open_.empty()) {
            keep_whole(text);
        }
        const bool bare = pieces_ == 1 && bare_;
        result_.code = bare ? *bare_ : "\"" + out_ + "\"";
        return std::move(result_);
    }

private:
    void keep_whole(std::string_view text) {
        out_ = inner_text(text);
        open_.clear();
        bare_.reset();
        pieces_ = 1;
        result_.left = std::string(text);
    }

    void convert_all(std::string_view text, const std::vector<Token>& tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (tokens[i].kind == TokenKind::text) {
                out_ += inner_text(tokens[i].value);
                pieces_ += tokens[i].value.empty() ? 0U : 1U;
            } else if (tokens[i].kind == TokenKind::action_open) {
                const std::size_t first = i + 1;
                while (tokens[i].kind != TokenKind::action_close) {
                    ++i;
                }
                const std::size_t begin = tokens[first - 1].offset;
                const std::size_t end = text.find("}}", tokens[i].offset) + 2;
                ++pieces_;
                convert_action(text.substr(begin, end - begin), tokens[first], tokens[first + 1]);
            }
        }
    }

    void keep(std::string_view action) { out_ += inner_text(action); }

    void convert_action(std::string_view action, const Token& first, const Token& second) {
        const std::string word = first.kind == TokenKind::identifier ? first.value : "";
        const bool before_if = second.kind == TokenKind::identifier && second.value == "if";
        if (action.starts_with("{{- ") || action.ends_with(" -}}") || word == "range" ||
            word == "with" || word == "break" || word == "continue" || word == "template" ||
            first.kind == TokenKind::variable) {
            throw Error(ErrorKind::unsupported, "no counterpart");
        }
        if (word == "if") {
            open_condition(action, Opened::by_if);
        } else if (word == "else") {
            if (open_.empty()) {
                throw Error(ErrorKind::unsupported, "no counterpart");
            }
            out_ += open_.back().is_hcl ? "%{ else }" : "{{else}}";
            if (before_if) {
                open_condition(action, Opened::by_else_if);
            }
        } else if (word == "end") {
            close_condition();
        } else {
            print(action);
        }
    }

    /// An `else if` is an `if` of its own within the else, as each may become one of HCL2 or not.
    enum class Opened { by_if, by_else_if };
    struct Condition {
        bool is_hcl = false;
        Opened opened = Opened::by_if;
    };

    void open_condition(std::string_view action, Opened opened) {
        std::string condition(action);
        if (opened == Opened::by_else_if) {
            condition.erase(condition.find("else"), 4);
        }
        const std::string alone = condition;
        condition.erase(condition.find("if"), 2);
        const std::optional<Converted> made = convert_text(condition);
        const bool is_hcl = made && made->is_hcl;
        open_.push_back({is_hcl, opened});
        if (is_hcl) {
            out_ += "%{ if " + made->code + (made->is_truth ? "" : " != \"\"") + " }";
        } else {
            keep(alone);
        }
    }

    // One {{end}} closes the if and every `else if` of it.
    void close_condition() {
        Condition closed;
        do {
            closed = open_.back();
            open_.pop_back();
            out_ += closed.is_hcl ? "%{ endif }" : "{{end}}";
        } while (closed.opened == Opened::by_else_if);
    }

    void print(std::string_view action) {
        const std::optional<Converted> made = convert_text(action);
        if (!made || (!made->is_hcl && made->code.find("${") == std::string::npos)) {
            return keep(action);
        }
        if (made->literal) {
            out_ += inner_text(*made->literal);
        } else if (made->is_hcl) {
            out_ += "${" + made->code + "}";
            bare_ = made->code;
        } else {
            out_ += "{{" + made->code + "}}";
        }
    }

    std::optional<Converted> convert_text(std::string_view action) {
        const tmpl::text::Nodes nodes = tmpl::text::parse(action);
        const auto* node =
            nodes.size() == 1 ? std::get_if<tmpl::text::PrintNode>(&nodes.front().kind) : nullptr;
        if (node == nullptr || !node->pipeline.variables.empty()) {
            return std::nullopt;
        }
        return convert(node->pipeline);
    }

    std::optional<Converted> convert(const Pipeline& pipeline) {
        std::optional<Converted> value;
        for (const Command& command : pipeline.commands) {
            value = convert(command, value);
            if (!value) {
                return std::nullopt;
            }
        }
        return value;
    }

    std::optional<Converted> convert(
        const Command& command, const std::optional<Converted>& piped
    ) {
        const auto* function =
            std::get_if<tmpl::text::NameOfFunction>(&command.operands.front().base);
        if (function == nullptr) {
            return piped ? std::nullopt : convert(command.operands.front());
        }
        std::vector<Converted> arguments;
        for (std::size_t i = 1; i < command.operands.size(); ++i) {
            std::optional<Converted> argument = convert(command.operands[i]);
            if (!argument) {
                return std::nullopt;
            }
            arguments.push_back(std::move(*argument));
        }
        if (piped) {
            arguments.push_back(*piped);
        }
        return call(function->name, arguments);
    }

    std::optional<Converted> convert(const Operand& operand) {
        if (const auto* function = std::get_if<tmpl::text::NameOfFunction>(&operand.base)) {
            return operand.fields.empty() ? call(function->name, {}) : std::nullopt;
        }
        if (const auto* grouped = std::get_if<tmpl::text::Grouped>(&operand.base)) {
            return operand.fields.empty() ? convert(*grouped->pipeline) : std::nullopt;
        }
        if (const auto* literal = std::get_if<tmpl::text::Literal>(&operand.base)) {
            return convert(literal->value.data());
        }
        if (std::holds_alternative<tmpl::text::Dot>(operand.base)) {
            std::string path;
            for (const std::string& field : operand.fields) {
                path += "." + field;
            }
            return engine(path.empty() ? "." : path);
        }
        return std::nullopt;
    }

    static std::optional<Converted> convert(const tmpl::TextValue::Data& literal) {
        if (const auto* text = std::get_if<std::string>(&literal)) {
            return Converted{true, hcl::quote_template(*text), *text, false};
        }
        if (const auto* number = std::get_if<std::int64_t>(&literal)) {
            return hcl(std::to_string(*number));
        }
        if (const auto* truth = std::get_if<bool>(&literal)) {
            return Converted{true, *truth ? "true" : "false", {}, true};
        }
        return std::nullopt;
    }

    std::optional<Converted> call(const std::string& name, const std::vector<Converted>& given) {
        for (const Converted& argument : given) {
            if (!argument.is_hcl) {
                return engine_call(name, given);
            }
        }
        std::optional<Converted> made = hcl_call(name, given);
        return made ? made : engine_call(name, given);
    }

    std::optional<Converted> hcl_call(
        const std::string& name, const std::vector<Converted>& given
    ) {
        const std::size_t count = given.size();
        if (count == 0) {
            return name == "packer_version" ? refer("packer.version")
                   : name == "template_dir" ? refer("abspath(path.root)")
                   : name == "pwd"          ? refer("path.cwd")
                                            : std::nullopt;
        }
        if (count == 1 && given[0].literal) {
            if (name == "user") {
                return refer(user_variable_(*given[0].literal));
            }
            if (name == "build") {
                return refer("build." + *given[0].literal);
            }
            if (name == "env") {
                result_.calls_env = true;
                return hcl("env(" + given[0].code + ")");
            }
        }
        if ((name == "upper" || name == "lower") && count == 1) {
            return refer(name + "(" + given[0].code + ")");
        }
        if (name == "replace_all" && count == 3) {
            return refer(
                "replace(" + given[2].code + ", " + given[0].code + ", " + given[1].code + ")"
            );
        }
        if (name == "replace" && count == 4 && given[2].code == "-1") {
            return refer(
                "replace(" + given[3].code + ", " + given[0].code + ", " + given[1].code + ")"
            );
        }
        if (name == "split" && count == 3) {
            return refer(
                "split(" + given[1].code + ", " + given[0].code + ")[" + given[2].code + "]"
            );
        }
        if ((name == "eq" || name == "ne") && count == 2) {
            Converted compared =
                *refer(given[0].code + (name == "eq" ? " == " : " != ") + given[1].code);
            compared.is_truth = true;
            return compared;
        }
        if ((name == "vault" && count == 2) || (name == "consul_key" && count == 1) ||
            (name.starts_with("aws_secretsmanager") && count <= 2)) {
            return refer(
                name + "(" + given[0].code + (count == 2 ? ", " + given[1].code : "") + ")"
            );
        }
        return std::nullopt;
    }

    /// An expression that only has its value when the template is evaluated.
    std::optional<Converted> refer(std::string code) {
        result_.has_more = true;
        return hcl(std::move(code));
    }

    std::optional<Converted> engine_call(
        const std::string& name, const std::vector<Converted>& given
    ) {
        if (name == "user" || name == "build" || name == "env" || name == "sed") {
            throw Error(ErrorKind::unsupported, "no counterpart");
        }
        std::string code = name;
        for (const Converted& argument : given) {
            if (!argument.is_hcl) {
                code += " (" + argument.code + ")";
            } else if (argument.literal || argument.code.starts_with('"')) {
                if (argument.literal.value_or("`").find('`') != std::string::npos) {
                    throw Error(ErrorKind::unsupported, "no counterpart");
                }
                code += " `" + inner_text(*argument.literal) + "`";
            } else if (argument.is_truth || argument.code.find_first_not_of("-0123456789") == std::string::npos) {
                code += " " + argument.code;
            } else {
                code += " `${" + argument.code + "}`";
            }
        }
        return engine(std::move(code));
    }

    const UserVariable& user_variable_;
    UpgradedText result_;
    std::string out_;                  ///< between the quotes
    std::optional<std::string> bare_;  ///< the last interpolation
    std::size_t pieces_ = 0;           ///< texts and actions seen
    std::vector<Condition> open_;
};

}  // namespace

UpgradedText text_to_hcl(std::string_view text, const UserVariable& user_variable) {
    if (text.find("{{") == std::string_view::npos) {
        UpgradedText plain;
        plain.code = hcl::quote_template(text);
        return plain;
    }
    return Conversion(user_variable).run(text);
}

}  // namespace kiln::plan
