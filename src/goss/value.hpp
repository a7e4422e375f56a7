#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kiln::goss {

/// What goss compares: a fact of a machine, or what a test expects of it. Whole numbers and others
/// are different types, as they are to goss: `equal: 5.0` is not met by the number 5.
class Value {
public:
    using List = std::vector<Value>;
    using Map = std::map<std::string, Value, std::less<>>;

    Value() = default;
    Value(bool value) : data_(value) {}
    Value(std::int64_t value) : data_(value) {}
    Value(double value) : data_(value) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(List value) : data_(std::move(value)) {}
    Value(Map value) : data_(std::move(value)) {}
    /// A fact that is a list of texts (addresses, groups): to goss of another type than a list that
    /// a test writes, so `equal` does not hold between the two.
    static Value texts(const std::vector<std::string>& texts);

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    const bool* boolean() const { return std::get_if<bool>(&data_); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
    const double* real() const { return std::get_if<double>(&data_); }
    const std::string* string() const { return std::get_if<std::string>(&data_); }
    const List* list() const { return std::get_if<List>(&data_); }
    const Map* map() const { return std::get_if<Map>(&data_); }
    bool is_number() const { return integer() != nullptr || real() != nullptr; }
    bool is_texts() const { return of_texts_; }
    /// Of a number.
    double as_double() const;

    bool operator==(const Value&) const = default;

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> data_;
    bool of_texts_ = false;
};

/// As Go's %v: "[a b]", "map[k:v]", "<nil>".
std::string to_text(const Value& value);

/// JSON as Go's encoding/json writes it: members by name, 5.0 as 5. Texts that are not UTF-8 have
/// U+FFFD in place of what is not.
std::string to_json(const Value& value);
/// The same, one member or element a line, indented by four spaces.
std::string to_pretty_json(const Value& value);

/// "string", "int", "list": for messages.
const char* type_name(const Value& value);

}  // namespace kiln::goss
