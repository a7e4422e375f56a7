#pragma once

#include "execute/builder/rootfs/layer_cache.hpp"
#include "execute/step_layers.hpp"

#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// The finished layers of one machine, the lowest first, and what those of the last build of the
/// same thing were: a step is looked for on top of the one before it.
class LayerChain {
public:
    struct Start {};
    /// Nothing yet; the first layer is pushed.
    LayerChain(Start, std::vector<LayerRecord> last_chain, bool use_cache);
    LayerChain(std::vector<HeldLayer> layers, std::vector<LayerRecord> last_chain, bool use_cache);
    LayerChain(HeldLayer first, std::vector<LayerRecord> last_chain, bool use_cache);

    /// Puts the step's layer on top when the cache has it; otherwise tells why it has not.
    StepLayers::Verdict reuse(
        LayerCache& cache, const std::string& step_name, const std::vector<StepInput>& inputs
    );
    LayerRecord next_record(const std::string& step_name, const std::vector<StepInput>& inputs)
        const;
    void push(HeldLayer layer);

    const std::vector<HeldLayer>& layers() const { return layers_; }
    const HeldLayer& top() const { return layers_.back(); }
    std::vector<LayerRecord> records() const;

private:
    void compare_top();
    std::string reason_for_miss(const LayerRecord& record) const;

    std::vector<HeldLayer> layers_;
    std::vector<LayerRecord> last_chain_;
    bool use_cache_ = true;
    bool missed_ = false;  ///< an earlier step was not in the cache
};

}  // namespace kiln::exec::rootfs
