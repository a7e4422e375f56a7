#include "image/prune_policy.hpp"

#include "base/strings.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/parser.hpp"
#include "image/times.hpp"

#include <functional>

namespace kiln::image {

namespace {

/// Values of one policy, each checked for its type.
class PolicyReader {
public:
    explicit PolicyReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    PrunePolicy read(const hcl::Body& body) {
        for (const hcl::Block& block : body.blocks) {
            diagnostics_.error(
                block.type_range, "a policy has no blocks", "write keep_newest = 3 and the like"
            );
        }
        for (const hcl::Attribute& attribute : body.attributes) {
            attribute_ = &attribute;
            const hcl::Value value =
                hcl::evaluate(*attribute.expression, hcl::Scope(), diagnostics_);
            if (value.is_known()) {
                take(attribute.name, value);
            }
        }
        const bool keeps_something = policy_.keep_newest > 0 || policy_.keep_younger ||
                                     policy_.keep_launched_within || !policy_.keep_tagged.empty();
        if (!keeps_something && !diagnostics_.has_errors()) {
            diagnostics_.error(
                body.missing_item,
                "the policy keeps nothing",
                "give keep_newest, keep_younger, keep_launched_within or keep_tagged"
            );
        }
        return policy_;
    }

private:
    void take(const std::string& name, const hcl::Value& value) {
        if (name == "templates") {
            policy_.templates = texts(value);
        } else if (name == "keep_newest") {
            policy_.keep_newest = count(value);
        } else if (name == "keep_younger") {
            policy_.keep_younger = age(value);
        } else if (name == "keep_launched_within") {
            policy_.keep_launched_within = age(value);
        } else if (name == "keep_tagged") {
            policy_.keep_tagged = texts(value);
        } else if (name == "keep_in_use") {
            policy_.keep_in_use = truth(value);
        } else if (name == "keep_shared") {
            policy_.keep_shared = truth(value);
        } else if (name == "made_by_others") {
            policy_.made_by_others = truth(value);
        } else if (name == "grace") {
            policy_.grace = age(value);
        } else if (name == "disable") {
            policy_.disable = truth(value);
        } else {
            static const std::vector<std::string> names = {
                "templates",
                "keep_newest",
                "keep_younger",
                "keep_launched_within",
                "keep_tagged",
                "keep_in_use",
                "keep_shared",
                "made_by_others",
                "grace",
                "disable"};
            const std::string meant = did_you_mean_hint(name, names);
            diagnostics_.error(
                attribute_->name_range,
                "a policy has no \"" + name + "\"",
                meant.empty() ? "it has " + join(names, ", ") : meant
            );
        }
    }

    void mistake(const std::string& wanted, const std::string& hint) {
        diagnostics_.error(
            attribute_->expression->range, "\"" + attribute_->name + "\" must be " + wanted, hint
        );
    }

    std::vector<std::string> texts(const hcl::Value& value) {
        std::vector<std::string> list;
        bool is_list = value.has(hcl::TypeKind::tuple) || value.has(hcl::TypeKind::list);
        for (const hcl::Value& element : is_list ? value.elements() : hcl::Elements{}) {
            if (element.has(hcl::TypeKind::string)) {
                list.push_back(element.as_string());
            } else {
                is_list = false;
            }
        }
        if (!is_list) {
            mistake("a list of texts", "write it as [\"a\", \"b\"]");
        }
        return list;
    }

    std::int64_t count(const hcl::Value& value) {
        const auto number = value.has(hcl::TypeKind::number) ? value.as_number().to_int64()
                                                             : std::optional<std::int64_t>();
        if (!number || *number < 0) {
            mistake("a whole number, not below 0", "");
            return 0;
        }
        return *number;
    }

    std::optional<std::chrono::seconds> age(const hcl::Value& value) {
        const auto age = value.has(hcl::TypeKind::string) ? parse_age(value.as_string())
                                                          : std::optional<std::chrono::seconds>();
        if (!age) {
            mistake("an age", "write it as \"12h\", \"90d\", \"2w\" or \"1y\"");
        }
        return age;
    }

    bool truth(const hcl::Value& value) {
        if (!value.has(hcl::TypeKind::boolean)) {
            mistake("true or false", "");
            return true;
        }
        return value.as_boolean();
    }

    Diagnostics& diagnostics_;
    const hcl::Attribute* attribute_ = nullptr;
    PrunePolicy policy_;
};

}  // namespace

PrunePolicy read_prune_policy(const SourceFile& file, Diagnostics& diagnostics) {
    return PolicyReader(diagnostics).read(hcl::parse_config(file, diagnostics));
}

}  // namespace kiln::image
