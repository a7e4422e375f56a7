#include "node/changes_json.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::node {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<OnFailure, const char*>, 3> kOnFailure = {{
    {OnFailure::hold, "hold"},
    {OnFailure::taint, "taint"},
    {OnFailure::join, "join"},
}};

/// One kind of action's fields, for both directions.
template <class Archive>
void fields(Archive& io, WriteFile& a) {
    io("path", a.path);
    io("content", a.content);
    io("mode", a.mode);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, SetAssignment& a) {
    io("path", a.path);
    io("name", a.name);
    io("value", a.value);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, MakeLink& a) {
    io("path", a.path);
    io("target", a.target);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, SetKernelValue& a) {
    bool at_least = a.rule == SetKernelValue::Rule::at_least;
    io("path", a.path);
    io("value", a.value);
    io("at_least", at_least);
    io("optional", a.optional);
    io("reason", a.reason);
    a.rule = at_least ? SetKernelValue::Rule::at_least : SetKernelValue::Rule::exact;
}
template <class Archive>
void fields(Archive& io, SetHugepages& a) {
    io("node", a.node);
    io("size_kib", a.size_kib);
    io("count", a.count);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, MoveInterrupts& a) {
    io("housekeeping", a.housekeeping);
    io("isolated", a.isolated);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, MoveWorkqueues& a) {
    io("housekeeping", a.housekeeping);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, LoadModule& a) {
    io("name", a.name);
    io("options", a.options);
    io("optional", a.optional);
    io("reason", a.reason);
}
template <class Archive>
void fields(Archive& io, BindDevice& a) {
    io("address", a.address);
    io("driver", a.driver);
    io("allow_noiommu", a.allow_noiommu);
    io("optional", a.optional);
    io("reason", a.reason);
}

/// In the order of NodeAction's alternatives.
constexpr std::array<const char*, std::variant_size_v<NodeAction>> kKinds = {
    "write_file",
    "set_assignment",
    "make_link",
    "set_kernel_value",
    "set_hugepages",
    "move_interrupts",
    "move_workqueues",
    "load_module",
    "bind_device",
};

struct FieldWriter {
    Json json;
    template <class T>
    void operator()(const char* key, const T& value) {
        json[key] = value;
    }
};

struct FieldReader {
    const Json& json;
    template <class T>
    void operator()(const char* key, T& value) {
        if (json.contains(key)) {
            value = json.at(key).template get<T>();
        }
    }
};

Json action_json(const NodeAction& action) {
    FieldWriter writer{{{"do", kKinds[action.index()]}}};
    std::visit([&](auto copy) { fields(writer, copy); }, action);
    return std::move(writer.json);
}

template <std::size_t Index = 0>
NodeAction empty_action(std::size_t index) {
    if constexpr (Index + 1 < std::variant_size_v<NodeAction>) {
        return index == Index ? NodeAction(std::in_place_index<Index>)
                              : empty_action<Index + 1>(index);
    } else {
        return NodeAction(std::in_place_index<Index>);
    }
}

NodeAction parse_action(const Json& json, const std::string& name) {
    const std::string kind = json.at("do").get<std::string>();
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kind == kKinds[i]) {
            NodeAction action = empty_action(i);
            FieldReader reader{json};
            std::visit([&](auto& one) { fields(reader, one); }, action);
            return action;
        }
    }
    throw Error(ErrorKind::input, name + ": unknown action \"" + kind + "\"")
        .set_hint(did_you_mean_hint(kind, {kKinds.begin(), kKinds.end()}));
}

Json changes_json(const PlannedChanges& changes) {
    Json actions = Json::array();
    for (const NodeAction& action : changes.actions) {
        actions.push_back(action_json(action));
    }
    Json json = {
        {"kernel", {{"set", changes.kernel.set}, {"remove", changes.kernel.remove}}},
        {"actions", std::move(actions)}};
    for (const auto& [value, text] : kOnFailure) {
        if (value == changes.on_failure) {
            json["on_failure"] = text;
        }
    }
    return json;
}

OnFailure parse_on_failure(const std::string& text, const std::string& name) {
    for (const auto& [value, known] : kOnFailure) {
        if (text == known) {
            return value;
        }
    }
    throw Error(
        ErrorKind::input, name + ": on_failure is hold, taint or join, not \"" + text + "\""
    );
}

}  // namespace

std::string print_changes(const PlannedChanges& changes) {
    Json json = {{"plan", changes.hash}};
    json.update(changes_json(changes));
    return json.dump(2) + "\n";
}

PlannedChanges parse_changes(std::string_view text, const std::string& name) {
    try {
        const Json json = Json::parse(text);
        PlannedChanges changes;
        changes.kernel.set = json.at("kernel").at("set").get<std::vector<std::string>>();
        changes.kernel.remove = json.at("kernel").at("remove").get<std::vector<std::string>>();
        for (const Json& action : json.at("actions")) {
            changes.actions.push_back(parse_action(action, name));
        }
        changes.on_failure = parse_on_failure(json.value("on_failure", "hold"), name);
        changes.hash = hash_of(changes);
        return changes;
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorKind::input, name + " is no plan: " + problem.what())
            .set_hint("kiln-node plan --json writes one");
    }
}

std::string hash_of(const PlannedChanges& changes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : changes_json(changes).dump()) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

}  // namespace kiln::node
