#include "template/secrets.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <utility>

namespace kiln::tmpl {

namespace {

void add_text(const std::string& text, std::vector<std::string>& secrets) {
    if (text.empty()) {
        return;
    }
    secrets.push_back(text);
    if (text.find('\n') == std::string::npos) {
        return;
    }
    for (const std::string& line : split(text, '\n')) {
        if (!trim(line).empty()) {
            secrets.push_back(line);
        }
    }
}

}  // namespace

void collect_secrets(const hcl::Value& value, std::vector<std::string>& secrets) {
    if (!value.is_known() || value.is_null()) {
        return;
    }
    switch (value.kind()) {
        case hcl::TypeKind::string:
            return add_text(value.as_string(), secrets);
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
    if (!value.is_known() || value.is_null()) {
        return value;
    }
    switch (value.kind()) {
        case hcl::TypeKind::list:
        case hcl::TypeKind::set:
        case hcl::TypeKind::tuple: {
            hcl::Elements hidden;
            for (const hcl::Value& element : value.elements()) {
                hidden.push_back(hide_secrets(element));
            }
            return hcl::Value::tuple(std::move(hidden));
        }
        case hcl::TypeKind::map:
        case hcl::TypeKind::object: {
            hcl::Members hidden;
            for (const auto& [key, member] : value.members()) {
                hidden.emplace(key, hide_secrets(member));
            }
            return hcl::Value::object(std::move(hidden));
        }
        case hcl::TypeKind::string:
            return value.as_string().empty() ? value : hcl::Value::string("<sensitive>");
        case hcl::TypeKind::number:
        case hcl::TypeKind::boolean:
        case hcl::TypeKind::dynamic:
            return hcl::Value::string("<sensitive>");
    }
    return value;
}

std::vector<std::string> sorted_secrets(std::vector<std::string> secrets) {
    std::sort(secrets.begin(), secrets.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    secrets.erase(std::unique(secrets.begin(), secrets.end()), secrets.end());
    return secrets;
}

}  // namespace kiln::tmpl
