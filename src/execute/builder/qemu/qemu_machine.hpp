#pragma once

#include "execute/builder/qemu/disk_tool.hpp"
#include "execute/builder/qemu/ports.hpp"
#include "execute/builder/qemu/vm.hpp"
#include "execute/builder/rootfs/layer_cache.hpp"
#include "execute/builder/rootfs/layer_chain.hpp"
#include "execute/builder/ssh_machine.hpp"
#include "execute/machine.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// A virtual machine that provisioners shape over SSH. With layers, the machine as each step left
/// it is kept: its disks as a qcow2 overlay over those of the step before, and its memory and
/// devices as QEMU writes them for a migration. The two are of one moment, so the next build goes
/// on in the middle of the running system: nothing boots, and no file system needs repair.
class QemuMachine final : public Machine, public StepLayers {
public:
    struct Settings {
        plan::CommunicatorOptions communicator;
        SshTarget target;  ///< its port is that of the machine's start
        std::map<std::string, std::string> build_values;
        bool forwards_ssh = true;
        bool has_screen = true;
        /// What is to be done at a machine that was just switched on, until it can be logged in to.
        std::function<void(Vm&)> after_boot;
        /// Where it is reached when kiln leads no port into it; may wait for it.
        std::function<std::string(Vm&)> find_host;
        std::filesystem::path efi_vars;  ///< written by the machine; "" without UEFI
        bool use_cache = true;
    };

    QemuMachine(
        const VmSetup& setup,
        Settings settings,
        PortRange ssh_ports,
        PortRange screen_ports,
        const BuildContext& context
    );
    ~QemuMachine() override;

    /// Boots from these disks. No step is kept.
    void boot(std::vector<VmDisk> disks);
    /// Starts from `base` when it is there; else boots from the disks that `make_disks` makes in a
    /// folder, and keeps the machine as soon as it can be logged in to as `base_record`.
    void boot_on_layers(
        rootfs::LayerCache& cache,
        std::optional<rootfs::HeldLayer> base,
        rootfs::LayerRecord base_record,
        std::vector<rootfs::LayerRecord> last_chain,
        const std::function<std::vector<VmDisk>(const std::filesystem::path&)>& make_disks,
        const std::function<void(const std::filesystem::path&)>& add_files
    );

    Communicator& communicator() override;
    const std::map<std::string, std::string>& build_values() const override;
    StepLayers* step_layers() override { return chain_ ? this : nullptr; }

    Verdict reuse(const std::string& step_name, const std::vector<StepInput>& inputs) override;
    void begin(const std::string& step_name, const std::vector<StepInput>& inputs) override;
    void commit() override;
    void abandon() noexcept override;

    /// The machine, running.
    Vm& vm();
    /// Its disks as they are now; whole once it has ended.
    const std::vector<VmDisk>& disks() const { return disks_; }
    std::vector<rootfs::LayerRecord> layer_records() const;
    /// Cuts its power when it runs.
    void switch_off() noexcept;
    /// The host key that it showed; "" before it was logged in to.
    std::string host_key() const;

private:
    void start(const std::filesystem::path& memory);
    void connect();
    void resume();
    void keep(rootfs::LayerRecord record);
    std::vector<VmDisk> disks_in(const std::filesystem::path& folder) const;
    std::vector<VmDisk> lay_over(
        const std::filesystem::path& folder, const std::vector<VmDisk>& below, bool below_is_there
    );
    void set_clock();

    const VmSetup& setup_;
    Settings settings_;
    PortRange ssh_ports_;
    PortRange screen_ports_;
    int ssh_port_ = 0;
    BuildContext context_;
    DiskTool tool_;

    std::vector<VmDisk> disks_;
    std::unique_ptr<Vm> vm_;
    std::optional<SshMachine> ssh_;
    std::map<std::string, std::string> values_;

    rootfs::LayerCache* cache_ = nullptr;
    std::optional<rootfs::LayerChain> chain_;
    std::optional<rootfs::PartialLayer> open_;  ///< holds the disks that the machine writes to
    std::optional<rootfs::LayerRecord> record_;
};

/// Fact of a machine's first layer: the host key that it showed.
inline constexpr const char* kHostKeyFact = "host_key";

}  // namespace kiln::exec::qemu
