#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The legacy text templates ({{ ... }}) that live inside strings of a template.
namespace kiln::tmpl {

namespace text {
struct FunctionEntry;
using FunctionMap = std::map<std::string, FunctionEntry, std::less<>>;
}  // namespace text

class TextValue;
using TextMap = std::map<std::string, TextValue, std::less<>>;
using TextList = std::vector<TextValue>;

/// A value a text template works with. An absent one prints as "<no value>".
class TextValue {
public:
    TextValue() = default;
    TextValue(bool value) : data_(value) {}
    TextValue(int value) : data_(static_cast<std::int64_t>(value)) {}
    TextValue(std::int64_t value) : data_(value) {}
    TextValue(double value) : data_(value) {}
    TextValue(std::string value) : data_(std::move(value)) {}
    TextValue(const char* value) : data_(std::string(value)) {}
    TextValue(TextList value) : data_(std::make_shared<const TextList>(std::move(value))) {}
    TextValue(TextMap value) : data_(std::make_shared<const TextMap>(std::move(value))) {}

    using Data = std::variant<
        std::monostate,
        bool,
        std::int64_t,
        double,
        std::string,
        std::shared_ptr<const TextList>,
        std::shared_ptr<const TextMap>>;
    const Data& data() const { return data_; }

private:
    Data data_;
};

/// All that a text template can see. Nothing in it has an effect.
struct TextContext {
    /// Of the run: {{timestamp}} and {{isotime}} say the same in every field.
    std::chrono::system_clock::time_point start = {};
    std::function<std::string()> make_uuid;  ///< for {{uuid}}: a new one each call
    std::string working_directory;           ///< {{pwd}}
    std::optional<std::string> build_name;   ///< absent: {{build_name}} is an error
    std::optional<std::string> build_type;
    /// {{clean_resource_name}}: what the builder makes of a name; absent: an error.
    std::function<std::string(const std::string&)> clean_resource_name;
    // Legacy JSON templates only; absent: an error, as it is in HCL.
    std::function<std::optional<std::string>(const std::string& name)> user_variable;
    std::function<std::optional<std::string>(const std::string& name)> environment_variable;
    /// As hcl::FunctionEnvironment's; they throw Error.
    std::function<std::string(const std::string& name, const std::optional<std::string>& key)>
        aws_secret;
    std::function<std::string(const std::string& name)> aws_secret_text;
    std::function<std::optional<std::string>(const std::string& name)> build_value;
    std::optional<std::string> template_directory;

    /// What the text can call besides `and` and `or`; null: what Packer's templates can. Outlives
    /// the context.
    const text::FunctionMap* functions = nullptr;
    /// A file that a function reads; throws Error. Absent: an error.
    std::function<std::string(const std::string& path)> read_file = {};

    /// The fields of the dot: {{ .Vars }}.
    TextMap data = {};
    /// A field that is missing: false prints "<no value>", true is an error.
    bool strict_fields = false;

    /// The same with other data.
    TextContext with_data(TextMap fields) const;
};

}  // namespace kiln::tmpl
