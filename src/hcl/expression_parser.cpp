#include "hcl/parser_state.hpp"

#include <optional>
#include <utility>

namespace kiln::hcl {

namespace {

struct OperatorInfo {
    TokenKind token;
    BinaryOperator operation;
    int level;  // higher binds more tightly
};

constexpr OperatorInfo kOperators[] = {
    {TokenKind::logical_or, BinaryOperator::logical_or, 1},
    {TokenKind::logical_and, BinaryOperator::logical_and, 2},
    {TokenKind::equal, BinaryOperator::equal, 3},
    {TokenKind::not_equal, BinaryOperator::not_equal, 3},
    {TokenKind::greater, BinaryOperator::greater, 4},
    {TokenKind::greater_or_equal, BinaryOperator::greater_or_equal, 4},
    {TokenKind::less, BinaryOperator::less, 4},
    {TokenKind::less_or_equal, BinaryOperator::less_or_equal, 4},
    {TokenKind::plus, BinaryOperator::add, 5},
    {TokenKind::minus, BinaryOperator::subtract, 5},
    {TokenKind::star, BinaryOperator::multiply, 6},
    {TokenKind::slash, BinaryOperator::divide, 6},
    {TokenKind::percent, BinaryOperator::remainder, 6},
};
constexpr int kLowestLevel = 1;

const OperatorInfo* find_operator(TokenKind kind) {
    for (const OperatorInfo& info : kOperators) {
        if (info.token == kind) {
            return &info;
        }
    }
    return nullptr;
}

bool is_access_to_name(const Expression& expression) {
    const auto* access = std::get_if<AccessExpression>(&expression.node);
    return access != nullptr && std::holds_alternative<VariableExpression>(access->operand->node);
}

}  // namespace

ExpressionPtr Parser::parse_whole_expression() {
    const IgnoreNewlines ignore(*this, true);
    ExpressionPtr expression = parse_expression();
    if (!at(TokenKind::end)) {
        fail_unexpected("the end of the expression");
    }
    return expression;
}

// condition ? a : b, or what binds more tightly
ExpressionPtr Parser::parse_expression() {
    const Nesting nesting(*this);
    ExpressionPtr condition = parse_binary(kLowestLevel);
    if (!take_if(TokenKind::question)) {
        return condition;
    }
    ExpressionPtr when_true = parse_expression();
    if (!take_if(TokenKind::colon)) {
        fail_unexpected("\":\" of the conditional", "a conditional is written condition ? a : b");
    }
    ExpressionPtr when_false = parse_expression();
    const SourceRange whole = join(condition->range, when_false->range);
    return make_expression(
        ConditionalExpression{std::move(condition), std::move(when_true), std::move(when_false)},
        whole
    );
}

ExpressionPtr Parser::parse_binary(int lowest_level) {
    ExpressionPtr left = parse_unary();
    const OperatorInfo* next = find_operator(peek().kind);
    while (next != nullptr && next->level >= lowest_level) {
        const int level = next->level;
        BinaryExpression chain{left, {}};
        while (next != nullptr && next->level == level) {
            take();
            chain.rest.push_back({next->operation, parse_binary(level + 1)});
            next = find_operator(peek().kind);
        }
        const SourceRange whole = join(left->range, chain.rest.back().right->range);
        left = make_expression(std::move(chain), whole);
    }
    return left;
}

ExpressionPtr Parser::parse_unary() {
    if (!at(TokenKind::minus) && !at(TokenKind::logical_not)) {
        return parse_access();
    }
    const Nesting nesting(*this);
    const Token sign = take();
    const UnaryOperator operation =
        sign.kind == TokenKind::minus ? UnaryOperator::negate : UnaryOperator::logical_not;
    ExpressionPtr operand = parse_unary();
    return make_expression(UnaryExpression{operation, std::move(operand)}, range_from(sign.begin));
}

// ---- steps into a value

ExpressionPtr Parser::parse_access() {
    ExpressionPtr operand = parse_primary();
    std::vector<Step> steps = parse_steps();
    if (steps.empty()) {
        return operand;
    }
    const SourceRange whole = join(operand->range, steps.back().range);
    return make_expression(AccessExpression{std::move(operand), std::move(steps)}, whole);
}

std::vector<Step> Parser::parse_steps() {
    std::vector<Step> steps;
    while (true) {
        if (at(TokenKind::dot)) {
            steps.push_back(parse_dot_step());
        } else if (at(TokenKind::open_bracket)) {
            steps.push_back(parse_bracket_step());
        } else {
            return steps;
        }
    }
}

Step Parser::parse_dot_step() {
    const Token dot = take();
    if (at(TokenKind::star)) {
        return parse_attribute_splat(dot);
    }
    if (at(TokenKind::number)) {
        return parse_legacy_index(dot);
    }
    const Token name = expect_identifier("an attribute name after the dot");
    return {AttributeStep{std::string(text(name))}, range_from(dot.begin)};
}

Step Parser::parse_legacy_index(const Token& dot) {
    const Token token = take();
    const std::string_view digits = text(token);
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
        fail(
            range(token),
            "\"." + std::string(digits) + "\" reads as one number and is no index",
            "write indexes in brackets: [0][1]"
        );
    }
    const ExpressionPtr key =
        make_expression(LiteralExpression{Value::number(*Number::parse(digits))}, range(token));
    return {IndexStep{key}, range_from(dot.begin)};
}

// `.*` takes the attribute steps that follow into each element; `[` after it is for the list.
Step Parser::parse_attribute_splat(const Token& dot) {
    take();
    SplatStep splat;
    while (at(TokenKind::dot)) {
        if (peek_raw(1).kind == TokenKind::star) {
            fail(
                range(peek_raw(1)),
                "a .* cannot follow in the steps of another .*",
                "write [*], which may be repeated"
            );
        }
        splat.each.push_back(parse_dot_step());
    }
    return {std::move(splat), range_from(dot.begin)};
}

Step Parser::parse_bracket_step() {
    const Nesting nesting(*this);
    const Token open = take();
    {
        const IgnoreNewlines ignore(*this, true);
        if (!at(TokenKind::star)) {
            ExpressionPtr key = parse_expression();
            expect_close(TokenKind::close_bracket, open, "index");
            return {IndexStep{std::move(key)}, range_from(open.begin)};
        }
        take();
        expect_close(TokenKind::close_bracket, open, "splat");
    }
    SplatStep splat{parse_steps()};
    return {std::move(splat), range_from(open.begin)};
}

// ---- primary expressions

ExpressionPtr Parser::parse_primary() {
    using Parse = ExpressionPtr (Parser::*)();
    struct Start {
        TokenKind token;
        Parse parse;
    };
    constexpr Start kStarts[] = {
        {TokenKind::number, &Parser::parse_number},
        {TokenKind::identifier, &Parser::parse_word},
        {TokenKind::quote_open, &Parser::parse_quoted},
        {TokenKind::heredoc_open, &Parser::parse_heredoc},
        {TokenKind::open_paren, &Parser::parse_parentheses},
        {TokenKind::open_bracket, &Parser::parse_tuple},
        {TokenKind::open_brace, &Parser::parse_object},
    };
    const TokenKind kind = peek().kind;
    for (const Start& start : kStarts) {
        if (start.token == kind) {
            return (this->*start.parse)();
        }
    }
    std::string hint;
    if (kind == TokenKind::dot) {
        hint = "a number has a digit before its point: 0.5";
    } else if (kind == TokenKind::plus) {
        hint = "there is no unary +";
    } else if (kind == TokenKind::assign) {
        hint = "equality is tested with ==";
    }
    fail_unexpected("an expression", std::move(hint));
}

ExpressionPtr Parser::parse_number() {
    const Token token = take();
    const std::optional<Number> number = Number::parse(text(token));
    if (!number) {
        fail(range(token), "this number is out of range");
    }
    return make_expression(LiteralExpression{Value::number(*number)}, range(token));
}

ExpressionPtr Parser::parse_word() {
    const Token token = take();
    const std::string_view word = text(token);
    if (at(TokenKind::open_paren)) {
        return parse_call(token);
    }
    if (word == "true" || word == "false") {
        return make_expression(LiteralExpression{Value::boolean(word == "true")}, range(token));
    }
    if (word == "null") {
        return make_expression(LiteralExpression{Value::null()}, range(token));
    }
    return make_expression(VariableExpression{std::string(word)}, range(token));
}

ExpressionPtr Parser::parse_call(const Token& name) {
    const Nesting nesting(*this);
    CallExpression call{std::string(text(name)), range(name), {}, false};
    const IgnoreNewlines ignore(*this, true);
    const Token open = take();
    while (!at(TokenKind::close_paren)) {
        call.arguments.push_back(parse_expression());
        if (take_if(TokenKind::ellipsis)) {
            call.expand_last = true;
            break;
        }
        if (!take_if(TokenKind::comma)) {
            break;
        }
    }
    if (!at(TokenKind::close_paren) && !at(TokenKind::end)) {
        fail_unexpected(call.expand_last ? "\")\" after \"...\"" : "\",\" or \")\" of the call");
    }
    expect_close(TokenKind::close_paren, open, "call");
    return make_expression(std::move(call), range_from(name.begin));
}

ExpressionPtr Parser::parse_parentheses() {
    const IgnoreNewlines ignore(*this, true);
    const Token open = take();
    ExpressionPtr expression = parse_expression();
    expect_close(TokenKind::close_paren, open, "parenthesis");
    return expression;
}

ExpressionPtr Parser::parse_tuple() {
    const IgnoreNewlines ignore(*this, true);
    const Token open = take();
    if (at_word("for")) {
        return parse_for(open, TokenKind::close_bracket);
    }
    TupleExpression tuple;
    while (!at(TokenKind::close_bracket)) {
        tuple.elements.push_back(parse_expression());
        if (!take_if(TokenKind::comma)) {
            break;
        }
    }
    if (!at(TokenKind::close_bracket) && !at(TokenKind::end)) {
        fail_unexpected("\",\" or \"]\" of the list");
    }
    expect_close(TokenKind::close_bracket, open, "list");
    return make_expression(std::move(tuple), range_from(open.begin));
}

ExpressionPtr Parser::parse_object() {
    const Token open = take();
    {
        const IgnoreNewlines ignore(*this, true);
        if (at_word("for")) {
            return parse_for(open, TokenKind::close_brace);
        }
    }
    const IgnoreNewlines heed(*this, false);
    ObjectExpression object;
    while (true) {
        while (take_if(TokenKind::newline)) {
        }
        if (at(TokenKind::close_brace) || at(TokenKind::end)) {
            break;
        }
        object.items.push_back(parse_object_item());
        if (at(TokenKind::close_brace)) {
            break;
        }
        if (!take_if(TokenKind::comma) && !take_if(TokenKind::newline) && !at(TokenKind::end)) {
            fail_unexpected("a newline, \",\" or \"}\" of the object");
        }
    }
    expect_close(TokenKind::close_brace, open, "object");
    return make_expression(std::move(object), range_from(open.begin));
}

ObjectItem Parser::parse_object_item() {
    ExpressionPtr key = parse_object_key();
    if (!at(TokenKind::assign) && !at(TokenKind::colon)) {
        fail_unexpected("\"=\" or \":\" after the key");
    }
    take();
    return {std::move(key), parse_expression()};
}

ExpressionPtr Parser::parse_object_key() {
    const bool parenthesised = at(TokenKind::open_paren);
    const TokenKind following = peek_raw(1).kind;
    if (at(TokenKind::identifier) &&
        (following == TokenKind::assign || following == TokenKind::colon)) {
        const Token name = take();
        return make_expression(LiteralExpression{Value::string(text(name))}, range(name));
    }
    ExpressionPtr key = parse_expression();
    if (!parenthesised && is_access_to_name(*key)) {
        fail(
            key->range,
            "this key could be meant as a text or as a reference",
            "write (" + std::string(key->range.text()) + ") for the reference, quotes for the text"
        );
    }
    return key;
}

// At the word `for`, behind the bracket or brace.
ExpressionPtr Parser::parse_for(const Token& open, TokenKind close) {
    const IgnoreNewlines ignore(*this, true);
    const bool object = close == TokenKind::close_brace;
    take();
    ForExpression loop;
    loop.value_name = text(expect_identifier("a variable name after \"for\""));
    if (take_if(TokenKind::comma)) {
        loop.key_name = std::exchange(loop.value_name, {});
        loop.value_name = text(expect_identifier("a second variable name"));
    }
    if (!at_word("in")) {
        fail_unexpected("\"in\" of the for-expression", "as in [for x in list : x]");
    }
    take();
    loop.collection = parse_expression();
    if (!take_if(TokenKind::colon)) {
        fail_unexpected("\":\" of the for-expression", "as in [for x in list : x]");
    }
    loop.result = parse_expression();
    if (object) {
        if (!take_if(TokenKind::fat_arrow)) {
            fail_unexpected("\"=>\" of the for-expression", "as in {for k, v in map : k => v}");
        }
        loop.key = std::exchange(loop.result, parse_expression());
        loop.group = take_if(TokenKind::ellipsis);
    } else if (at(TokenKind::fat_arrow)) {
        fail_unexpected("\"]\" or \"if\"", "keys make an object, which is written in braces");
    } else if (at(TokenKind::ellipsis)) {
        fail_unexpected("\"]\" or \"if\"", "only objects, written in braces, group by key");
    }
    if (at_word("if")) {
        take();
        loop.condition = parse_expression();
    }
    expect_close(close, open, "for-expression");
    return make_expression(
        std::make_shared<const ForExpression>(std::move(loop)), range_from(open.begin)
    );
}

}  // namespace kiln::hcl
