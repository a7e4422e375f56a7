#include "goss/matchers.hpp"

#include <utility>

namespace kiln::goss {

namespace {

class Not final : public Matcher {
public:
    explicit Not(MatcherPtr inner) : inner_(std::move(inner)) {}

    MatchResult match(const Value& actual) const override {
        const MatchResult result = inner_->match(actual);
        return result.error ? MatchResult{false, result.error} : MatchResult{!result.success};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        return inner_->mismatch(actual, !negated);
    }
    Value text() const override { return named("not", inner_->text()); }

private:
    MatcherPtr inner_;
};

class And final : public Matcher {
public:
    explicit And(Matchers all) : all_(std::move(all)) {}

    MatchResult match(const Value& actual) const override {
        for (const MatcherPtr& matcher : all_) {
            MatchResult result = matcher->match(actual);
            if (!result.success) {
                return result;
            }
        }
        return {true};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        for (const MatcherPtr& matcher : all_) {
            if (!negated && !matcher->match(actual).success) {
                return matcher->mismatch(actual, false);
            }
        }
        return plain_mismatch(actual, "to satisfy all of these matchers", texts_of(all_), negated);
    }
    Value text() const override {
        return all_.size() == 1 ? all_.front()->text() : named("and", texts_of(all_));
    }

private:
    Matchers all_;
};

class Or final : public Matcher {
public:
    explicit Or(Matchers any) : any_(std::move(any)) {}

    MatchResult match(const Value& actual) const override {
        for (const MatcherPtr& matcher : any_) {
            MatchResult result = matcher->match(actual);
            if (result.success || result.error) {
                return result;
            }
        }
        return {false};
    }
    Mismatch mismatch(const Value& actual, bool negated) const override {
        for (const MatcherPtr& matcher : any_) {
            if (negated && matcher->match(actual).success) {
                return matcher->mismatch(actual, true);
            }
        }
        return plain_mismatch(
            actual, "to satisfy at least one of these matchers", texts_of(any_), negated
        );
    }
    Value text() const override { return named("or", texts_of(any_)); }

private:
    Matchers any_;
};

}  // namespace

MatcherPtr negated(MatcherPtr inner) {
    return std::make_shared<Not>(std::move(inner));
}

MatcherPtr all_of(Matchers all) {
    return std::make_shared<And>(std::move(all));
}

MatcherPtr any_of(Matchers any) {
    return std::make_shared<Or>(std::move(any));
}

}  // namespace kiln::goss
