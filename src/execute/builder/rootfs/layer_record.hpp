#pragma once

#include "disk/disk_plan.hpp"
#include "execute/step_layers.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec::rootfs {

/// What is known of a finished layer; kept beside its tree and never changed.
struct LayerRecord {
    std::string id;      ///< names this very tree; a tree made again has another
    std::string key;     ///< digest of what it was made from: parent's id, step, inputs
    std::string parent;  ///< id of the layer below; "" for the first
    std::string step;    ///< "bootstrap", "shell", ...: for people
    /// What the step depended on, values as digests: they may be long, or secret.
    std::vector<StepInput> inputs;
    disk::ContentSize content;  ///< of the tree
    std::int64_t created = 0;   ///< seconds since 1970
    /// What its maker noted for later: "kernel", "packages", "source_date_epoch".
    std::map<std::string, std::string> facts;

    bool operator==(const LayerRecord&) const = default;
};

/// The inputs with digests in place of the values.
std::vector<StepInput> digested(const std::vector<StepInput>& inputs);
/// The name of what a step makes of a layer and (digested) inputs.
std::string layer_key(
    const std::string& parent_id, const std::string& step, const std::vector<StepInput>& inputs
);
/// How `now` differs from `before`, both digested, for people: "changed: inline[3], files/etc/x";
/// "" when it does not.
std::string describe_change(
    const std::vector<StepInput>& before, const std::vector<StepInput>& now
);

/// A chain of records as JSON, and back; an unreadable text is an empty chain.
std::string to_json(const std::vector<LayerRecord>& chain);
std::vector<LayerRecord> chain_from_json(std::string_view text);

}  // namespace kiln::exec::rootfs
