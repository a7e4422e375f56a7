#pragma once

#include "base/secret.hpp"
#include "execute/build_context.hpp"
#include "execute/builder/qemu/arguments.hpp"
#include "execute/builder/qemu/background_process.hpp"
#include "execute/builder/qemu/ports.hpp"
#include "execute/builder/qemu/qmp_client.hpp"
#include "execute/journal.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// What is the same at each start of the build's machine.
struct VmSetup {
    const plan::QemuOptions& options;
    VmParts parts;                 ///< without disks and ports
    std::filesystem::path folder;  ///< for sockets and the TPM's state
    Secret vnc_password;
    /// `qemuargs` with the values of this start.
    std::function<QemuArgs(int ssh_host_port)> render_arguments;
};

/// A running machine. Ends with the object, and with kiln however that ends.
class Vm {
public:
    /// Journals QEMU's process. `port` is where SSH leads in, 0 without; `memory` is a state to go
    /// on from (see save_memory), "" boots. Gives up where QEMU ends by itself: nothing when a port
    /// was taken, else Error{command} with what it says.
    static std::unique_ptr<Vm> try_start(
        const VmSetup& setup,
        const std::vector<VmDisk>& disks,
        int ssh_port,
        int vnc_port,
        const std::filesystem::path& memory,
        const BuildContext& context
    );
    ~Vm();
    Vm(const Vm&) = delete;
    Vm& operator=(const Vm&) = delete;

    int ssh_port() const { return ssh_port_; }
    int vnc_port() const { return vnc_port_; }
    bool has_ended() const { return qemu_->has_ended(); }
    /// Error{command} with QEMU's last words when it has ended.
    void require_running();
    /// False when it runs on after `patience`. Error{interrupted}.
    bool wait_for_end(std::chrono::nanoseconds patience, const BuildContext& context);
    /// As its power button does.
    void press_power_button();
    /// What the serial port said last; "" when nobody listened.
    std::string console_tail();

    /// Why this machine's state can not be saved, or "".
    std::string obstacle_to_saving(const std::stop_token& stop);
    /// Halts the machine, and lets it go on writing to new disks over those it had, which are
    /// complete then and belong to the state that `save_memory` writes. The files of `next` are
    /// there.
    void freeze_disks(
        const std::vector<VmDisk>& now, const std::vector<VmDisk>& next, const std::stop_token& stop
    );
    /// Writes memory and devices of the halted machine to a file.
    void save_memory(const std::filesystem::path& file, const BuildContext& context);
    void go_on(const std::stop_token& stop);

private:
    Vm() = default;
    void connect_control(const VmSetup& setup, const BuildContext& context);
    void start_tpm(const VmSetup& setup, const BuildContext& context);
    void find_devices(const std::vector<VmDisk>& disks, const std::stop_token& stop);
    std::string last_words();

    int ssh_port_ = 0;
    int vnc_port_ = 0;
    std::vector<std::string> devices_;  ///< QEMU's names of the disks, once they were asked for
    int frozen_ = 0;                    ///< times that the disks were frozen
    std::unique_ptr<BackgroundProcess> tpm_;
    std::unique_ptr<BackgroundProcess> qemu_;
    std::optional<QmpClient> control_;
    JournalEntry journal_;
    JournalEntry tpm_journal_;
};

}  // namespace kiln::exec::qemu
