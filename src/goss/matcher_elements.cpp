#include "goss/matchers.hpp"
#include "goss/matching_pairs.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace kiln::goss {

namespace {

std::optional<Value::List> elements_of(const Value& actual) {
    if (actual.list() != nullptr) {
        return *actual.list();
    }
    if (actual.map() == nullptr) {
        return std::nullopt;
    }
    Value::List values;
    for (const auto& [key, value] : *actual.map()) {
        values.push_back(value);
    }
    return values;
}

class HaveKey final : public Matcher {
public:
    explicit HaveKey(MatcherPtr key) : key_(std::move(key)) {}

    MatchResult match(const Value& actual) const override {
        if (actual.map() == nullptr) {
            return {false, "HaveKey matcher expects a map.  Got: " + shown(actual)};
        }
        for (const auto& [key, value] : *actual.map()) {
            const MatchResult result = key_->match(key);
            if (result.error) {
                return {false, "HaveKey's key matcher failed with:\n    " + *result.error};
            }
            if (result.success) {
                return {true};
            }
        }
        return {false};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        return plain_mismatch(actual, "to have key matching", key_->text(), negated);
    }
    Value text() const override { return named("have-key", key_->text()); }

private:
    MatcherPtr key_;
};

class ContainElement final : public Matcher {
public:
    explicit ContainElement(MatcherPtr element) : element_(std::move(element)) {}

    MatchResult match(const Value& actual) const override {
        const auto elements = elements_of(actual);
        if (!elements) {
            return {
                false,
                "ContainElement matcher expects an array/slice/map.  Got:\n    " + shown(actual)};
        }
        MatchResult last;
        for (const Value& element : *elements) {
            const MatchResult result = element_->match(element);
            if (result.success) {
                return {true};
            }
            last.error = result.error ? result.error : last.error;
        }
        return last;
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        return plain_mismatch(actual, "to contain element matching", element_->text(), negated);
    }
    Value text() const override { return named("contain-element", element_->text()); }

private:
    MatcherPtr element_;
};

class Elements final : public Matcher {
public:
    Elements(Matchers matchers, bool exact) : matchers_(std::move(matchers)), exact_(exact) {}

    MatchResult match(const Value& actual) const override {
        const auto elements = elements_of(actual);
        if (!elements) {
            return {
                false,
                std::string(exact_ ? "ConsistOf" : "ContainElements") +
                    " matcher expects an array/slice/map.  Got:\n    " + shown(actual)};
        }
        const std::vector<std::optional<std::size_t>> pairs = pair(*elements);
        const auto met = static_cast<std::size_t>(
            std::count_if(pairs.begin(), pairs.end(), [](const auto& p) { return p.has_value(); })
        );
        return {met == matchers_.size() && (!exact_ || met == elements->size())};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        Mismatch mismatch = plain_mismatch(
            actual,
            exact_ ? "to consist of" : "to contain elements matching",
            texts_of(matchers_),
            negated
        );
        if (negated) {
            return mismatch;
        }
        const Value::List elements = elements_of(actual).value_or(Value::List{});
        std::vector<bool> used(elements.size());
        Value::List missing;
        Value::List found;
        const auto pairs = pair(elements);
        for (std::size_t i = 0; i < matchers_.size(); ++i) {
            (pairs[i] ? found : missing).push_back(matchers_[i]->text());
            if (pairs[i]) {
                used[*pairs[i]] = true;
            }
        }
        Value::List extra;
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (!used[i]) {
                extra.push_back(elements[i]);
            }
        }
        mismatch.missing = missing;
        mismatch.found = found;
        if (exact_) {
            mismatch.extra = extra;
        }
        return mismatch;
    }
    Value text() const override {
        return named(exact_ ? "consist-of" : "contain-elements", texts_of(matchers_));
    }

private:
    std::vector<std::optional<std::size_t>> pair(const Value::List& elements) const {
        return match_pairs(matchers_.size(), elements.size(), [&](std::size_t i, std::size_t j) {
            const MatchResult result = matchers_[i]->match(elements[j]);
            return result.success && !result.error;
        });
    }

    Matchers matchers_;
    bool exact_;
};

class HavePatterns final : public Matcher {
public:
    HavePatterns(Patterns patterns, Value spelled)
        : patterns_(std::move(patterns)), spelled_(std::move(spelled)) {}

    MatchResult match(const Value& actual) const override {
        const Patterns::Result result = search(actual);
        return {result.success, result.error};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        Mismatch mismatch = plain_mismatch(actual, "to have patterns", spelled_, negated);
        if (!negated) {
            const Patterns::Result result = search(actual);
            mismatch.missing = Value::texts(result.missing);
            mismatch.found = Value::texts(result.found);
        }
        return mismatch;
    }
    Value text() const override { return named("have-patterns", spelled_); }

private:
    Patterns::Result search(const Value& actual) const {
        if (actual.string() != nullptr) {
            return patterns_.search(*actual.string());
        }
        if (actual.is_texts()) {
            return patterns_.search(*lines_of(*actual.list()).string());
        }
        Patterns::Result result;
        result.error = std::string("Incorrect type ") + type_name(actual);
        return result;
    }

    Patterns patterns_;
    Value spelled_;
};

}  // namespace

MatcherPtr have_key(MatcherPtr key) {
    return std::make_shared<HaveKey>(std::move(key));
}

MatcherPtr contain_element(MatcherPtr element) {
    return std::make_shared<ContainElement>(std::move(element));
}

MatcherPtr have_elements(Matchers matchers, bool exact) {
    return std::make_shared<Elements>(std::move(matchers), exact);
}

MatcherPtr have_patterns(Patterns patterns, Value spelled) {
    return std::make_shared<HavePatterns>(std::move(patterns), std::move(spelled));
}

}  // namespace kiln::goss
