#include "lint/options.hpp"

#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/json_syntax.hpp"

#include <variant>

namespace kiln::lint {

hcl::Value Options::value_of(const hcl::Expression& expression) const {
    Diagnostics ignored;  // loading and planning report them
    return hcl::evaluate(expression, context_->scope, ignored);
}

std::optional<Text> Options::text_of(const hcl::Expression& expression) const {
    std::optional<std::string> text = hcl::to_text(value_of(expression));
    if (!text) {
        return std::nullopt;
    }
    return Text{context_->render(*text), expression.range, &expression};
}

const hcl::Expression* Options::expression(std::string_view name) const {
    for (const hcl::Body& body : bodies_) {
        if (const hcl::Attribute* attribute = body.find(name)) {
            return value_of(*attribute->expression).is_null() ? nullptr
                                                              : attribute->expression.get();
        }
    }
    return nullptr;
}

bool Options::has(std::string_view name) const {
    if (expression(name) != nullptr) {
        return true;
    }
    for (const hcl::Body& body : bodies_) {
        for (const hcl::Block& block : body.blocks) {
            if (block.type == name) {
                return true;
            }
        }
    }
    return false;
}

SourceRange Options::range(std::string_view name) const {
    const hcl::Expression* found = expression(name);
    return found == nullptr ? SourceRange{} : found->range;
}

std::optional<Text> Options::text(std::string_view name) const {
    const hcl::Expression* found = expression(name);
    return found == nullptr ? std::nullopt : text_of(*found);
}

std::optional<bool> Options::boolean(std::string_view name) const {
    const std::optional<Text> found = text(name);
    if (!found) {
        return std::nullopt;
    }
    return found->text == "true" || found->text == "1";
}

std::vector<Text> Options::texts(std::string_view name) const {
    const hcl::Expression* found = expression(name);
    std::vector<Text> texts;
    if (found == nullptr) {
        return texts;
    }
    if (const auto* tuple = std::get_if<hcl::TupleExpression>(&found->node)) {
        for (const hcl::ExpressionPtr& element : tuple->elements) {
            if (std::optional<Text> text = text_of(*element)) {
                texts.push_back(std::move(*text));
            }
        }
        return texts;
    }
    const hcl::Value value = value_of(*found);
    if (const std::optional<std::string> text = hcl::to_text(value)) {
        for (const std::string& part : split(context_->render(*text), ',')) {
            if (!part.empty()) {
                texts.push_back({part, found->range, found});
            }
        }
    } else if (value.is_wholly_known() &&
               (value.has(hcl::TypeKind::list) || value.has(hcl::TypeKind::tuple) ||
                value.has(hcl::TypeKind::set))) {
        for (const hcl::Value& element : value.elements()) {
            if (const std::optional<std::string> part = hcl::to_text(element)) {
                texts.push_back({context_->render(*part), found->range, found});
            }
        }
    }
    return texts;
}

std::vector<std::pair<std::string, Text>> Options::entries(std::string_view name) const {
    const hcl::Expression* found = expression(name);
    std::vector<std::pair<std::string, Text>> entries;
    if (found == nullptr) {
        return entries;
    }
    if (const auto* object = std::get_if<hcl::ObjectExpression>(&found->node)) {
        for (const hcl::ObjectItem& item : object->items) {
            const std::optional<Text> key = text_of(*item.key);
            std::optional<Text> value = text_of(*item.value);
            if (key && value) {
                entries.emplace_back(key->text, std::move(*value));
            }
        }
        return entries;
    }
    const hcl::Value value = value_of(*found);
    if (value.has(hcl::TypeKind::object) || value.has(hcl::TypeKind::map)) {
        for (const auto& [key, member] : value.members()) {
            if (const std::optional<std::string> text = hcl::to_text(member)) {
                entries.emplace_back(key, Text{context_->render(*text), found->range, found});
            }
        }
    }
    return entries;
}

std::vector<Options> Options::blocks(std::string_view name) const {
    std::vector<Options> blocks;
    for (const hcl::Body& body : bodies_) {
        Diagnostics ignored;
        for (const hcl::Block& block :
             hcl::with_blocks(body, {{std::string(name), 0}}, ignored).blocks) {
            if (block.type == name) {
                blocks.emplace_back(std::vector{block.body}, context_);
                if (!blocks.back().bodies_.front().range) {
                    blocks.back().bodies_.front().range = block.header;
                }
            }
        }
    }
    return blocks;
}

SourceRange Options::place() const {
    if (bodies_.empty()) {
        return {};
    }
    const hcl::Body& body = bodies_.front();
    return body.missing_item ? body.missing_item : body.range;
}

}  // namespace kiln::lint
