#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::hcl {

class Value;

enum class TypeKind { dynamic, string, number, boolean, list, set, map, tuple, object };

/// A type of the language. `dynamic` ("any") is the type that is not known yet. Cheap to copy.
class Type {
public:
    /// An attribute of an object type. Only type constraints have optional ones; the type of a
    /// value never does.
    struct Attribute;
    using Attributes = std::map<std::string, Attribute, std::less<>>;

    Type();  ///< dynamic
    static Type dynamic();
    static Type string();
    static Type number();
    static Type boolean();
    static Type list(Type element);
    static Type set(Type element);
    static Type map(Type element);
    static Type tuple(std::vector<Type> elements);
    static Type object(Attributes attributes);
    static Type object(const std::vector<std::pair<std::string, Type>>& attributes);

    TypeKind kind() const;
    bool is(TypeKind wanted) const { return kind() == wanted; }
    bool is_primitive() const;   ///< string, number, bool
    bool is_collection() const;  ///< list, set, map

    const Type& element() const;                ///< of a list, set or map
    const std::vector<Type>& elements() const;  ///< of a tuple
    const Attributes& attributes() const;       ///< of an object

    bool has_dynamic() const;  ///< dynamic here or anywhere inside
    /// The same type with every optional attribute made an ordinary one, at every depth.
    Type without_optional() const;

    /// Structural; default values of optional attributes are not looked at.
    bool operator==(const Type& other) const;

private:
    struct Node;
    explicit Type(std::shared_ptr<const Node> node);
    std::shared_ptr<const Node> node_;
};

struct Type::Attribute {
    Type type;
    bool optional = false;
    std::shared_ptr<const Value> default_value = nullptr;  ///< of an optional one; may be null
};

/// As a type is written in the language: "list(string)", "object({a=number})", "any".
std::string to_string(const Type& type);
/// For a sentence: "list of string", "bool", "object", "tuple", "dynamic".
std::string friendly_name(const Type& type);

}  // namespace kiln::hcl
