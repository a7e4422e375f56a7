#include "template/secrets.hpp"

#include "base/sensitive.hpp"

#include <utility>

namespace kiln::tmpl {

namespace {

/// The value with `on_text` in place of every text, number and bool inside, `on_key` of every key.
template <class OnLeaf, class OnKey>
hcl::Value with_leaves(const hcl::Value& value, const OnLeaf& on_leaf, const OnKey& on_key) {
    if (!value.is_known() || value.is_null()) {
        return value;
    }
    switch (value.kind()) {
        case hcl::TypeKind::list:
        case hcl::TypeKind::set:
        case hcl::TypeKind::tuple: {
            hcl::Elements elements;
            for (const hcl::Value& element : value.elements()) {
                elements.push_back(with_leaves(element, on_leaf, on_key));
            }
            return hcl::Value::tuple(std::move(elements));
        }
        case hcl::TypeKind::map:
        case hcl::TypeKind::object: {
            hcl::Members members;
            for (const auto& [key, member] : value.members()) {
                members.emplace(on_key(key), with_leaves(member, on_leaf, on_key));
            }
            return hcl::Value::object(std::move(members));
        }
        case hcl::TypeKind::string:
        case hcl::TypeKind::number:
        case hcl::TypeKind::boolean:
        case hcl::TypeKind::dynamic:
            return on_leaf(value);
    }
    return value;
}

}  // namespace

void collect_secrets(const hcl::Value& value, std::vector<std::string>& secrets) {
    if (!value.is_known() || value.is_null()) {
        return;
    }
    switch (value.kind()) {
        case hcl::TypeKind::string:
            return add_secret_text(value.as_string(), secrets);
        case hcl::TypeKind::list:
        case hcl::TypeKind::set:
        case hcl::TypeKind::tuple:
            for (const hcl::Value& element : value.elements()) {
                collect_secrets(element, secrets);
            }
            return;
        case hcl::TypeKind::map:
        case hcl::TypeKind::object:
            for (const auto& [key, member] : value.members()) {
                collect_secrets(member, secrets);
            }
            return;
        case hcl::TypeKind::dynamic:
        case hcl::TypeKind::number:
        case hcl::TypeKind::boolean:
            return;
    }
}

hcl::Value hide_secrets(const hcl::Value& value) {
    const auto hide = [](const hcl::Value& leaf) {
        const bool is_empty = leaf.has(hcl::TypeKind::string) && leaf.as_string().empty();
        return is_empty ? leaf : hcl::Value::string(std::string(kSensitive));
    };
    return with_leaves(value, hide, [](const std::string& key) { return key; });
}

hcl::Value mask_in_value(const hcl::Value& value, const std::vector<std::string>& secrets) {
    const auto mask = [&](const hcl::Value& leaf) {
        return leaf.has(hcl::TypeKind::string)
                   ? hcl::Value::string(mask_whole_secrets(leaf.as_string(), secrets))
                   : leaf;
    };
    return with_leaves(value, mask, [&](const std::string& key) {
        return mask_whole_secrets(key, secrets);
    });
}

}  // namespace kiln::tmpl
