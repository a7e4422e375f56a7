#include "lint/each_call.hpp"

#include <variant>
#include <vector>

namespace kiln::lint {

namespace {

// The parser bounds how deeply expressions nest, and with that this recursion.
class CallFinder {
public:
    explicit CallFinder(const LookAtCall& look) : look_(look) {}

    void visit(const hcl::ExpressionPtr& expression) {
        if (expression != nullptr) {
            std::visit(*this, expression->node);
        }
    }

    void operator()(const hcl::LiteralExpression&) {}
    void operator()(const hcl::VariableExpression&) {}
    void operator()(const hcl::TemplateExpression& e) { visit_all(e.parts); }
    void operator()(const hcl::TemplateForExpression& e) { visit(e.loop); }
    void operator()(const hcl::TupleExpression& e) { visit_all(e.elements); }
    void operator()(const hcl::ObjectExpression& e) {
        for (const hcl::ObjectItem& item : e.items) {
            visit(item.key);
            visit(item.value);
        }
    }
    void operator()(const hcl::UnaryExpression& e) { visit(e.operand); }
    void operator()(const hcl::BinaryExpression& e) {
        visit(e.first);
        for (const hcl::Operand& operand : e.rest) {
            visit(operand.right);
        }
    }
    void operator()(const hcl::ConditionalExpression& e) {
        visit(e.condition);
        visit(e.when_true);
        visit(e.when_false);
    }
    void operator()(const std::shared_ptr<const hcl::ForExpression>& e) {
        visit(e->collection);
        visit(e->key);
        visit(e->result);
        visit(e->condition);
    }
    void operator()(const hcl::CallExpression& e) {
        look_(e);
        visit_all(e.arguments);
    }
    void operator()(const hcl::AccessExpression& e) {
        visit(e.operand);
        visit_steps(e.steps);
    }
    void operator()(const hcl::BoundExpression& e) { visit(e.inner); }

private:
    void visit_all(const std::vector<hcl::ExpressionPtr>& expressions) {
        for (const hcl::ExpressionPtr& expression : expressions) {
            visit(expression);
        }
    }

    void visit_steps(const std::vector<hcl::Step>& steps) {
        for (const hcl::Step& step : steps) {
            if (const auto* index = std::get_if<hcl::IndexStep>(&step.kind)) {
                visit(index->key);
            } else if (const auto* splat = std::get_if<hcl::SplatStep>(&step.kind)) {
                visit_steps(splat->each);
            }
        }
    }

    const LookAtCall& look_;
};

}  // namespace

void each_call(const hcl::Expression& expression, const LookAtCall& look) {
    CallFinder finder(look);
    std::visit(finder, expression.node);
}

void each_call(const hcl::Body& body, const LookAtCall& look) {
    for (const hcl::Attribute& attribute : body.attributes) {
        each_call(*attribute.expression, look);
    }
    for (const hcl::Block& block : body.blocks) {
        each_call(block.body, look);
    }
}

}  // namespace kiln::lint
