#include "template/text/parser.hpp"

#include "hcl/number.hpp"
#include "template/text/failure.hpp"
#include "template/text/lexer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace kiln::tmpl::text {

namespace {

// What ends a list of nodes.
enum class Stop { end_of_text, end, otherwise };

class Parser {
public:
    Parser(std::string_view text, const FunctionMap& functions)
        : text_(text), functions_(functions), tokens_(tokenize(text)) {}

    Nodes run() {
        Nodes nodes;
        const Stop stop = read_nodes(nodes);
        if (stop != Stop::end_of_text) {
            fail(
                text_,
                tokens_[at_].offset,
                stop == Stop::end ? "unexpected {{end}}" : "unexpected {{else}}"
            );
        }
        return nodes;
    }

private:
    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    bool is(TokenKind kind) const { return peek().kind == kind; }
    bool is_word(std::string_view word) const {
        return is(TokenKind::identifier) && peek().value == word;
    }
    const Token& take() { return tokens_[at_++]; }
    [[noreturn]] void fail_here(const std::string& message) const {
        fail(text_, peek().offset, message);
    }
    void expect_close() {
        if (!is(TokenKind::action_close)) {
            fail_here("unexpected operand before \"}}\"");
        }
        ++at_;
    }

    // Reads up to {{end}} or {{else, whose words are left to the caller (the cursor stands on the
    // keyword), or to the end.
    Stop read_nodes(Nodes& nodes) {
        while (true) {
            if (is(TokenKind::end)) {
                return Stop::end_of_text;
            }
            if (is(TokenKind::text)) {
                nodes.push_back({TextNode{take().value}});
                continue;
            }
            ++at_;  // {{
            if (is_word("end")) {
                return Stop::end;
            }
            if (is_word("else")) {
                return Stop::otherwise;
            }
            nodes.push_back(read_action());
        }
    }

    Node read_action() {
        const std::size_t offset = peek().offset;
        for (const std::string_view word : {"define", "template", "block"}) {
            if (is_word(word)) {
                fail_here("{{" + std::string(word) + "}} is not supported here");
            }
        }
        if (is_word("if")) {
            ++at_;
            return read_branch<IfNode>(offset, &IfNode::condition, &IfNode::then, "if");
        }
        if (is_word("with")) {
            ++at_;
            return read_branch<WithNode>(offset, &WithNode::value, &WithNode::body, "with");
        }
        if (is_word("range")) {
            ++at_;
            ++loops_;
            Node node =
                read_branch<RangeNode>(offset, &RangeNode::collection, &RangeNode::body, "range");
            --loops_;
            return node;
        }
        if (is_word("break") || is_word("continue")) {
            return read_jump();
        }
        Pipeline pipeline = read_pipeline(1);
        expect_close();
        return {PrintNode{std::move(pipeline)}};
    }

    Node read_jump() {
        if (loops_ == 0) {
            fail_here("{{" + peek().value + "}} outside of {{range}}");
        }
        const bool is_break = take().value == "break";
        expect_close();
        return is_break ? Node{BreakNode{}} : Node{ContinueNode{}};
    }

    // The pipeline, the nodes, and what {{else}} has: shared by if, with and range. `else if` and
    // `else with` are a nested action that the same {{end}} closes.
    template <class T>
    Node read_branch(
        std::size_t offset, Pipeline T::*pipeline, Nodes T::*body, const std::string& word
    ) {
        if (++depth_ > kMaxNesting) {
            fail(text_, offset, "actions are nested too deeply");
        }
        T node;
        const std::size_t variables = variables_.size();
        node.*pipeline = read_pipeline(word == "range" ? 2 : 1);
        expect_close();
        Stop stop = read_nodes(node.*body);
        if (stop == Stop::otherwise) {
            ++at_;
            if (is_word(word) && word != "range") {
                node.otherwise.push_back(read_action());
                variables_.resize(variables);
                --depth_;
                return {std::move(node)};
            }
            expect_close();
            stop = read_nodes(node.otherwise);
            if (stop == Stop::otherwise) {
                fail_here("a second {{else}}");
            }
        }
        if (stop == Stop::end_of_text) {
            fail(text_, offset, "{{" + word + "}} without {{end}}");
        }
        ++at_;
        expect_close();
        variables_.resize(variables);
        --depth_;
        return {std::move(node)};
    }

    Pipeline read_pipeline(std::size_t max_variables) {
        Pipeline pipeline;
        pipeline.offset = peek().offset;
        read_variables(pipeline, max_variables);
        pipeline.commands.push_back(read_command());
        while (is(TokenKind::pipe)) {
            ++at_;
            pipeline.commands.push_back(read_command());
            const Operand& first = pipeline.commands.back().operands.front();
            if (!std::holds_alternative<NameOfFunction>(first.base)) {
                fail(text_, first.offset, "only a function may stand behind \"|\"");
            }
        }
        if (pipeline.declares) {
            variables_.insert(
                variables_.end(), pipeline.variables.begin(), pipeline.variables.end()
            );
        }
        return pipeline;
    }

    void read_variables(Pipeline& pipeline, std::size_t max_variables) {
        if (!is(TokenKind::variable)) {
            return;
        }
        const bool two = max_variables == 2 && peek(1).kind == TokenKind::comma &&
                         peek(2).kind == TokenKind::variable;
        const TokenKind sign = peek(two ? 3 : 1).kind;
        if (sign != TokenKind::declare && sign != TokenKind::assign) {
            return;
        }
        pipeline.declares = sign == TokenKind::declare;
        for (std::size_t i = 0; i < (two ? 2U : 1U); ++i) {
            if (!pipeline.declares) {
                require_variable(peek());
            }
            pipeline.variables.push_back(take().value);
            ++at_;  // the comma, or the sign
        }
    }

    void require_variable(const Token& token) const {
        const bool known =
            token.value.empty() ||
            std::find(variables_.begin(), variables_.end(), token.value) != variables_.end();
        if (!known) {
            fail(text_, token.offset, "undefined variable \"$" + token.value + "\"");
        }
    }

    Command read_command() {
        Command command;
        while (true) {
            if (is(TokenKind::pipe) || is(TokenKind::action_close) ||
                is(TokenKind::close_parenthesis)) {
                break;
            }
            command.operands.push_back(read_operand());
        }
        if (command.operands.empty()) {
            fail_here("missing value");
        }
        const Operand& first = command.operands.front();
        if (command.operands.size() > 1 && !std::holds_alternative<NameOfFunction>(first.base)) {
            fail(text_, first.offset, "only a function takes arguments");
        }
        return command;
    }

    Operand read_operand() {
        Operand operand;
        operand.offset = peek().offset;
        const Token& token = take();
        switch (token.kind) {
            case TokenKind::string:
                operand.base = Literal{token.value};
                break;
            case TokenKind::number:
                operand.base = Literal{number(token)};
                break;
            case TokenKind::dot:
                operand.base = Dot{};
                break;
            case TokenKind::field:
                operand.base = Dot{};
                operand.fields.push_back(token.value);
                break;
            case TokenKind::variable:
                require_variable(token);
                operand.base = NameOfVariable{token.value};
                break;
            case TokenKind::identifier:
                operand.base = word(token);
                break;
            case TokenKind::open_parenthesis:
                operand.base = read_group(token);
                break;
            case TokenKind::text:
            case TokenKind::action_open:
            case TokenKind::action_close:
            case TokenKind::pipe:
            case TokenKind::declare:
            case TokenKind::assign:
            case TokenKind::close_parenthesis:
            case TokenKind::comma:
            case TokenKind::end:
                fail(text_, token.offset, "unexpected sign in an action");
        }
        while (is(TokenKind::field) && !peek().spaced) {
            operand.fields.push_back(take().value);
        }
        return operand;
    }

    Grouped read_group(const Token& open) {
        if (++depth_ > kMaxNesting) {
            fail(text_, open.offset, "parentheses are nested too deeply");
        }
        Grouped group{std::make_shared<const Pipeline>(read_pipeline(0))};
        if (!is(TokenKind::close_parenthesis)) {
            fail(text_, open.offset, "\"(\" without \")\"");
        }
        ++at_;
        --depth_;
        return group;
    }

    decltype(Operand::base) word(const Token& token) const {
        if (token.value == "true" || token.value == "false") {
            return Literal{token.value == "true"};
        }
        if (token.value == "nil") {
            return Literal{};
        }
        if (!is_function(token.value, functions_)) {
            fail(
                text_,
                token.offset,
                "function \"" + token.value + "\" not defined",
                function_hint(token.value, functions_)
            );
        }
        return NameOfFunction{token.value};
    }

    TextValue number(const Token& token) const {
        const bool is_hex = token.value.starts_with("0x") || token.value.starts_with("0X");
        const std::optional<hcl::Number> parsed =
            is_hex ? hcl::Number::parse_integer(std::string_view(token.value).substr(2), 16)
                   : hcl::Number::parse(token.value);
        if (!parsed) {
            fail(text_, token.offset, "\"" + token.value + "\" is no number");
        }
        const std::optional<std::int64_t> whole = parsed->to_int64();
        const bool is_float = !is_hex && token.value.find_first_of(".eE") != std::string::npos;
        return whole && !is_float ? TextValue(*whole) : TextValue(parsed->to_double());
    }

    std::string_view text_;
    const FunctionMap& functions_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int loops_ = 0;
    std::vector<std::string> variables_;
};

}  // namespace

Nodes parse(std::string_view text, const FunctionMap& functions) {
    return Parser(text, functions).run();
}

}  // namespace kiln::tmpl::text
