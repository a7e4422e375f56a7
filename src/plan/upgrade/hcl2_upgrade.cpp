#include "plan/upgrade/hcl2_upgrade.hpp"

#include "base/ascii.hpp"
#include "base/diagnostics.hpp"
#include "base/source.hpp"
#include "base/strings.hpp"
#include "hcl/format.hpp"
#include "hcl/json.hpp"
#include "hcl/parser.hpp"
#include "hcl/print.hpp"
#include "plan/component_registry.hpp"
#include "plan/plugins.hpp"
#include "plan/upgrade/text_member.hpp"
#include "plan/upgrade/text_to_hcl.hpp"
#include "plan/weak_value.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

namespace kiln::plan {

namespace {

using Json = nlohmann::ordered_json;

/// A name as HCL2 allows it: other characters become `_`.
std::string identifier(const std::string& name) {
    std::string made;
    for (const char c : name) {
        const bool fits = is_alphanumeric(c) || c == '_' || c == '-';
        made += fits ? c : '_';
    }
    return hcl::is_identifier(made) ? made : "_" + made;
}

std::string key_text(const std::string& key) {
    return hcl::is_identifier(key) ? key : hcl::quote_template(key);
}

// Names in JSON templates may be written in any case.
const OptionSpec* find_option(const OptionTable* table, const std::string& name) {
    if (table == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(
        table->options().begin(),
        table->options().end(),
        [&name](const OptionSpec& option) { return equal_ignoring_case(option.name, name); }
    );
    return found == table->options().end() ? nullptr : &*found;
}

Json with_small_names(const Json& root) {
    Json made = Json::object();
    for (const auto& [name, value] : root.items()) {
        std::string small = name;
        for (char& c : small) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        made[small] = value;
    }
    return made;
}

/// What Packer makes of a value of another type than the option's, which HCL2 would refuse: "t" for
/// a bool, 1000 for a duration, one value for a list. As it is when it fits, or fits nothing.
Json fitted(const Json& value, OptionType type) {
    const std::string text = value.dump();
    const auto parsed = hcl::parse_json(text);
    if (std::holds_alternative<hcl::JsonError>(parsed)) {
        return value;
    }
    const auto made = weak_value(std::get<hcl::Value>(parsed), type, false);
    if (std::holds_alternative<WeakMismatch>(made)) {
        return value;
    }
    Json other = Json::parse(hcl::to_json(std::get<hcl::Value>(made)), nullptr, false);
    // Keys of the original are in their author's order.
    const bool same = nlohmann::json::parse(text) == nlohmann::json::parse(other.dump());
    return same ? value : other;
}

const OptionTable* table_of(ComponentRole role, const std::string& type) {
    const ComponentType* known = find_component_type(role, type);
    return known == nullptr || known->options == nullptr ? nullptr : &known->options();
}

// Of a component whose options kiln does not know: plugins take these as maps, other objects as
// blocks.
bool looks_like_map(const std::string& name, const Json& object) {
    for (const char* word :
         {"tags", "filters", "vars", "headers", "content", "custom_data", "map"}) {
        if (name.ends_with(word)) {
            return true;
        }
    }
    return std::any_of(object.items().begin(), object.items().end(), [](const auto& member) {
        return !hcl::is_identifier(member.key());
    });
}

class Upgrade {
public:
    Upgrade(const Json& root, bool annotate) : root_(with_small_names(root)), annotate_(annotate) {
        if (const auto found = root_.find("sensitive-variables");
            found != root_.end() && found->is_array()) {
            for (const Json& name : *found) {
                if (name.is_string()) {
                    sensitive_.insert(name.get<std::string>());
                }
            }
        }
    }

    UpgradedTemplate run() {
        sort_variables();
        name_sources();
        // Bodies first: they tell which undeclared variables are used.
        const std::string body = sources() + build();
        const std::string variables = all_variables();
        UpgradedTemplate made;
        made.text = formatted(packer_block() + variables + body);
        made.remarks = std::move(remarks_);
        return made;
    }

private:
    // ---- variables

    /// Which variables need a local beside them: those whose default says more than HCL2 allows in
    /// one.
    void sort_variables() {
        const auto found = root_.find("variables");
        if (found == root_.end() || !found->is_object()) {
            return;
        }
        for (const auto& [name, value] : found->items()) {
            declared_.insert(name);
            if (value.is_string() && text_to_hcl(value.get<std::string>(), user_).has_more) {
                computed_.insert(name);
            }
        }
        used_.clear();
    }

    std::string user_reference(const std::string& name) {
        used_.insert(name);
        return (computed_.contains(name) ? "local." : "var.") + identifier(name);
    }

    std::string all_variables() {
        std::string text;
        std::string locals;
        if (const auto found = root_.find("variables");
            found != root_.end() && found->is_object()) {
            for (const auto& [name, value] : found->items()) {
                text += variable(name, value, locals);
            }
        }
        for (const std::string& name : used_) {
            if (!declared_.contains(name)) {
                text += variable(name, Json(""), locals);
                remarks_.push_back("variable \"" + name + "\" was not declared; it is now");
            }
        }
        if (!text.empty()) {
            text = note("Variables of a JSON template are texts, so these have the type string.") +
                   text;
        }
        if (!locals.empty()) {
            text += note("Values that are made of other variables, unless they are given.") +
                    "locals {\n" + locals + "}\n\n";
        }
        return text;
    }

    std::string variable(const std::string& name, const Json& value, std::string& locals) {
        std::string text =
            "variable " + hcl::quote_template(identifier(name)) + " {\ntype = string\n";
        if (computed_.contains(name)) {
            text += "default = null\n";
            const std::string reference = "var." + identifier(name);
            locals += identifier(name) + " = " + reference + " != null ? " + reference + " : " +
                      expression(value, "variable \"" + name + "\"") + "\n";
        } else if (!value.is_null()) {
            const Json shown = value.is_string() ? value : Json(value.dump());
            text += "default = " + expression(shown, "variable \"" + name + "\"", true) + "\n";
        }
        if (sensitive_.contains(name)) {
            text += "sensitive = true\n";
        }
        return text + "}\n\n";
    }

    // ---- sources and builds

    void name_sources() {
        const auto found = root_.find("builders");
        if (found == root_.end() || !found->is_array()) {
            return;
        }
        for (const Json& builder : *found) {
            if (!builder.is_object() || text_member(builder, "type").empty()) {
                remarks_.push_back("a builder without a type was left out");
                continue;
            }
            const std::string type = text_member(builder, "type");
            const std::string name = text_member(builder, "name");
            builders_.push_back({&builder, type, name.empty() ? type : name});
            if (name.find("{{") != std::string::npos) {
                remarks_.push_back(
                    "the name of a source is fixed in HCL2: \"" + name + "\" became \"" +
                    builders_.back().source_name() + "\""
                );
            }
        }
    }

    struct Builder {
        const Json* body;
        std::string type;
        std::string name;  ///< as the JSON template calls it; the type when it has none

        std::string source_name() const { return identifier(name); }
    };

    std::string sources() {
        std::string text;
        for (const Builder& builder : builders_) {
            text += "source " + hcl::quote_template(builder.type) + " " +
                    hcl::quote_template(builder.source_name()) + " {\n" +
                    options(
                        *builder.body,
                        table_of(ComponentRole::builder, builder.type),
                        {"type", "name"},
                        "source \"" + builder.type + "\" \"" + builder.source_name() + "\""
                    ) +
                    "}\n\n";
        }
        return text.empty() ? text : note("Each builder is a source, which a build names.") + text;
    }

    std::string build() {
        if (builders_.empty()) {
            return "";
        }
        std::string text = note("What is done with the sources, in this order.") + "build {\n";
        if (const std::string description = text_member(root_, "description");
            !description.empty()) {
            text += "description = " + hcl::quote_template(description) + "\n\n";
        }
        std::vector<std::string> names;
        for (const Builder& builder : builders_) {
            names.push_back(
                hcl::quote_template("source." + builder.type + "." + builder.source_name())
            );
        }
        text += "sources = [" + join(names, ", ") + "]\n";
        if (const auto found = root_.find("provisioners");
            found != root_.end() && found->is_array()) {
            for (const Json& provisioner : *found) {
                text += component("provisioner", ComponentRole::provisioner, provisioner);
            }
        }
        if (const auto found = root_.find("error-cleanup-provisioner"); found != root_.end()) {
            text += component("error-cleanup-provisioner", ComponentRole::provisioner, *found);
        }
        if (const auto found = root_.find("post-processors");
            found != root_.end() && found->is_array()) {
            for (const Json& entry : *found) {
                text += post_processor(entry);
            }
        }
        return text + "}\n";
    }

    std::string post_processor(const Json& entry) {
        if (!entry.is_array()) {
            return component("post-processor", ComponentRole::post_processor, entry);
        }
        std::string text = "\npost-processors {\n";
        for (const Json& member : entry) {
            text += component("post-processor", ComponentRole::post_processor, member);
        }
        return text + "}\n";
    }

    std::string component(const std::string& block, ComponentRole role, const Json& entry) {
        const std::string type = entry.is_string()
                                     ? entry.get<std::string>()
                                     : (entry.is_object() ? text_member(entry, "type") : "");
        if (type.empty()) {
            remarks_.push_back("a " + block + " without a type was left out");
            return "";
        }
        std::string text = "\n" + block + " " + hcl::quote_template(type) + " {\n";
        if (entry.is_object()) {
            const OptionTable* table = table_of(role, type);
            const std::string where = block + " \"" + type + "\"";
            text += selection(entry, "only") + selection(entry, "except") +
                    overrides(entry, table, where) +
                    options(entry, table, {"type", "only", "except", "override"}, where);
        }
        return text + "}\n";
    }

    /// "TYPE.NAME" of the builder that a JSON template calls by its name alone.
    std::string full_name(const std::string& name) const {
        for (const Builder& builder : builders_) {
            if (builder.name == name) {
                return builder.type + "." + builder.source_name();
            }
        }
        return name;
    }

    std::string selection(const Json& entry, const char* which) const {
        const auto found = entry.find(which);
        if (found == entry.end() || !found->is_array()) {
            return "";
        }
        std::vector<std::string> names;
        for (const Json& name : *found) {
            if (name.is_string()) {
                names.push_back(hcl::quote_template(full_name(name.get<std::string>())));
            }
        }
        return std::string(which) + " = [" + join(names, ", ") + "]\n";
    }

    std::string overrides(const Json& entry, const OptionTable* table, const std::string& where) {
        const auto found = entry.find("override");
        if (found == entry.end() || !found->is_object()) {
            return "";
        }
        std::string text = "override = {\n";
        for (const auto& [name, values] : found->items()) {
            text += key_text(identifier(name)) + " = ";
            text += values.is_object() ? override_of(values, table, where + ": override")
                                       : expression(values, where + ": override");
            text += "\n";
        }
        return text + "}\n";
    }

    std::string override_of(
        const Json& values, const OptionTable* table, const std::string& where
    ) {
        std::string text = "{\n";
        for (const auto& [name, value] : values.items()) {
            const OptionSpec* spec = find_option(table, name);
            text += key_text(spec == nullptr ? name : spec->name) + " = " +
                    option_value(name, value, spec, where) + "\n";
        }
        return text + "}";
    }

    // ---- bodies

    std::string options(
        const Json& body,
        const OptionTable* table,
        const std::set<std::string>& left_out,
        const std::string& where
    ) {
        std::string text;
        for (const auto& [name, value] : body.items()) {
            if (!left_out.contains(name) && !value.is_null()) {
                text += option(name, value, find_option(table, name), where);
            }
        }
        return text;
    }

    std::string option(
        const std::string& name, const Json& value, const OptionSpec* spec, const std::string& where
    ) {
        if (!hcl::is_identifier(name)) {
            remarks_.push_back(where + ": \"" + name + "\" is no name for an option; left out");
            return "";
        }
        const bool objects = value.is_array() && !value.empty() &&
                             std::all_of(value.begin(), value.end(), [](const Json& element) {
                                 return element.is_object();
                             });
        const bool is_block = spec != nullptr
                                  ? spec->is_block()
                                  : objects || (value.is_object() && !looks_like_map(name, value));
        if (is_block && value.is_object()) {
            return block(name, value, spec, where);
        }
        if (is_block && objects) {
            std::string text;
            for (const Json& element : value) {
                text += block(name, element, spec, where);
            }
            return text;
        }
        return (spec == nullptr ? name : spec->name) + " = " +
               option_value(name, value, spec, where) + "\n";
    }

    std::string option_value(
        const std::string& name, const Json& value, const OptionSpec* spec, const std::string& owner
    ) {
        const std::string where = owner + ": " + name;
        const bool is_template =
            value.is_string() && value.get<std::string>().find("{{") != std::string::npos;
        if (is_template && spec != nullptr && spec->type == OptionType::string_list) {
            return "split(\",\", " + expression(value, where) + ")";
        }
        const std::optional<OptionType> type = type_of(name, spec);
        return expression(type && !is_template ? fitted(value, *type) : value, where);
    }

    /// Nothing of an option that kiln does not know. The durations among what a provisioner of any
    /// type may have are in no table.
    static std::optional<OptionType> type_of(const std::string& name, const OptionSpec* spec) {
        if (spec != nullptr) {
            return spec->is_block() ? std::nullopt : std::optional(spec->type);
        }
        return name == "pause_before" || name == "timeout" ? std::optional(OptionType::duration)
                                                           : std::nullopt;
    }

    std::string block(
        const std::string& name, const Json& body, const OptionSpec* spec, const std::string& where
    ) {
        return name + " {\n" +
               options(body, spec == nullptr ? nullptr : &spec->nested(), {}, where) + "}\n";
    }

    std::string expression(const Json& value, const std::string& where, bool may_call_env = false) {
        if (value.is_string()) {
            const UpgradedText text = text_to_hcl(value.get<std::string>(), user_);
            if (!text.left.empty()) {
                remarks_.push_back(where + ": no counterpart in HCL2: " + text.left);
            } else if (text.calls_env && !may_call_env) {
                remarks_.push_back(where + ": env() is for defaults of variables only");
            }
            return text.code;
        }
        if (value.is_array()) {
            std::vector<std::string> elements;
            for (const Json& element : value) {
                elements.push_back(expression(element, where));
            }
            const bool one_line = elements.size() < 2;
            return one_line ? "[" + join(elements, "") + "]"
                            : "[\n" + join(elements, ",\n") + ",\n]";
        }
        if (value.is_object()) {
            std::string text = "{\n";
            for (const auto& [key, member] : value.items()) {
                text += key_of(key) + " = " + expression(member, where) + "\n";
            }
            return value.empty() ? "{}" : text + "}";
        }
        return value.dump();
    }

    std::string key_of(const std::string& key) {
        const std::string code = text_to_hcl(key, user_).code;
        if (code.starts_with('"')) {
            return key_text(key) == key ? key : code;
        }
        return "(" + code + ")";
    }

    // ---- the rest

    std::string packer_block() const {
        std::string text;
        if (const std::string version = text_member(root_, "min_packer_version");
            !version.empty()) {
            text += "required_version = " + hcl::quote_template(">= " + version) + "\n";
        }
        std::string plugins;
        for (const BuiltInPlugin& plugin : built_in_plugins()) {
            const bool used =
                std::any_of(builders_.begin(), builders_.end(), [&](const Builder& builder) {
                    return is_type_of_plugin(builder.type, plugin.name);
                });
            if (used) {
                plugins += plugin.name + " = {\nsource = " + hcl::quote_template(plugin.source) +
                           "\nversion = \"~> 1\"\n}\n";
            }
        }
        if (!plugins.empty()) {
            text += "required_plugins {\n" + plugins + "}\n";
        }
        return text.empty() ? text : "packer {\n" + text + "}\n\n";
    }

    std::string note(const std::string& text) const { return annotate_ ? "# " + text + "\n" : ""; }

    std::string formatted(const std::string& text) {
        SourceMap sources;
        Diagnostics diagnostics;
        const std::optional<std::string> laid_out =
            hcl::format_config(sources.add("upgraded", text), diagnostics);
        if (!laid_out) {
            remarks_.push_back("the result has mistakes in it:\n" + render(diagnostics));
        }
        return laid_out.value_or(text);
    }

    const Json root_;
    bool annotate_;
    std::set<std::string> sensitive_;
    std::set<std::string> declared_;
    std::set<std::string> computed_;
    std::set<std::string> used_;
    std::vector<Builder> builders_;
    std::vector<std::string> remarks_;
    UserVariable user_ = [this](const std::string& name) { return user_reference(name); };
};

}  // namespace

UpgradedTemplate upgrade_to_hcl2(const Json& root, bool annotate) {
    return Upgrade(root, annotate).run();
}

}  // namespace kiln::plan
