#include "goss/value.hpp"

#include "base/strings.hpp"
#include "hcl/print.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace kiln::goss {

Value Value::texts(const std::vector<std::string>& texts) {
    Value value(List(texts.begin(), texts.end()));
    value.of_texts_ = true;
    return value;
}

double Value::as_double() const {
    const std::int64_t* whole = integer();
    return whole != nullptr ? static_cast<double>(*whole) : *real();
}

std::string to_text(const Value& value) {
    if (const bool* truth = value.boolean()) {
        return *truth ? "true" : "false";
    }
    if (const std::int64_t* number = value.integer()) {
        return std::to_string(*number);
    }
    if (const double* number = value.real()) {
        return hcl::print_general(*number);
    }
    if (const std::string* text = value.string()) {
        return *text;
    }
    if (const Value::List* list = value.list()) {
        std::string out = "[";
        for (const Value& element : *list) {
            out += (out.size() > 1 ? " " : "") + to_text(element);
        }
        return out + "]";
    }
    if (const Value::Map* map = value.map()) {
        std::string out = "map[";
        for (const auto& [key, element] : *map) {
            out += (out.size() > 4 ? " " : "") + key + ":" + to_text(element);
        }
        return out + "]";
    }
    return "<nil>";
}

namespace {

// encoding/json: no exponent between 1e-6 and 1e21.
std::string json_number(double number) {
    if (!std::isfinite(number)) {
        return "null";
    }
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(
        buffer.data(),
        buffer.data() + buffer.size(),
        number,
        plain ? std::chars_format::fixed : std::chars_format::scientific
    );
    return {buffer.data(), end};
}

std::string json_string(const std::string& text) {
    return nlohmann::json(to_valid_utf8(text)).dump();
}

class JsonWriter {
public:
    explicit JsonWriter(bool pretty) : pretty_(pretty) {}

    std::string write(const Value& value) {
        if (const std::string* text = value.string()) {
            return json_string(*text);
        }
        if (const double* number = value.real()) {
            return json_number(*number);
        }
        if (const Value::List* list = value.list()) {
            std::vector<std::string> parts;
            ++depth_;
            for (const Value& element : *list) {
                parts.push_back(write(element));
            }
            --depth_;
            return bracketed('[', parts, ']');
        }
        if (const Value::Map* map = value.map()) {
            std::vector<std::string> parts;
            ++depth_;
            for (const auto& [key, element] : *map) {
                parts.push_back(json_string(key) + (pretty_ ? ": " : ":") + write(element));
            }
            --depth_;
            return bracketed('{', parts, '}');
        }
        return value.is_null() ? "null" : to_text(value);
    }

private:
    std::string bracketed(char open, const std::vector<std::string>& parts, char close) const {
        if (!pretty_ || parts.empty()) {
            return open + join(parts, ",") + close;
        }
        const std::string inner = "\n" + std::string((depth_ + 1) * 4, ' ');
        return open + inner + join(parts, "," + inner) + "\n" + std::string(depth_ * 4, ' ') +
               close;
    }

    bool pretty_;
    std::size_t depth_ = 0;
};

}  // namespace

std::string to_json(const Value& value) {
    return JsonWriter(false).write(value);
}

std::string to_pretty_json(const Value& value) {
    return JsonWriter(true).write(value);
}

const char* type_name(const Value& value) {
    struct Visitor {
        const char* operator()(const Value& v) const {
            return v.boolean() != nullptr   ? "bool"
                   : v.integer() != nullptr ? "int"
                   : v.real() != nullptr    ? "float64"
                   : v.string() != nullptr  ? "string"
                   : v.list() != nullptr    ? "list"
                   : v.map() != nullptr     ? "map"
                                            : "nil";
        }
    };
    return Visitor{}(value);
}

}  // namespace kiln::goss
