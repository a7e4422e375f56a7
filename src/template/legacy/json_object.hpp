#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl {

/// One of Packer's own objects in a legacy template, read property by property. What is read is
/// taken out; what is left belongs to a component. A property that is absent, null or of the wrong
/// type (which is reported) is nothing.
class JsonObject {
public:
    /// `owner` names it in messages: `provisioner 2`. Nothing, and a message, when `value` is no
    /// object.
    static std::optional<JsonObject> from(
        const hcl::ExpressionPtr& value, std::string owner, Diagnostics& diagnostics
    );

    /// Gives properties whose names differ from one of `names` by their case that name: so Packer
    /// finds those of the whole template, though not those of builders and steps.
    void fold_names(const std::vector<std::string>& names);

    std::optional<std::string> string(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    /// Go's text; a bare number is nanoseconds.
    std::optional<std::chrono::nanoseconds> duration(std::string_view name);
    /// A single string is a list of one.
    std::optional<std::vector<std::string>> strings(std::string_view name);
    /// The elements of an array; empty when there is none.
    std::vector<hcl::ExpressionPtr> array(std::string_view name);
    /// Any value but null.
    std::optional<hcl::Attribute> any(std::string_view name);

    /// What was not read, as a body.
    hcl::Body rest() const { return body_; }
    const std::vector<hcl::Attribute>& properties() const { return body_.attributes; }
    SourceRange range() const { return body_.range; }
    /// The opening brace: what to point at when something is missing.
    SourceRange opening() const { return body_.missing_item; }
    const std::string& owner() const { return owner_; }

private:
    JsonObject(hcl::Body body, std::string owner, Diagnostics& diagnostics);
    void wrong_type(const hcl::Attribute& attribute, const char* wanted);

    hcl::Body body_;
    std::string owner_;
    Diagnostics* diagnostics_;
};

/// The properties of an object, as a body whose values are literals, tuples and objects.
hcl::Body json_body(const hcl::ObjectExpression& object, SourceRange range);

/// "a number", "an array": what stands in the JSON.
const char* json_type_name(const hcl::Expression& value);

bool is_json_null(const hcl::Expression& value);

}  // namespace kiln::tmpl
