#include "execute/builder/rootfs/layer_record.hpp"

#include "base/digest.hpp"
#include "base/strings.hpp"

#include <nlohmann/json.hpp>

namespace kiln::exec::rootfs {

namespace {

// Changes when kiln makes layers in another way than before, so that none of the old is taken.
constexpr std::string_view kLayerFormat = "kiln layer 1";
// Hex digits of a digest: 128 bits name a layer well enough, and keep mount options short.
constexpr std::size_t kNameDigits = 32;
// So many names of changed inputs are shown; the rest is counted.
constexpr std::size_t kShownChanges = 3;

const std::string* value_of(const std::vector<StepInput>& inputs, const std::string& name) {
    for (const StepInput& input : inputs) {
        if (input.name == name) {
            return &input.value;
        }
    }
    return nullptr;
}

nlohmann::json to_json(const LayerRecord& record) {
    nlohmann::json inputs = nlohmann::json::array();
    for (const StepInput& input : record.inputs) {
        inputs.push_back({input.name, input.value});
    }
    return {
        {"id", record.id},
        {"key", record.key},
        {"parent", record.parent},
        {"step", record.step},
        {"inputs", inputs},
        {"content_bytes", record.content.bytes},
        {"content_inodes", record.content.inodes},
        {"created", record.created},
        {"facts", record.facts},
    };
}

LayerRecord record_from_json(const nlohmann::json& json) {
    LayerRecord record;
    json.at("id").get_to(record.id);
    json.at("key").get_to(record.key);
    json.at("parent").get_to(record.parent);
    json.at("step").get_to(record.step);
    for (const nlohmann::json& input : json.at("inputs")) {
        record.inputs.push_back({input.at(0).get<std::string>(), input.at(1).get<std::string>()});
    }
    json.at("content_bytes").get_to(record.content.bytes);
    json.at("content_inodes").get_to(record.content.inodes);
    json.at("created").get_to(record.created);
    json.at("facts").get_to(record.facts);
    return record;
}

}  // namespace

std::vector<StepInput> digested(const std::vector<StepInput>& inputs) {
    std::vector<StepInput> result;
    for (const StepInput& input : inputs) {
        result.push_back({to_valid_utf8(input.name), sha256_hex(input.value).substr(0, kNameDigits)}
        );
    }
    return result;
}

std::string layer_key(
    const std::string& parent_id, const std::string& step, const std::vector<StepInput>& inputs
) {
    Digest digest;
    digest.field(kLayerFormat).field(parent_id).field(step);
    for (const StepInput& input : inputs) {
        digest.field(input.name).field(input.value);
    }
    return digest.finish_hex().substr(0, kNameDigits);
}

std::string describe_change(
    const std::vector<StepInput>& before, const std::vector<StepInput>& now
) {
    std::vector<std::string> changes;
    for (const StepInput& input : now) {
        const std::string* old = value_of(before, input.name);
        if (old == nullptr) {
            changes.push_back("new: " + input.name);
        } else if (*old != input.value) {
            changes.push_back("changed: " + input.name);
        }
    }
    for (const StepInput& input : before) {
        if (value_of(now, input.name) == nullptr) {
            changes.push_back("gone: " + input.name);
        }
    }
    if (changes.size() > kShownChanges) {
        const std::size_t more = changes.size() - kShownChanges;
        changes.resize(kShownChanges);
        changes.push_back("and " + std::to_string(more) + " more");
    }
    return join(changes, ", ");
}

std::string to_json(const std::vector<LayerRecord>& chain) {
    nlohmann::json list = nlohmann::json::array();
    for (const LayerRecord& record : chain) {
        list.push_back(to_json(record));
    }
    return list.dump();
}

std::vector<LayerRecord> chain_from_json(std::string_view text) {
    std::vector<LayerRecord> chain;
    try {
        for (const nlohmann::json& record : nlohmann::json::parse(text)) {
            chain.push_back(record_from_json(record));
        }
    } catch (const nlohmann::json::exception&) {
        return {};
    }
    return chain;
}

}  // namespace kiln::exec::rootfs
