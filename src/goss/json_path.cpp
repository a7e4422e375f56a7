#include "goss/json_path.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace kiln::goss {

namespace {

constexpr int kMaxJsonDepth = 500;

std::optional<Value> from_json(const nlohmann::json& json, int depth) {
    if (depth > kMaxJsonDepth) {
        return std::nullopt;
    }
    if (json.is_object() || json.is_array()) {
        Value::Map map;
        Value::List list;
        for (const auto& [key, element] : json.items()) {
            auto value = from_json(element, depth + 1);
            if (!value) {
                return std::nullopt;
            }
            if (json.is_object()) {
                map.insert_or_assign(key, std::move(*value));
            } else {
                list.push_back(std::move(*value));
            }
        }
        return json.is_object() ? Value(std::move(map)) : Value(std::move(list));
    }
    if (json.is_string()) {
        return Value(json.get<std::string>());
    }
    if (json.is_number()) {
        return Value(json.get<double>());
    }
    return json.is_boolean() ? Value(json.get<bool>()) : Value();
}

// The end of the first component: a dot that is neither escaped nor within parentheses.
std::size_t component_end(std::string_view path) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\') {
            ++i;
        } else if (path[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && path[i] == '(') {
            ++depth;
        } else if (!quoted && path[i] == ')') {
            --depth;
        } else if (!quoted && depth == 0 && path[i] == '.') {
            return i;
        }
    }
    return path.size();
}

std::string unescaped(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '\\' && i + 1 < name.size()) {
            ++i;
        }
        out += name[i];
    }
    return out;
}

bool compare_order(std::string_view op, int order) {
    return op == "==" || op == "=" ? order == 0
           : op == "!="            ? order != 0
           : op == "<"             ? order < 0
           : op == "<="            ? order <= 0
           : op == ">"             ? order > 0
                                   : order >= 0;
}

// name==value within #( ).
struct Query {
    std::string_view name, op, operand;
};

std::optional<Query> parse_query(std::string_view text) {
    constexpr std::array<std::string_view, 9> kOperators = {
        "==", "!=", "<=", ">=", "!%", "<", ">", "%", "="};
    std::size_t best = std::string_view::npos;
    std::string_view found;
    for (const std::string_view op : kOperators) {
        const std::size_t at = text.find(op);
        if (at < best) {
            best = at;
            found = op;
        }
    }
    if (best == std::string_view::npos) {
        return Query{trim(text), "", ""};
    }
    return Query{trim(text.substr(0, best)), found, trim(text.substr(best + found.size()))};
}

bool meets(const Value& element, const Query& query) {
    const std::optional<Value> value =
        query.name.empty() ? std::optional(element) : get_path(element, query.name);
    if (!value) {
        return false;
    }
    if (query.op.empty()) {
        return true;
    }
    std::string_view operand = query.operand;
    if (const std::string* text = value->string()) {
        if (operand.size() >= 2 && operand.front() == '"' && operand.back() == '"') {
            operand = operand.substr(1, operand.size() - 2);
        }
        if (query.op == "%" || query.op == "!%") {
            return glob_match(operand, *text) == (query.op == "%");
        }
        return compare_order(query.op, std::string_view(*text).compare(operand));
    }
    if (value->is_number()) {
        double number = 0;
        std::from_chars(operand.data(), operand.data() + operand.size(), number);
        const double own = value->as_double();
        return compare_order(query.op, own < number ? -1 : own > number ? 1 : 0);
    }
    if (const bool* truth = value->boolean()) {
        return compare_order(
            query.op, static_cast<int>(*truth) - static_cast<int>(operand == "true")
        );
    }
    return operand == "null" && (query.op == "==" || query.op == "=");
}

std::optional<Value> rest_of(const std::optional<Value>& value, std::string_view rest, bool more) {
    return value && more ? get_path(*value, rest) : value;
}

std::optional<Value> of_each(const Value::List& list, std::string_view rest) {
    Value::List out;
    for (const Value& element : list) {
        if (auto value = get_path(element, rest)) {
            out.push_back(std::move(*value));
        }
    }
    return Value(std::move(out));
}

std::optional<Value> of_query(
    const Value::List& list, std::string_view part, std::string_view rest, bool more
) {
    const bool all = part.ends_with(")#");
    const auto query = parse_query(part.substr(2, part.size() - (all ? 4 : 3)));
    Value::List hits;
    for (const Value& element : list) {
        if (meets(element, *query)) {
            hits.push_back(element);
        }
    }
    if (all) {
        return more ? of_each(hits, rest) : std::optional(Value(std::move(hits)));
    }
    return hits.empty() ? std::nullopt : rest_of(hits.front(), rest, more);
}

std::optional<Value> of_list(
    const Value::List& list, std::string_view part, std::string_view rest, bool more
) {
    if (part == "#") {
        return more ? of_each(list, rest) : std::optional(Value(static_cast<double>(list.size())));
    }
    if (part.starts_with("#(") && (part.ends_with(")") || part.ends_with(")#"))) {
        return of_query(list, part, rest, more);
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error != std::errc() || end != part.data() + part.size() || index >= list.size()) {
        return std::nullopt;
    }
    return rest_of(list[index], rest, more);
}

}  // namespace

std::optional<Value> parse_json(const std::string& text) {
    const auto too_deep = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        return depth <= kMaxJsonDepth;
    };
    const nlohmann::json json = nlohmann::json::parse(text, too_deep, false);
    return json.is_discarded() ? std::nullopt : from_json(json, 0);
}

std::optional<Value> get_path(const Value& root, std::string_view path) {
    const std::size_t end = component_end(path);
    const std::string_view part = path.substr(0, end);
    const bool more = end < path.size();
    const std::string_view rest = more ? path.substr(end + 1) : std::string_view();
    if (const Value::List* list = root.list()) {
        return of_list(*list, part, rest, more);
    }
    const Value::Map* map = root.map();
    if (map == nullptr) {
        return std::nullopt;
    }
    const bool is_pattern = part.find_first_of("*?") != std::string_view::npos;
    for (const auto& [key, value] : *map) {
        if (is_pattern ? glob_match(part, key) : key == unescaped(part)) {
            return rest_of(value, rest, more);
        }
    }
    return std::nullopt;
}

bool is_known_path(std::string_view path) {
    return !path.empty() && path[0] != '!' && path.find_first_of("|@{[") == std::string_view::npos;
}

}  // namespace kiln::goss
