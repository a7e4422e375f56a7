#include "base/strings.hpp"
#include "goss/json_path.hpp"
#include "goss/matchers.hpp"

#include <charconv>
#include <functional>
#include <optional>
#include <utility>

namespace kiln::goss {

namespace {

/// Converts the fact before another matcher sees it.
class Transformed final : public Matcher {
public:
    using Transform = std::function<std::optional<Value>(const Value& actual, std::string& error)>;

    Transformed(const Value& name, std::string spelled, Transform transform, MatcherPtr inner)
        : name_(name),
          spelled_(std::move(spelled)),
          transform_(std::move(transform)),
          inner_(std::move(inner)) {}

    MatchResult match(const Value& actual) const override {
        std::string error;
        const std::optional<Value> value = transform_(actual, error);
        return value ? inner_->match(*value) : MatchResult{false, spelled_ + ": " + error};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        std::string error;
        const Value value = transform_(actual, error).value_or(Value());
        Mismatch mismatch = inner_->mismatch(value, negated);
        if (!(value == actual)) {
            mismatch.transforms.insert(mismatch.transforms.begin(), name_);
        }
        mismatch.untransformed = actual;
        return mismatch;
    }
    Value text() const override { return inner_->text(); }

private:
    Value name_;
    std::string spelled_;
    Transform transform_;
    MatcherPtr inner_;
};

std::optional<Value> parse_float(std::string_view text, std::string& error) {
    const std::string_view trimmed = trim(text);
    std::string_view digits = trimmed;
    if (digits.starts_with('+')) {
        digits.remove_prefix(1);
    }
    double number = 0;
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (status != std::errc() || end != digits.data() + digits.size() || digits.empty()) {
        error = "strconv.ParseFloat: parsing \"" + std::string(trimmed) + "\": invalid syntax";
        return std::nullopt;
    }
    return Value(number);
}

}  // namespace

MatcherPtr as_text(MatcherPtr inner) {
    return std::make_shared<Transformed>(
        named("to-string", Value::Map{}),
        "matchers.ToString{}",
        [](const Value& actual, std::string& /*error*/) -> std::optional<Value> {
            return actual.list() != nullptr ? lines_of(*actual.list()) : Value(to_text(actual));
        },
        std::move(inner)
    );
}

MatcherPtr as_number(MatcherPtr inner) {
    return std::make_shared<Transformed>(
        named("to-numeric", Value::Map{}),
        "matchers.ToNumeric{}",
        [](const Value& actual, std::string& error) -> std::optional<Value> {
            if (actual.is_number()) {
                return actual;
            }
            if (actual.string() != nullptr) {
                return parse_float(*actual.string(), error);
            }
            if (actual.is_texts()) {
                return parse_float(*lines_of(*actual.list()).string(), error);
            }
            error = "Expected numeric, Got:" + shown(actual);
            return std::nullopt;
        },
        std::move(inner)
    );
}

MatcherPtr as_list(MatcherPtr inner) {
    return std::make_shared<Transformed>(
        named("to-array", Value::Map{}),
        "matchers.ToArray{}",
        [](const Value& actual, std::string& /*error*/) -> std::optional<Value> {
            return actual.string() != nullptr ? Value::texts(split(*actual.string(), '\n'))
                                              : actual;
        },
        std::move(inner)
    );
}

MatcherPtr at_json_path(const std::string& path, MatcherPtr inner) {
    return std::make_shared<Transformed>(
        named("gjson", Value::Map{{"Path", path}}),
        "matchers.Gjson{Path:\"" + path + "\"}",
        [path](const Value& actual, std::string& error) -> std::optional<Value> {
            if (actual.string() == nullptr) {
                error = "Expected string, Got:" + shown(actual);
                return std::nullopt;
            }
            const std::optional<Value> root = parse_json(*actual.string());
            if (!root) {
                error = "Invalid json";
                return std::nullopt;
            }
            std::optional<Value> value = get_path(*root, path);
            if (!value) {
                error = "Path not found: " + path;
            }
            return value;
        },
        std::move(inner)
    );
}

}  // namespace kiln::goss
