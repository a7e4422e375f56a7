#include "hcl/value.hpp"

#include "hcl/unicode.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>
#include <variant>

namespace kiln::hcl {

namespace {

// Bytes a bool, number or null takes, roughly.
constexpr std::size_t kWrittenPrimitive = 8;

}  // namespace

struct Value::Data {
    enum class State { known, null, unknown };

    Type type;
    State state = State::known;
    std::variant<std::monostate, bool, Number, std::string, Elements, Members> content = {};
    bool wholly_known = true;
    std::size_t written_size = kWrittenPrimitive;
    std::size_t depth = 1;

    /// For a collection or structure: what follows from the values inside.
    Data& sum_up() {
        written_size = 2;
        if (const auto* elements = std::get_if<Elements>(&content)) {
            for (const Value& element : *elements) {
                include(element, 1);
            }
        } else {
            for (const auto& [name, member] : std::get<Members>(content)) {
                include(member, name.size() + 4);
            }
        }
        return *this;
    }

private:
    // A value that is shared is written each time, so the sum may exceed any memory.
    void include(const Value& inner, std::size_t punctuation) {
        constexpr std::size_t kEnough = std::numeric_limits<std::size_t>::max() / 4;
        wholly_known = wholly_known && inner.data_->wholly_known;
        written_size = std::min(written_size + inner.data_->written_size + punctuation, kEnough);
        depth = std::max(depth, inner.data_->depth + 1);
    }
};

Value::Value(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Value::Value() : Value(null()) {}

Value Value::string(std::string_view text) {
    std::string normal = normalize(text);
    const std::size_t size = normal.size() + 2;
    return Value(std::make_shared<const Data>(Data{
        Type::string(), Data::State::known, std::move(normal), true, size}));
}

Value Value::number(Number number) {
    return Value(std::make_shared<const Data>(Data{
        Type::number(), Data::State::known, std::move(number)}));
}

Value Value::boolean(bool truth) {
    static const Value no(std::make_shared<const Data>(Data{
        Type::boolean(), Data::State::known, false}));
    static const Value yes(std::make_shared<const Data>(Data{
        Type::boolean(), Data::State::known, true}));
    return truth ? yes : no;
}

Value Value::list(Type element, Elements elements) {
    Data data{Type::list(std::move(element)), Data::State::known, std::move(elements)};
    return Value(std::make_shared<const Data>(std::move(data.sum_up())));
}

Value Value::set(Type element, Elements elements) {
    Type type = Type::set(std::move(element));
    for (const Value& value : elements) {
        if (!value.is_wholly_known()) {
            return unknown(std::move(type));
        }
    }
    const auto before = [](const Value& a, const Value& b) { return order(a, b) < 0; };
    const auto same = [](const Value& a, const Value& b) { return order(a, b) == 0; };
    std::stable_sort(elements.begin(), elements.end(), before);
    elements.erase(std::unique(elements.begin(), elements.end(), same), elements.end());
    Data data{std::move(type), Data::State::known, std::move(elements)};
    return Value(std::make_shared<const Data>(std::move(data.sum_up())));
}

Value Value::map(Type element, Members members) {
    Data data{Type::map(std::move(element)), Data::State::known, std::move(members)};
    return Value(std::make_shared<const Data>(std::move(data.sum_up())));
}

Value Value::tuple(Elements elements) {
    std::vector<Type> types;
    types.reserve(elements.size());
    for (const Value& element : elements) {
        types.push_back(element.type());
    }
    Data data{Type::tuple(std::move(types)), Data::State::known, std::move(elements)};
    return Value(std::make_shared<const Data>(std::move(data.sum_up())));
}

Value Value::object(Members members) {
    Type::Attributes attributes;
    for (const auto& [name, member] : members) {
        attributes.emplace_hint(attributes.end(), name, Type::Attribute{member.type()});
    }
    Data data{Type::object(std::move(attributes)), Data::State::known, std::move(members)};
    return Value(std::make_shared<const Data>(std::move(data.sum_up())));
}

Value Value::null(Type type) {
    static const Value untyped(std::make_shared<const Data>(Data{Type::dynamic(), Data::State::null}
    ));
    if (type.is(TypeKind::dynamic)) {
        return untyped;
    }
    return Value(std::make_shared<const Data>(Data{type.without_optional(), Data::State::null}));
}

Value Value::unknown(Type type) {
    return Value(std::make_shared<const Data>(Data{
        type.without_optional(), Data::State::unknown, std::monostate{}, false}));
}

Value Value::strings(const std::vector<std::string>& texts) {
    Elements elements;
    elements.reserve(texts.size());
    for (const std::string& text : texts) {
        elements.push_back(string(text));
    }
    return list(Type::string(), std::move(elements));
}

const Type& Value::type() const {
    return data_->type;
}

bool Value::is_null() const {
    return data_->state == Data::State::null;
}

bool Value::is_known() const {
    return data_->state != Data::State::unknown;
}

bool Value::is_wholly_known() const {
    return data_->wholly_known;
}

std::size_t Value::written_size() const {
    return data_->written_size;
}

std::size_t Value::depth() const {
    return data_->depth;
}

bool Value::has(TypeKind wanted) const {
    return data_->state == Data::State::known && kind() == wanted;
}

const std::string& Value::as_string() const {
    return std::get<std::string>(data_->content);
}

const Number& Value::as_number() const {
    return std::get<Number>(data_->content);
}

bool Value::as_boolean() const {
    return std::get<bool>(data_->content);
}

const Elements& Value::elements() const {
    return std::get<Elements>(data_->content);
}

const Members& Value::members() const {
    return std::get<Members>(data_->content);
}

std::size_t Value::size() const {
    const Elements* elements = std::get_if<Elements>(&data_->content);
    return elements ? elements->size() : members().size();
}

bool Value::operator==(const Value& other) const {
    return data_ == other.data_ ||
           (data_->state == other.data_->state && data_->type == other.data_->type &&
            data_->content == other.data_->content);
}

namespace {

/// Null or unknown operands decide without a look at the content; nothing when neither is.
std::optional<Value> equal_by_state(const Value& a, const Value& b) {
    if (!a.is_known() || !b.is_known()) {
        const bool types_decide = a.is_known() && b.is_known();
        const bool differ = !types_decide && !a.is_null() && !b.is_null() &&
                            !a.type().has_dynamic() && !b.type().has_dynamic() &&
                            a.type() != b.type();
        return differ ? Value::boolean(false) : Value::unknown(Type::boolean());
    }
    if (a.is_null() || b.is_null()) {
        return Value::boolean(a.is_null() && b.is_null());
    }
    return std::nullopt;
}

/// True when all pairs are equal, else the first answer that is not true.
Value equal_elements(const Elements& a, const Elements& b) {
    if (a.size() != b.size()) {
        return Value::boolean(false);
    }
    Value answer = Value::boolean(true);
    for (std::size_t i = 0; i < a.size() && answer == Value::boolean(true); ++i) {
        answer = equal(a[i], b[i]);
    }
    return answer;
}

Value equal_members(const Members& a, const Members& b) {
    const auto same_key = [](const auto& x, const auto& y) { return x.first == y.first; };
    if (!std::equal(a.begin(), a.end(), b.begin(), b.end(), same_key)) {
        return Value::boolean(false);
    }
    Value answer = Value::boolean(true);
    for (auto x = a.begin(), y = b.begin(); x != a.end() && answer == Value::boolean(true);
         ++x, ++y) {
        answer = equal(x->second, y->second);
    }
    return answer;
}

/// Whether two known values of these types can be equal at all. Types may differ inside by nulls
/// that have none, so tuples and objects are left to their parts.
bool comparable(const Type& a, const Type& b) {
    if (a.is(TypeKind::tuple) || a.is(TypeKind::object)) {
        return a.kind() == b.kind();
    }
    return a == b;
}

}  // namespace

Value equal(const Value& a, const Value& b) {
    if (const auto decided = equal_by_state(a, b)) {
        return *decided;
    }
    if (!comparable(a.type(), b.type())) {
        return Value::boolean(false);
    }
    switch (a.kind()) {
        case TypeKind::list:
        case TypeKind::set:
        case TypeKind::tuple:
            return equal_elements(a.elements(), b.elements());
        case TypeKind::map:
        case TypeKind::object:
            return equal_members(a.members(), b.members());
        case TypeKind::dynamic:
        case TypeKind::string:
        case TypeKind::number:
        case TypeKind::boolean:
            break;
    }
    return Value::boolean(a == b);
}

namespace {

int state_rank(const Value& value) {
    return !value.is_known() ? 0 : (value.is_null() ? 1 : 2);
}

std::strong_ordering order_members(const Members& a, const Members& b) {
    auto x = a.begin();
    auto y = b.begin();
    for (; x != a.end() && y != b.end(); ++x, ++y) {
        if (const auto by_key = x->first.compare(y->first) <=> 0; by_key != 0) {
            return by_key;
        }
        if (const auto by_value = order(x->second, y->second); by_value != 0) {
            return by_value;
        }
    }
    return a.size() <=> b.size();
}

}  // namespace

std::strong_ordering order(const Value& a, const Value& b) {
    if (const auto by_kind = a.kind() <=> b.kind(); by_kind != 0) {
        return by_kind;
    }
    if (const auto by_state = state_rank(a) <=> state_rank(b); by_state != 0 || state_rank(a) < 2) {
        return by_state;
    }
    switch (a.kind()) {
        case TypeKind::boolean:
            return a.as_boolean() <=> b.as_boolean();
        case TypeKind::number:
            return a.as_number() <=> b.as_number();
        case TypeKind::string:
            return a.as_string().compare(b.as_string()) <=> 0;
        case TypeKind::list:
        case TypeKind::set:
        case TypeKind::tuple:
            return std::lexicographical_compare_three_way(
                a.elements().begin(),
                a.elements().end(),
                b.elements().begin(),
                b.elements().end(),
                order
            );
        case TypeKind::map:
        case TypeKind::object:
            return order_members(a.members(), b.members());
        case TypeKind::dynamic:
            break;
    }
    return std::strong_ordering::equal;
}

}  // namespace kiln::hcl
