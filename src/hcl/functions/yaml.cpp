#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/functions/yaml_encoder.hpp"
#include "hcl/functions/yaml_scalar.hpp"
#include "hcl/print.hpp"
#include "hcl/unicode.hpp"

#include <utility>
#include <yaml-cpp/yaml.h>

namespace kiln::hcl::functions {

namespace {

constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";

/// A document that cannot become a value; stays within this file.
struct NotYaml {
    std::string message;
};

[[noreturn]] void refuse(const YAML::Node& node, const std::string& message) {
    const YAML::Mark mark = node.Mark();
    const std::string place = mark.is_null()
                                  ? ""
                                  : "line " + std::to_string(mark.line + 1) + ", column " +
                                        std::to_string(mark.column + 1) + ": ";
    throw NotYaml{place + message};
}

/// Turns nodes into values. Aliases are copied, so both the depth and the number of values are
/// limited: a few lines of aliases can stand for more than fits any memory, or for a circle.
class Decoder {
public:
    Value decode(const YAML::Node& node) {
        if (depth_ == kMaxDepth) {
            refuse(node, "the values are nested too deeply, or hold themselves");
        }
        if (++count_ > kMaxValues) {
            refuse(node, "the document has more than 100000 values");
        }
        ++depth_;
        Value value = decode_kind(node);
        --depth_;
        return value;
    }

private:
    static constexpr std::size_t kMaxDepth = 500;
    static constexpr std::size_t kMaxValues = 100'000;

    Value decode_kind(const YAML::Node& node) {
        switch (node.Type()) {
            case YAML::NodeType::Scalar:
                return decode_scalar(node);
            case YAML::NodeType::Sequence:
                return decode_sequence(node);
            case YAML::NodeType::Map:
                return decode_map(node);
            case YAML::NodeType::Null:
            case YAML::NodeType::Undefined:
                break;
        }
        return decode_empty(node);
    }

    static Value take(const YAML::Node& node, std::variant<Value, std::string> resolved) {
        if (const auto* const error = std::get_if<std::string>(&resolved)) {
            refuse(node, *error);
        }
        return std::get<Value>(std::move(resolved));
    }

    /// The tag's name when it is one of YAML's own.
    static std::string standard_tag(const YAML::Node& node) {
        const std::string_view tag = node.Tag();
        if (!tag.starts_with(kStandardTag)) {
            refuse(node, "the tag " + quote_briefly(node.Tag()) + " is not supported");
        }
        return std::string(tag.substr(kStandardTag.size()));
    }

    // yaml-cpp gives "?" as the tag of what is plain and "!" as that of what is quoted.
    static Value decode_scalar(const YAML::Node& node) {
        if (node.Tag() == "?" || node.Tag().empty()) {
            return take(node, resolve_plain_scalar(node.Scalar()));
        }
        if (node.Tag() == "!") {
            return Value::string(node.Scalar());
        }
        return take(node, resolve_tagged_scalar(standard_tag(node), node.Scalar()));
    }

    static Value decode_empty(const YAML::Node& node) {
        if (node.Tag() == "?" || node.Tag() == "!" || node.Tag().empty()) {
            return Value::null();
        }
        return take(node, resolve_tagged_scalar(standard_tag(node), ""));
    }

    static void check_tag(const YAML::Node& node, const std::string& wanted) {
        const std::string& tag = node.Tag();
        if (tag != "?" && tag != "!" && !tag.empty() && standard_tag(node) != wanted) {
            refuse(node, "this cannot be read as !!" + standard_tag(node));
        }
    }

    Value decode_sequence(const YAML::Node& node) {
        check_tag(node, "seq");
        Elements elements;
        for (const YAML::Node& element : node) {
            elements.push_back(decode(element));
        }
        return Value::tuple(std::move(elements));
    }

    static bool is_merge_key(const YAML::Node& key) {
        return key.IsScalar() && key.Tag() != "!" && key.Scalar() == "<<";
    }

    Value decode_map(const YAML::Node& node) {
        check_tag(node, "map");
        Members members;
        for (const auto& entry : node) {
            if (is_merge_key(entry.first)) {
                merge(members, entry.second);
            } else {
                members.insert_or_assign(decode_key(entry.first), decode(entry.second));
            }
        }
        return Value::object(std::move(members));
    }

    void merge(Members& members, const YAML::Node& node) {
        const Value merged = decode(node);
        if (!merged.has(TypeKind::object)) {
            refuse(node, "only a mapping can be merged into a mapping");
        }
        for (const auto& [name, member] : merged.members()) {
            members.insert_or_assign(name, member);
        }
    }

    std::string decode_key(const YAML::Node& node) {
        const Value key = decode(node);
        const std::optional<std::string> text = to_text(key);
        if (!text) {
            refuse(node, key.is_null() ? "a key must not be null" : "a key must be a string");
        }
        return normalize(*text);
    }

    std::size_t depth_ = 0;
    std::size_t count_ = 0;
};

FunctionFailure not_yaml(const std::string& message) {
    return fail_at(0, "the text is not valid YAML: " + message);
}

CallResult yaml_decode(const Arguments& arguments) {
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(arguments[0].as_string());
        if (documents.size() != 1) {
            return not_yaml("one document is required, found " + std::to_string(documents.size()));
        }
        return Decoder().decode(documents.front());
    } catch (const YAML::Exception& problem) {
        return not_yaml(
            "line " + std::to_string(problem.mark.line + 1) + ", column " +
            std::to_string(problem.mark.column + 1) + ": " + problem.msg
        );
    } catch (const NotYaml& problem) {
        return not_yaml(problem.message);
    }
}

CallResult yaml_encode(const Arguments& arguments) {
    return text_value(to_yaml(arguments[0]));
}

}  // namespace

void add_yaml_functions(FunctionTable& table) {
    const Parameter value{"value", Type::dynamic(), true};
    table.add(make_function("yamldecode", {text("src")}, Type::dynamic(), yaml_decode));
    table.add(make_function("yamlencode", {value}, Type::string(), yaml_encode));
}

}  // namespace kiln::hcl::functions
