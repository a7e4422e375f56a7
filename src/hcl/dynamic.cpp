#include "hcl/dynamic.hpp"

#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/json_syntax.hpp"
#include "hcl/parser.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kiln::hcl {

namespace {

using Names = std::map<std::string, Value, std::less<>>;
using NamesPtr = std::shared_ptr<const Names>;

// Whether a property of a JSON object is a dynamic block and not a value of that name.
bool is_dynamic_property(const std::string& name, const Expression& value) {
    const auto* labels = std::get_if<ObjectExpression>(&value.node);
    if (name != "dynamic" || labels == nullptr) {
        return false;
    }
    const auto has_for_each = [](const Expression& expression) {
        const auto* object = std::get_if<ObjectExpression>(&expression.node);
        return object != nullptr &&
               std::any_of(object->items.begin(), object->items.end(), [](const ObjectItem& item) {
                   return literal_string(*item.key) == "for_each";
               });
    };
    return std::any_of(labels->items.begin(), labels->items.end(), [&](const ObjectItem& item) {
        const auto* array = std::get_if<TupleExpression>(&item.value->node);
        return array == nullptr ? has_for_each(*item.value)
                                : std::any_of(
                                      array->elements.begin(),
                                      array->elements.end(),
                                      [&](const ExpressionPtr& e) { return has_for_each(*e); }
                                  );
    });
}

constexpr std::size_t kMaxLabels = 16;

/// The parts of one `dynamic` block, found and checked.
struct DynamicBlock {
    std::string type;
    SourceRange type_range;
    std::string iterator;
    ExpressionPtr for_each;
    ExpressionPtr labels;  // null without any
    std::shared_ptr<const Body> content;
    SourceRange header;
};

struct Iteration {
    Value key;
    Value value;
};

class Expander {
public:
    explicit Expander(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    // `names`: the iterators of the dynamic blocks around; null outside of any.
    Body expand(const Body& body, const Scope& scope, const NamesPtr& names) {
        Body result = body;
        result.attributes.clear();
        result.blocks.clear();
        for (const Attribute& attribute : body.attributes) {
            if (body.from_json && is_dynamic_property(attribute.name, *attribute.expression)) {
                for (const Block& block : json_dynamic_blocks(attribute)) {
                    for (const Block& made : expand_block(block, scope, names)) {
                        result.attributes.push_back(to_json_attribute(made));
                    }
                }
                continue;
            }
            Attribute copy = attribute;
            copy.expression = body.from_json ? expand_json(attribute.expression, scope, names)
                                             : bind(attribute.expression, names);
            result.attributes.push_back(std::move(copy));
        }
        for (const Block& block : body.blocks) {
            if (block.type == "dynamic") {
                for (Block& made : expand_block(block, scope, names)) {
                    result.blocks.push_back(std::move(made));
                }
                continue;
            }
            Block copy = block;
            copy.body = expand(block.body, scope, names);
            result.blocks.push_back(std::move(copy));
        }
        return result;
    }

private:
    static ExpressionPtr bind(const ExpressionPtr& expression, const NamesPtr& names) {
        return names ? make_expression(BoundExpression{expression, names}, expression->range)
                     : expression;
    }

    // The blocks that a dynamic block stands for.
    std::vector<Block> expand_block(const Block& block, const Scope& scope, const NamesPtr& names) {
        std::vector<Block> blocks;
        const std::optional<DynamicBlock> dynamic = read(block);
        if (!dynamic || blocks_ > kMaxDynamicBlocks) {
            return blocks;
        }
        for (const Iteration& iteration : iterate(*dynamic, scope)) {
            if (!count_block(dynamic->header)) {
                break;
            }
            const Value iterator =
                Value::object({{"key", iteration.key}, {"value", iteration.value}});
            auto inner_names = std::make_shared<Names>(names ? *names : Names{});
            inner_names->insert_or_assign(dynamic->iterator, iterator);
            Scope inner = Scope::inside(scope);
            inner.set(dynamic->iterator, iterator);
            if (auto made = make_block(*dynamic, inner, inner_names)) {
                blocks.push_back(std::move(*made));
            }
        }
        return blocks;
    }

    // ---- JSON, where blocks still are properties of objects

    std::vector<Block> json_dynamic_blocks(const Attribute& attribute) {
        Body body;
        body.from_json = true;
        body.attributes.push_back(attribute);
        return with_blocks(body, {{"dynamic", 1}}, diagnostics_).blocks;
    }

    // Expands in all objects and arrays inside; anything else is bound.
    ExpressionPtr expand_json(
        const ExpressionPtr& expression, const Scope& scope, const NamesPtr& names
    ) {
        if (const auto* array = std::get_if<TupleExpression>(&expression->node)) {
            TupleExpression expanded;
            for (const ExpressionPtr& element : array->elements) {
                expanded.elements.push_back(expand_json(element, scope, names));
            }
            return make_expression(std::move(expanded), expression->range);
        }
        const auto* object = std::get_if<ObjectExpression>(&expression->node);
        if (object == nullptr) {
            return bind(expression, names);
        }
        ObjectExpression expanded;
        for (const ObjectItem& item : object->items) {
            const std::string name = literal_string(*item.key).value_or("");
            if (!is_dynamic_property(name, *item.value)) {
                expanded.items.push_back(
                    {literal_string(*item.key) ? item.key : bind(item.key, names),
                     expand_json(item.value, scope, names)}
                );
                continue;
            }
            const Attribute attribute{name, item.key->range, item.value, item.value->range};
            for (const Block& block : json_dynamic_blocks(attribute)) {
                for (const Block& made : expand_block(block, scope, names)) {
                    expanded.items.push_back(to_json_item(made));
                }
            }
        }
        return make_expression(std::move(expanded), expression->range);
    }

    static ExpressionPtr key_expression(const std::string& name, SourceRange range) {
        return make_expression(LiteralExpression{Value::string(name)}, range);
    }

    // "type": {"label": {body}}
    static ObjectItem to_json_item(const Block& block) {
        const Attribute attribute = to_json_attribute(block);
        return {key_expression(attribute.name, attribute.name_range), attribute.expression};
    }

    static Attribute to_json_attribute(const Block& block) {
        ObjectExpression object;
        for (const Attribute& attribute : block.body.attributes) {
            object.items.push_back(
                {key_expression(attribute.name, attribute.name_range), attribute.expression}
            );
        }
        ExpressionPtr value = make_expression(std::move(object), block.body.range);
        for (auto label = block.labels.rbegin(); label != block.labels.rend(); ++label) {
            const SourceRange range = value->range;
            value = make_expression(
                ObjectExpression{{{key_expression(label->text, label->range), value}}}, range
            );
        }
        return {block.type, block.type_range, value, block.header};
    }

    // ---- the parts of a dynamic block

    // False when there are too many already, which is reported once.
    bool count_block(SourceRange header) {
        if (++blocks_ == kMaxDynamicBlocks + 1) {
            const std::string bound = std::to_string(kMaxDynamicBlocks);
            diagnostics_.error(header, "dynamic blocks make more than " + bound + " blocks here");
        }
        return blocks_ <= kMaxDynamicBlocks;
    }

    std::optional<DynamicBlock> read(Block block) {
        block.body = with_blocks(block.body, {{"content", 0}}, diagnostics_);
        if (block.labels.size() != 1) {
            diagnostics_.error(
                block.header,
                "a dynamic block has one label, the type of the blocks it makes",
                "as in dynamic \"tag\" { ... }"
            );
            return std::nullopt;
        }
        DynamicBlock dynamic;
        dynamic.type = block.labels.front().text;
        dynamic.type_range = block.labels.front().range;
        dynamic.header = block.header;
        dynamic.iterator = dynamic.type;
        bool good = read_attributes(block, dynamic);
        for (const Block& inner : block.body.blocks) {
            if (inner.type == "content" && inner.labels.empty() && !dynamic.content) {
                dynamic.content = std::make_shared<const Body>(inner.body);
                continue;
            }
            diagnostics_.error(inner.header, "a dynamic block holds one block, \"content\"");
            good = false;
        }
        if (!dynamic.content && good) {
            diagnostics_.error(block.header, "this dynamic block has no content block");
        }
        if (!dynamic.for_each && good) {
            diagnostics_.error(block.header, "this dynamic block has no for_each");
        }
        return good && dynamic.for_each && dynamic.content ? std::optional(dynamic) : std::nullopt;
    }

    bool read_attributes(const Block& block, DynamicBlock& dynamic) {
        for (const Attribute& attribute : block.body.attributes) {
            if (attribute.name == "for_each") {
                dynamic.for_each = attribute.expression;
            } else if (attribute.name == "labels") {
                dynamic.labels = attribute.expression;
            } else if (attribute.name == "iterator") {
                const auto name = iterator_name(*attribute.expression);
                if (!name) {
                    diagnostics_.error(
                        attribute.expression->range, "the iterator must be one bare name"
                    );
                    return false;
                }
                dynamic.iterator = *name;
            } else {
                diagnostics_.error(
                    attribute.name_range,
                    "a dynamic block has no attribute \"" + attribute.name + "\"",
                    did_you_mean_hint(attribute.name, {"for_each", "iterator", "labels"})
                );
                return false;
            }
        }
        return true;
    }

    // In JSON the name is a string.
    static std::optional<std::string> iterator_name(const Expression& expression) {
        std::optional<std::string> name = bare_word(expression);
        if (!name) {
            name = literal_string(expression);
        }
        return name && is_identifier(*name) ? name : std::nullopt;
    }

    // Empty when for_each is a mistake.
    std::vector<Iteration> iterate(const DynamicBlock& dynamic, const Scope& scope) {
        const std::size_t errors = diagnostics_.error_count();
        const Value collection = evaluate(*dynamic.for_each, scope, diagnostics_);
        if (diagnostics_.error_count() != errors) {
            return {};
        }
        const SourceRange range = dynamic.for_each->range;
        if (collection.is_null()) {
            diagnostics_.error(range, "for_each is null", "use an empty list for no blocks");
            return {};
        }
        if (!collection.is_known()) {
            diagnostics_.error(range, "for_each must be known before the build runs");
            return {};
        }
        const Type& type = collection.type();
        if (type.is_primitive()) {
            diagnostics_.error(
                range, "for_each takes a list, set, map or object, not a " + friendly_name(type)
            );
            return {};
        }
        std::vector<Iteration> iterations;
        if (type.is(TypeKind::map) || type.is(TypeKind::object)) {
            for (const auto& [key, value] : collection.members()) {
                iterations.push_back({Value::string(key), value});
            }
            return iterations;
        }
        for (const Value& value : collection.elements()) {
            const Number index(static_cast<std::uint64_t>(iterations.size()));
            iterations.push_back({type.is(TypeKind::set) ? value : Value::number(index), value});
        }
        return iterations;
    }

    std::optional<Block> make_block(
        const DynamicBlock& dynamic, const Scope& scope, const NamesPtr& names
    ) {
        Block block;
        block.type = dynamic.type;
        block.type_range = dynamic.type_range;
        block.header = dynamic.header;
        if (dynamic.labels && !read_labels(*dynamic.labels, scope, block)) {
            return std::nullopt;
        }
        block.body = expand(*dynamic.content, scope, names);
        return block;
    }

    bool read_labels(const Expression& labels, const Scope& scope, Block& block) {
        const std::size_t errors = diagnostics_.error_count();
        const Value texts = evaluate_as(labels, Type::list(Type::string()), scope, diagnostics_);
        if (diagnostics_.error_count() != errors) {
            return false;
        }
        if (texts.is_null() || !texts.is_wholly_known()) {
            diagnostics_.error(labels.range, "labels must be known texts");
            return false;
        }
        if (texts.size() > kMaxLabels) {
            diagnostics_.error(
                labels.range, "no block has more than " + std::to_string(kMaxLabels) + " labels"
            );
            return false;
        }
        for (const Value& text : texts.elements()) {
            if (text.is_null()) {
                diagnostics_.error(labels.range, "a label must not be null");
                return false;
            }
            block.labels.push_back({text.as_string(), labels.range});
        }
        return true;
    }

    Diagnostics& diagnostics_;
    std::size_t blocks_ = 0;
};

}  // namespace

Body expand_dynamic(const Body& body, const Scope& scope, Diagnostics& diagnostics) {
    return Expander(diagnostics).expand(body, scope, nullptr);
}

}  // namespace kiln::hcl
