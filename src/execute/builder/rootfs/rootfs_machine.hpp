#pragma once

#include "execute/builder/rootfs/layer_cache.hpp"
#include "execute/builder/rootfs/layer_chain.hpp"
#include "execute/communicator/rootfs_communicator.hpp"
#include "execute/machine.hpp"
#include "sys/sandbox.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// A tree of files as a machine: a chain of layers, and while a step works a new one on top. Its
/// sandbox is started when a step first reaches for it.
class RootfsMachine final : public Machine, public StepLayers {
public:
    struct Settings {
        bool use_cache = true;
        std::string hostname = "localhost";
        std::map<std::string, std::string> build_values;
        /// Programs that steps see in place of the tree's own, and that are not in their layers
        /// unless a step replaces them: path and content.
        std::map<std::string, std::string> stand_ins;
        /// What the chain of the last build of the same thing was, to tell what changed.
        std::vector<LayerRecord> last_chain;
    };
    /// `chain` is what the steps stand on, the lowest layer first. `cache` must outlive the object.
    RootfsMachine(LayerCache& cache, std::vector<HeldLayer> chain, Settings settings);
    ~RootfsMachine() override;

    Communicator& communicator() override;
    const std::map<std::string, std::string>& build_values() const override;
    StepLayers* step_layers() override { return this; }

    Verdict reuse(const std::string& step_name, const std::vector<StepInput>& inputs) override;
    void begin(const std::string& step_name, const std::vector<StepInput>& inputs) override;
    void commit() override;
    void abandon() noexcept override;

    /// The tree in a sandbox, with the layer of the step that works on top, else with a layer that
    /// is thrown away.
    sys::Sandbox& sandbox();
    /// Puts a layer of the builder's own on the chain: `record` with a parent, step and inputs of
    /// its own. `make` fills it, with stand-ins of its own, unless the cache has it.
    void extend(
        LayerRecord record,
        const std::map<std::string, std::string>& stand_ins,
        const std::function<void(sys::Sandbox&)>& make
    );
    /// A record of the next layer, for `extend`.
    LayerRecord next_record(const std::string& step_name, const std::vector<StepInput>& inputs)
        const;
    /// All finished layers, the lowest first.
    const std::vector<HeldLayer>& chain() const { return chain_.layers(); }
    /// Ends what runs; what no step has committed is lost.
    void close();

private:
    void start_sandbox(const std::map<std::string, std::string>& stand_ins);
    void note_wishes();

    LayerCache& cache_;
    Settings settings_;
    LayerChain chain_;

    std::optional<PartialLayer> open_;
    std::optional<LayerRecord> record_;  ///< none while `open_` is to be thrown away
    std::optional<sys::Sandbox> sandbox_;
    std::optional<RootfsCommunicator> communicator_;
};

/// Fact of a layer whose step asked for a new initramfs.
inline constexpr const char* kInitramfsWanted = "initramfs_wanted";
/// Stands in for update-initramfs in steps: the initramfs is made once, behind the last of them.
extern const char* const kUpdateInitramfsStandIn;

}  // namespace kiln::exec::rootfs
