#include "hcl/references.hpp"

#include "hcl/convert.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace kiln::hcl {

namespace {

class Collector {
public:
    std::vector<Reference> found;

    void visit(const Expression& expression) {
        std::visit([&](const auto& node) { visit_node(node, expression.range); }, expression.node);
    }

    void visit(const Body& body) {
        // Blocks and attributes in the order of the source, as messages should come.
        auto attribute = body.attributes.begin();
        for (const Block& block : body.blocks) {
            while (attribute != body.attributes.end() &&
                   attribute->name_range.begin < block.type_range.begin) {
                visit(*(attribute++)->expression);
            }
            visit_block(block);
        }
        while (attribute != body.attributes.end()) {
            visit(*(attribute++)->expression);
        }
    }

private:
    void visit_block(const Block& block) {
        if (block.type != "dynamic" || block.labels.size() != 1) {
            return visit(block.body);
        }
        std::string iterator = block.labels.front().text;
        if (const Attribute* named = block.body.find("iterator")) {
            iterator = bare_word(*named->expression).value_or(iterator);
        }
        for (const Attribute& attribute : block.body.attributes) {
            if (attribute.name == "for_each") {
                visit(*attribute.expression);
            }
        }
        bound_.push_back(std::move(iterator));
        for (const Attribute& attribute : block.body.attributes) {
            if (attribute.name == "labels") {
                visit(*attribute.expression);
            }
        }
        for (const Block& inner : block.body.blocks) {
            visit(inner.body);
        }
        bound_.pop_back();
    }

    void visit_node(const LiteralExpression& /*literal*/, SourceRange /*range*/) {}
    void visit_node(const VariableExpression& variable, SourceRange range) {
        add({variable.name, {}, range});
    }
    void visit_node(const TemplateExpression& text, SourceRange /*range*/) {
        visit_all(text.parts);
    }
    void visit_node(const TemplateForExpression& text, SourceRange /*range*/) { visit(*text.loop); }
    void visit_node(const TupleExpression& tuple, SourceRange /*range*/) {
        visit_all(tuple.elements);
    }
    void visit_node(const ObjectExpression& object, SourceRange /*range*/) {
        for (const ObjectItem& item : object.items) {
            visit(*item.key);
            visit(*item.value);
        }
    }
    void visit_node(const UnaryExpression& unary, SourceRange /*range*/) { visit(*unary.operand); }
    void visit_node(const BinaryExpression& binary, SourceRange /*range*/) {
        visit(*binary.first);
        for (const Operand& operand : binary.rest) {
            visit(*operand.right);
        }
    }
    void visit_node(const ConditionalExpression& conditional, SourceRange /*range*/) {
        visit(*conditional.condition);
        visit(*conditional.when_true);
        visit(*conditional.when_false);
    }
    void visit_node(const std::shared_ptr<const ForExpression>& loop, SourceRange /*range*/) {
        visit(*loop->collection);
        bound_.push_back(loop->value_name);
        bound_.push_back(loop->key_name);
        for (const ExpressionPtr& part : {loop->key, loop->result, loop->condition}) {
            if (part) {
                visit(*part);
            }
        }
        bound_.resize(bound_.size() - 2);
    }
    void visit_node(const CallExpression& call, SourceRange /*range*/) {
        // The second argument of convert() is a type.
        const bool conversion = call.name == "convert" && call.arguments.size() == 2;
        for (std::size_t i = 0; i < (conversion ? 1 : call.arguments.size()); ++i) {
            visit(*call.arguments[i]);
        }
    }
    void visit_node(const AccessExpression& access, SourceRange /*range*/) {
        const auto* root = std::get_if<VariableExpression>(&access.operand->node);
        if (root == nullptr) {
            visit(*access.operand);
        } else {
            add(make_reference(*root, access));
        }
        visit_keys(access.steps);
    }
    void visit_node(const BoundExpression& bound, SourceRange /*range*/) {
        const std::size_t before = bound_.size();
        for (const auto& [name, value] : *bound.names) {
            bound_.push_back(name);
        }
        visit(*bound.inner);
        bound_.resize(before);
    }

    void visit_all(const std::vector<ExpressionPtr>& expressions) {
        for (const ExpressionPtr& expression : expressions) {
            visit(*expression);
        }
    }

    void visit_keys(const std::vector<Step>& steps) {
        for (const Step& step : steps) {
            if (const auto* index = std::get_if<IndexStep>(&step.kind)) {
                visit(*index->key);
            } else if (const auto* splat = std::get_if<SplatStep>(&step.kind)) {
                visit_keys(splat->each);
            }
        }
    }

    static std::optional<std::string> constant_name(const Step& step) {
        if (const auto* attribute = std::get_if<AttributeStep>(&step.kind)) {
            return attribute->name;
        }
        const auto* index = std::get_if<IndexStep>(&step.kind);
        const auto* literal =
            index == nullptr ? nullptr : std::get_if<LiteralExpression>(&index->key->node);
        return literal == nullptr ? std::nullopt : to_text(literal->value);
    }

    static Reference make_reference(
        const VariableExpression& root, const AccessExpression& access
    ) {
        Reference reference{root.name, {}, access.operand->range};
        for (const Step& step : access.steps) {
            std::optional<std::string> name = constant_name(step);
            if (!name) {
                break;
            }
            reference.path.push_back(std::move(*name));
            reference.range = join(reference.range, step.range);
        }
        return reference;
    }

    void add(Reference reference) {
        if (std::find(bound_.begin(), bound_.end(), reference.root) == bound_.end()) {
            found.push_back(std::move(reference));
        }
    }

    std::vector<std::string> bound_;  // names that loops around have brought along
};

}  // namespace

std::vector<Reference> references(const Expression& expression) {
    Collector collector;
    collector.visit(expression);
    return std::move(collector.found);
}

std::vector<Reference> references(const Body& body) {
    Collector collector;
    collector.visit(body);
    return std::move(collector.found);
}

}  // namespace kiln::hcl
