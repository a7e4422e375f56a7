#include "hcl/dynamic.hpp"

#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/parser.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kiln::hcl {

namespace {

using Names = std::map<std::string, Value, std::less<>>;

/// The parts of one `dynamic` block, found and checked.
struct DynamicBlock {
    std::string type;
    SourceRange type_range;
    std::string iterator;
    ExpressionPtr for_each;
    ExpressionPtr labels;  // null without any
    const Body* content = nullptr;
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
    Body expand(const Body& body, const Scope& scope, const std::shared_ptr<const Names>& names) {
        Body result;
        result.range = body.range;
        result.missing_item = body.missing_item;
        result.from_json = body.from_json;
        for (Attribute attribute : body.attributes) {
            attribute.expression = bind(attribute.expression, names);
            result.attributes.push_back(std::move(attribute));
        }
        for (const Block& block : body.blocks) {
            if (block.type == "dynamic") {
                expand_dynamic_block(block, scope, names, result);
                continue;
            }
            Block copy = block;
            copy.body = expand(block.body, scope, names);
            result.blocks.push_back(std::move(copy));
        }
        return result;
    }

private:
    static ExpressionPtr bind(
        const ExpressionPtr& expression, const std::shared_ptr<const Names>& names
    ) {
        return names ? make_expression(BoundExpression{expression, names}, expression->range)
                     : expression;
    }

    void expand_dynamic_block(
        const Block& block,
        const Scope& scope,
        const std::shared_ptr<const Names>& names,
        Body& result
    ) {
        const std::optional<DynamicBlock> dynamic = read(block);
        if (!dynamic || blocks_ > kMaxDynamicBlocks) {
            return;
        }
        const std::optional<std::vector<Iteration>> iterations = iterate(*dynamic, scope);
        if (!iterations) {
            return;
        }
        for (const Iteration& iteration : *iterations) {
            if (!count_block(dynamic->header)) {
                return;
            }
            auto inner_names = std::make_shared<Names>(names ? *names : Names{});
            const Value iterator =
                Value::object({{"key", iteration.key}, {"value", iteration.value}});
            inner_names->insert_or_assign(dynamic->iterator, iterator);
            Scope inner = Scope::inside(scope);
            inner.set(dynamic->iterator, iterator);
            if (auto made = make_block(*dynamic, inner, inner_names)) {
                result.blocks.push_back(std::move(*made));
            }
        }
    }

    // False when there are too many already, which is reported once.
    bool count_block(SourceRange header) {
        if (++blocks_ == kMaxDynamicBlocks + 1) {
            const std::string bound = std::to_string(kMaxDynamicBlocks);
            diagnostics_.error(header, "dynamic blocks make more than " + bound + " blocks here");
        }
        return blocks_ <= kMaxDynamicBlocks;
    }

    std::optional<DynamicBlock> read(const Block& block) {
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
            if (inner.type == "content" && inner.labels.empty() && dynamic.content == nullptr) {
                dynamic.content = &inner.body;
                continue;
            }
            diagnostics_.error(inner.header, "a dynamic block holds one block, \"content\"");
            good = false;
        }
        if (dynamic.content == nullptr && good) {
            diagnostics_.error(block.header, "this dynamic block has no content block");
        }
        if (!dynamic.for_each && good) {
            diagnostics_.error(block.header, "this dynamic block has no for_each");
        }
        return good && dynamic.for_each && dynamic.content != nullptr ? std::optional(dynamic)
                                                                      : std::nullopt;
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

    std::optional<std::vector<Iteration>> iterate(const DynamicBlock& dynamic, const Scope& scope) {
        const std::size_t errors = diagnostics_.error_count();
        const Value collection = evaluate(*dynamic.for_each, scope, diagnostics_);
        if (diagnostics_.error_count() != errors) {
            return std::nullopt;
        }
        const SourceRange range = dynamic.for_each->range;
        if (collection.is_null()) {
            diagnostics_.error(range, "for_each is null", "use an empty list for no blocks");
            return std::nullopt;
        }
        if (!collection.is_known()) {
            diagnostics_.error(range, "for_each must be known before the build runs");
            return std::nullopt;
        }
        const Type& type = collection.type();
        if (type.is_primitive()) {
            diagnostics_.error(
                range, "for_each takes a list, set, map or object, not a " + friendly_name(type)
            );
            return std::nullopt;
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
        const DynamicBlock& dynamic, const Scope& scope, const std::shared_ptr<const Names>& names
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
