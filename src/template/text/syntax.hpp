#pragma once

#include "template/text_context.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// The syntax tree of a text template.
namespace kiln::tmpl::text {

struct Pipeline;

struct Literal {
    TextValue value;
};
struct Dot {};
struct NameOfVariable {
    std::string name;  ///< "" is $, the data itself
};
struct NameOfFunction {
    std::string name;
};
struct Grouped {
    std::shared_ptr<const Pipeline> pipeline;
};

/// An operand and the fields that are taken of it: `.a.b`, `$x.a`, `(f).a`.
struct Operand {
    std::variant<Literal, Dot, NameOfVariable, NameOfFunction, Grouped> base;
    std::vector<std::string> fields;
    std::size_t offset = 0;
};

/// A function with arguments, or one operand.
struct Command {
    std::vector<Operand> operands;
};

/// `$k, $v := a | b | c`.
struct Pipeline {
    std::vector<std::string> variables;
    bool declares = true;  ///< false: assigns to variables that exist
    std::vector<Command> commands;
    std::size_t offset = 0;
};

struct Node;
using Nodes = std::vector<Node>;

struct TextNode {
    std::string text;
};
struct PrintNode {
    Pipeline pipeline;
};
struct IfNode {
    Pipeline condition;
    Nodes then, otherwise;
};
struct WithNode {
    Pipeline value;
    Nodes body, otherwise;
};
struct RangeNode {
    Pipeline collection;
    Nodes body, otherwise;
};
struct BreakNode {};
struct ContinueNode {};

struct Node {
    std::variant<TextNode, PrintNode, IfNode, WithNode, RangeNode, BreakNode, ContinueNode> kind;
};

}  // namespace kiln::tmpl::text
