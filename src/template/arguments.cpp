#include "template/arguments.hpp"

#include "base/duration.hpp"

namespace kiln::tmpl {

std::optional<hcl::Value> ArgumentReader::value(std::string_view name, const hcl::Type& type)
    const {
    const hcl::Attribute* attribute = body_.find(name);
    if (attribute == nullptr) {
        return std::nullopt;
    }
    const std::size_t errors = diagnostics_.error_count();
    hcl::Value value = hcl::evaluate_as(*attribute->expression, type, scope_, diagnostics_);
    if (diagnostics_.error_count() > errors || value.is_null() || !value.is_wholly_known()) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::string> ArgumentReader::string(std::string_view name) const {
    const std::optional<hcl::Value> text = value(name, hcl::Type::string());
    return text ? std::optional(text->as_string()) : std::nullopt;
}

std::optional<bool> ArgumentReader::boolean(std::string_view name) const {
    const std::optional<hcl::Value> truth = value(name, hcl::Type::boolean());
    return truth ? std::optional(truth->as_boolean()) : std::nullopt;
}

std::optional<std::int64_t> ArgumentReader::integer(std::string_view name) const {
    const std::optional<hcl::Value> number = value(name, hcl::Type::number());
    if (!number) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> whole = number->as_number().to_int64();
    if (!whole) {
        diagnostics_.error(range(name), "\"" + std::string(name) + "\" must be a whole number");
    }
    return whole;
}

std::optional<std::chrono::nanoseconds> ArgumentReader::duration(std::string_view name) const {
    const std::optional<std::string> text = string(name);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const std::optional<std::chrono::nanoseconds> duration = parse_go_duration(*text);
    if (!duration) {
        diagnostics_.error(
            range(name),
            "\"" + *text + "\" is no duration",
            "write a number with a unit, such as \"30s\" or \"1h5m\""
        );
    }
    return duration;
}

std::optional<std::vector<std::string>> ArgumentReader::strings(std::string_view name) const {
    const std::optional<hcl::Value> list = value(name, hcl::Type::list(hcl::Type::string()));
    if (!list) {
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const hcl::Value& element : list->elements()) {
        if (element.is_null()) {
            diagnostics_.error(range(name), "an element of \"" + std::string(name) + "\" is null");
            return std::nullopt;
        }
        texts.push_back(element.as_string());
    }
    return texts;
}

SourceRange ArgumentReader::range(std::string_view name) const {
    const hcl::Attribute* attribute = body_.find(name);
    return attribute == nullptr ? SourceRange{} : attribute->expression->range;
}

}  // namespace kiln::tmpl
