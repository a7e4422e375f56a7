#include "goss/text_values.hpp"

#include "template/text/values.hpp"

namespace kiln::goss {

tmpl::TextValue to_text_value(const Value& value) {
    if (const Value::List* list = value.list()) {
        tmpl::TextList out;
        for (const Value& element : *list) {
            out.push_back(to_text_value(element));
        }
        return out;
    }
    if (const Value::Map* map = value.map()) {
        tmpl::TextMap out;
        for (const auto& [key, element] : *map) {
            out.insert_or_assign(key, to_text_value(element));
        }
        return out;
    }
    if (value.boolean() != nullptr) {
        return *value.boolean();
    }
    if (value.integer() != nullptr) {
        return *value.integer();
    }
    if (value.real() != nullptr) {
        return *value.real();
    }
    return value.string() != nullptr ? tmpl::TextValue(*value.string()) : tmpl::TextValue();
}

Value to_value(const tmpl::TextValue& value) {
    if (const tmpl::TextList* list = tmpl::text::as_list(value)) {
        Value::List out;
        for (const tmpl::TextValue& element : *list) {
            out.push_back(to_value(element));
        }
        return out;
    }
    if (const tmpl::TextMap* map = tmpl::text::as_map(value)) {
        Value::Map out;
        for (const auto& [key, element] : *map) {
            out.insert_or_assign(key, to_value(element));
        }
        return out;
    }
    if (const auto* truth = std::get_if<bool>(&value.data())) {
        return *truth;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value.data())) {
        return *number;
    }
    if (const auto* number = std::get_if<double>(&value.data())) {
        return *number;
    }
    const std::string* text = tmpl::text::as_string(value);
    return text != nullptr ? Value(*text) : Value();
}

}  // namespace kiln::goss
