#pragma once

#include "hcl/number.hpp"
#include "hcl/type.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::hcl {

class Value;
using Members = std::map<std::string, Value, std::less<>>;  ///< of maps and objects, by key bytes
using Elements = std::vector<Value>;                        ///< of lists, sets and tuples

/// A value of the language: immutable, cheap to copy. Besides known values there are null and
/// unknown ones of every type; those of the dynamic type are `null` as written and a result of
/// which nothing is known.
class Value {
public:
    Value();  ///< null of dynamic type

    static Value string(std::string_view text);  ///< normalised to Unicode NFC
    static Value number(Number number);
    static Value boolean(bool truth);
    /// Every element must be of the element type already (see convert.hpp).
    static Value list(Type element, Elements elements);
    /// Sorted and without duplicates; an unknown set when an element is not wholly known.
    static Value set(Type element, Elements elements);
    static Value map(Type element, Members members);
    static Value tuple(Elements elements);
    static Value object(Members members);
    static Value null(Type type = Type::dynamic());
    static Value unknown(Type type = Type::dynamic());
    /// A list of strings, which is what most callers outside the language want.
    static Value strings(const std::vector<std::string>& texts);

    const Type& type() const;
    TypeKind kind() const { return type().kind(); }
    bool is_null() const;
    bool is_known() const;         ///< this value; a null is known
    bool is_wholly_known() const;  ///< this value and everything in it
    /// Known, not null and of that kind: what the accessors below ask for.
    bool has(TypeKind wanted) const;

    const std::string& as_string() const;
    const Number& as_number() const;
    bool as_boolean() const;
    const Elements& elements() const;  ///< list, set (in its order), tuple
    const Members& members() const;    ///< map, object
    /// Element count of a collection or structure.
    std::size_t size() const;

    /// Roughly the bytes it takes to write it out, as JSON say. A few values that share their parts
    /// may exceed any memory so: look here before walking through one.
    std::size_t written_size() const;
    std::size_t depth() const;  ///< levels of nesting; 1 for a string

    /// Same type and same content, where unknowns equal unknowns: for tests and caches. The `==`
    /// of the language is `equal` below.
    bool operator==(const Value& other) const;

private:
    struct Data;
    explicit Value(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

/// The language's `==`: a known or unknown bool. Different types are never equal; nulls are equal
/// whatever their types.
Value equal(const Value& a, const Value& b);

/// A total order over values of one type, stable between runs: false before true, numbers by size,
/// strings by bytes, then element by element. The order of sets.
std::strong_ordering order(const Value& a, const Value& b);

}  // namespace kiln::hcl
