#include "execute/builder/rootfs/layer_chain.hpp"

#include <utility>

namespace kiln::exec::rootfs {

LayerChain::LayerChain(Start /*empty*/, std::vector<LayerRecord> last_chain, bool use_cache)
    : last_chain_(std::move(last_chain)), use_cache_(use_cache) {}

LayerChain::LayerChain(
    std::vector<HeldLayer> layers, std::vector<LayerRecord> last_chain, bool use_cache
)
    : layers_(std::move(layers)), last_chain_(std::move(last_chain)), use_cache_(use_cache) {
    compare_top();
}

LayerChain::LayerChain(HeldLayer first, std::vector<LayerRecord> last_chain, bool use_cache)
    : last_chain_(std::move(last_chain)), use_cache_(use_cache) {
    layers_.push_back(std::move(first));
    compare_top();
}

// A base that was made anew is reason enough for all that stands on it.
void LayerChain::compare_top() {
    const std::size_t top = layers_.size() - 1;
    missed_ = last_chain_.size() > top && last_chain_[top].id != layers_[top].record.id;
}

void LayerChain::push(HeldLayer layer) {
    layers_.push_back(std::move(layer));
    if (layers_.size() == 1) {
        compare_top();
    }
}

LayerRecord LayerChain::next_record(
    const std::string& step_name, const std::vector<StepInput>& inputs
) const {
    LayerRecord record;
    record.parent = layers_.back().record.id;
    record.step = step_name;
    record.inputs = digested(inputs);
    record.key = layer_key(record.parent, record.step, record.inputs);
    return record;
}

StepLayers::Verdict LayerChain::reuse(
    LayerCache& cache, const std::string& step_name, const std::vector<StepInput>& inputs
) {
    const LayerRecord record = next_record(step_name, inputs);
    if (!use_cache_) {
        missed_ = true;
        return {false, "-no-cache"};
    }
    if (std::optional<HeldLayer> layer = cache.find(record.key)) {
        layers_.push_back(std::move(*layer));
        return {true, {}};
    }
    const std::string reason = reason_for_miss(record);
    missed_ = true;
    return {false, reason};
}

// The layer at the same place of the last chain tells what is different now.
std::string LayerChain::reason_for_miss(const LayerRecord& record) const {
    const std::size_t place = layers_.size();
    if (place >= last_chain_.size()) {
        return "not cached yet";
    }
    if (missed_) {
        return "an earlier step changed";
    }
    const LayerRecord& last = last_chain_[place];
    if (last.step != record.step) {
        return "changed: another step stood here (" + last.step + ")";
    }
    const std::string change = describe_change(last.inputs, record.inputs);
    return change.empty() ? "not cached any more" : change;
}

std::vector<LayerRecord> LayerChain::records() const {
    std::vector<LayerRecord> records;
    for (const HeldLayer& layer : layers_) {
        records.push_back(layer.record);
    }
    return records;
}

}  // namespace kiln::exec::rootfs
