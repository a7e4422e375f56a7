#include "hcl/evaluator.hpp"

#include <map>
#include <string>
#include <utility>

namespace kiln::hcl {

void Evaluator::count_result(SourceRange range) {
    if (++for_results_ > kMaxForResults) {
        throw EvaluationStopped{
            {Severity::error,
             "the for-expressions here have more than " + std::to_string(kMaxForResults) +
                 " results together",
             range,
             {},
             {}}};
    }
}

/// What the steps of a for-expression have gathered.
class Evaluator::LoopResult {
public:
    bool known = true;

    void add(Value value) { elements_.push_back(std::move(value)); }
    /// False when there is a value of that key.
    bool add(const std::string& key, Value value) {
        return members_.emplace(key, std::move(value)).second;
    }
    void add_to_group(const std::string& key, Value value) {
        groups_[key].push_back(std::move(value));
    }

    Value finish(const ForExpression& loop) {
        if (!known) {
            return Value::unknown();
        }
        if (!loop.key) {
            return Value::tuple(std::move(elements_));
        }
        for (auto& [key, group] : groups_) {
            members_.emplace(key, Value::tuple(std::move(group)));
        }
        return Value::object(std::move(members_));
    }

private:
    Elements elements_;
    Members members_;
    std::map<std::string, Elements> groups_;
};

Value Evaluator::loop(
    const ForExpression& loop, SourceRange range, const Scope& scope, Diagnostics& d
) {
    const Value collection = value(*loop.collection, scope, d);
    const SourceRange place = loop.collection->range;
    if (collection.is_null()) {
        d.error(place, "a for-expression cannot go through null");
        return Value::unknown();
    }
    const Type& type = collection.type();
    if (type.is_primitive()) {
        d.error(
            place,
            "a for-expression cannot go through " + with_article(collection),
            "it goes through lists, sets, maps and objects"
        );
        return Value::unknown();
    }
    if (!collection.is_known()) {
        return Value::unknown();
    }

    LoopResult result;
    Scope inner = Scope::inside(scope);
    const std::size_t errors = d.error_count();
    // One mistake is enough: the other elements would only repeat it.
    const auto step = [&](Value key, const Value& element) {
        count_result(range);
        if (!loop.key_name.empty()) {
            inner.set(loop.key_name, std::move(key));
        }
        inner.set(loop.value_name, element);
        loop_step(loop, inner, result, d);
        return d.error_count() == errors;
    };
    if (type.is(TypeKind::map) || type.is(TypeKind::object)) {
        for (const auto& [key, member] : collection.members()) {
            if (!step(Value::string(key), member)) {
                return Value::unknown();
            }
        }
        return result.finish(loop);
    }
    std::uint64_t index = 0;
    for (const Value& element : collection.elements()) {
        const Value key = type.is(TypeKind::set) ? element : Value::number(Number(index));
        if (!step(key, element)) {
            return Value::unknown();
        }
        ++index;
    }
    return result.finish(loop);
}

void Evaluator::loop_step(
    const ForExpression& loop, const Scope& scope, LoopResult& result, Diagnostics& d
) {
    if (loop.condition) {
        const Value condition = require(
            value(*loop.condition, scope, d),
            Type::boolean(),
            "the condition",
            loop.condition->range,
            d
        );
        if (!condition.is_known()) {
            result.known = false;
            return;
        }
        if (!condition.as_boolean()) {
            return;
        }
    }
    if (!loop.key) {
        result.add(value(*loop.result, scope, d));
        return;
    }
    const Value key =
        require(value(*loop.key, scope, d), Type::string(), "the key", loop.key->range, d);
    Value element = value(*loop.result, scope, d);
    if (!key.is_known()) {
        result.known = false;
    } else if (loop.group) {
        result.add_to_group(key.as_string(), std::move(element));
    } else if (!result.add(key.as_string(), std::move(element))) {
        d.error(
            loop.key->range,
            "two results have the key \"" + key.as_string() + "\"",
            "\"...\" after the value gathers the values of one key in a list"
        );
    }
}

}  // namespace kiln::hcl
