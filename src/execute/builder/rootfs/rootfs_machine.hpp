#pragma once

#include "execute/builder/rootfs/layer_cache.hpp"
#include "execute/communicator/rootfs.hpp"
#include "execute/machine.hpp"
#include "sys/sandbox.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// A tree of files as a machine: a chain of layers, and while a step works a new one on top. Its
/// sandbox is started when a step first reaches for it.
class RootfsMachine final : public Machine, public StepLayers {
public:
    struct Settings {
        std::string who;  ///< names the build for `changed: ...`, see LayerCache::last_chain
        bool use_cache = true;
        std::string hostname = "localhost";
        std::vector<sys::SandboxBind> binds;
        std::map<std::string, std::string> build_values;
    };
    RootfsMachine(LayerCache& cache, std::vector<HeldLayer> base, Settings settings);
    ~RootfsMachine() override;

    Communicator& communicator() override;
    const std::map<std::string, std::string>& build_values() const override;
    StepLayers* step_layers() override { return this; }

    Verdict reuse(const std::string& step_name, const std::vector<StepInput>& inputs) override;
    void begin(const std::string& step_name, const std::vector<StepInput>& inputs) override;
    void commit() override;
    void abandon() noexcept override;

    /// All finished layers, the lowest first.
    const std::vector<HeldLayer>& chain() const { return chain_; }
    /// Ends what runs; the chain stays.
    void close();

private:
    std::string reason_for_miss(const std::string& step_name, const std::vector<StepInput>& inputs)
        const;

    LayerCache& cache_;
    Settings settings_;
    std::vector<LayerRecord> last_chain_;
    std::vector<HeldLayer> chain_;
    bool missed_ = false;  ///< an earlier step was not in the cache

    std::optional<PartialLayer> open_;  ///< the layer of the step that works, or a throw-away one
    std::optional<LayerRecord> record_;
    std::optional<sys::Sandbox> sandbox_;
    std::optional<RootfsCommunicator> communicator_;
};

/// What differs between the inputs of two runs of one step, for people: "changed: inline[3]".
std::string describe_change(
    const std::vector<StepInput>& before, const std::vector<StepInput>& now
);

}  // namespace kiln::exec::rootfs
