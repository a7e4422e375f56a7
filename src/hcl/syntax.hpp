#pragma once

#include "base/source.hpp"
#include "hcl/value.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The syntax tree. Expressions are immutable and shared, so bodies, blocks and attributes copy
/// cheaply; ranges point into the SourceFile, which must outlive the tree.
namespace kiln::hcl {

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;  ///< never null where it is not optional

/// A number, true, false, null, a string without interpolation, the bare key of an object. An
/// expression that could not be parsed is an unknown of the dynamic type.
struct LiteralExpression {
    Value value;
};

/// A bare name: a root such as `var`, or the variable of a `for`.
struct VariableExpression {
    std::string name;
};

/// Text with interpolations: always a string. ("${x}" alone is no template but x itself.)
struct TemplateExpression {
    std::vector<ExpressionPtr> parts;
};

/// `%{ for }` of a template: the strings of a for-expression, one after another.
struct TemplateForExpression {
    ExpressionPtr loop;
};

struct TupleExpression {
    std::vector<ExpressionPtr> elements;
};

struct ObjectItem {
    ExpressionPtr key;
    ExpressionPtr value;
};
struct ObjectExpression {
    std::vector<ObjectItem> items;
};

enum class UnaryOperator { negate, logical_not };
struct UnaryExpression {
    UnaryOperator operation;
    ExpressionPtr operand;
};

enum class BinaryOperator {
    multiply,
    divide,
    remainder,
    add,
    subtract,
    greater,
    greater_or_equal,
    less,
    less_or_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
};
struct Operand {
    BinaryOperator operation;
    ExpressionPtr right;
};
/// `first op right op right ...`, all operators of one precedence, applied from left to right. A
/// list and no tree of pairs, so that a long sum does not nest deeply.
struct BinaryExpression {
    ExpressionPtr first;
    std::vector<Operand> rest;
};

struct ConditionalExpression {
    ExpressionPtr condition;
    ExpressionPtr when_true;
    ExpressionPtr when_false;
};

/// `[for value in collection : result if condition]`, with `key =>` an object.
struct ForExpression {
    std::string key_name;  ///< "" without one
    std::string value_name;
    ExpressionPtr collection;
    ExpressionPtr key;  ///< null: the result is a tuple
    ExpressionPtr result;
    ExpressionPtr condition;  ///< null without one
    bool group = false;       ///< `...`: the values of one key become a tuple
};

struct CallExpression {
    std::string name;
    SourceRange name_range;
    std::vector<ExpressionPtr> arguments;
    bool expand_last = false;  ///< `f(a, b...)`
};

struct Step;

/// `.name`
struct AttributeStep {
    std::string name;
};
/// `[key]`, and `.0` of old templates
struct IndexStep {
    ExpressionPtr key;
};
/// `[*]` or `.*` and the steps that are taken in each element.
struct SplatStep {
    std::vector<Step> each;
};
struct Step {
    std::variant<AttributeStep, IndexStep, SplatStep> kind;
    SourceRange range;  ///< from the dot or bracket on
};

/// Steps into a value: `operand.a[0].*.b`.
struct AccessExpression {
    ExpressionPtr operand;
    std::vector<Step> steps;
};

/// An expression together with names that only it sees: what a `dynamic` block leaves behind.
struct BoundExpression {
    ExpressionPtr inner;
    std::shared_ptr<const std::map<std::string, Value, std::less<>>> names;
};

struct Expression {
    using Node = std::variant<
        LiteralExpression,
        VariableExpression,
        TemplateExpression,
        TemplateForExpression,
        TupleExpression,
        ObjectExpression,
        UnaryExpression,
        BinaryExpression,
        ConditionalExpression,
        std::shared_ptr<const ForExpression>,  // boxed: much larger than the others
        CallExpression,
        AccessExpression,
        BoundExpression>;

    Node node;
    SourceRange range;
};

ExpressionPtr make_expression(Expression::Node node, SourceRange range);

/// The string of a literal, nothing for any other expression: for places where the language wants
/// a plain text.
std::optional<std::string> literal_string(const Expression& expression);
/// The name when the expression is one bare word (also true, false and null): for keywords.
std::optional<std::string> bare_word(const Expression& expression);

struct Attribute {
    std::string name;
    SourceRange name_range;
    ExpressionPtr expression;
    SourceRange range;  ///< name to the end of the expression
};

struct Block;

/// What stands between the braces of a block, or in a whole file.
struct Body {
    std::vector<Attribute> attributes;  ///< in the order of the source; each name once
    std::vector<Block> blocks;          ///< in the order of the source
    SourceRange range;
    SourceRange missing_item;  ///< what to point at when something is missing in it
    /// Read from JSON, where blocks cannot be told from attributes: see json_syntax.hpp.
    bool from_json = false;

    const Attribute* find(std::string_view name) const;  ///< null when there is none
};

struct Label {
    std::string text;
    SourceRange range;
};

struct Block {
    std::string type;
    SourceRange type_range;
    std::vector<Label> labels;
    Body body;
    SourceRange header;  ///< type and labels: what messages about the block point at
};

/// `source "amazon-ebs" "base"`: a block's header for messages.
std::string describe(const Block& block);

}  // namespace kiln::hcl
