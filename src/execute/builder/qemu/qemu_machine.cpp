#include "execute/builder/qemu/qemu_machine.hpp"

#include "base/error.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec::qemu {

namespace {

using rootfs::HeldLayer;
using rootfs::LayerRecord;
using rootfs::PartialLayer;

constexpr const char* kMemoryFile = "memory";
constexpr const char* kEfiVarsName = "efivars.fd";

std::string disk_name(std::size_t index) {
    return "disk-" + std::to_string(index) + ".qcow2";
}

}  // namespace

QemuMachine::QemuMachine(
    const VmSetup& setup,
    Settings settings,
    PortRange ssh_ports,
    PortRange screen_ports,
    const BuildContext& context
)
    : setup_(setup),
      settings_(std::move(settings)),
      ssh_ports_(std::move(ssh_ports)),
      screen_ports_(std::move(screen_ports)),
      context_(context),
      tool_(
          context.effects.processes,
          setup.options.qemu_img_args.value_or(plan::QemuImgOptions{}),
          context.stop
      ),
      values_(settings_.build_values) {
    if (settings_.forwards_ssh) {
        ssh_port_ = ssh_ports_.next();
        values_["Port"] = std::to_string(ssh_port_);
    }
}

QemuMachine::~QemuMachine() {
    switch_off();
}

const std::map<std::string, std::string>& QemuMachine::build_values() const {
    return values_;
}

void QemuMachine::switch_off() noexcept {
    ssh_.reset();
    vm_.reset();
}

// A port that was free when it was chosen may be taken when QEMU comes to it.
void QemuMachine::start(const std::filesystem::path& memory) {
    while (!vm_) {
        const int screen = settings_.has_screen ? screen_ports_.next() : 0;
        vm_ = Vm::try_start(setup_, disks_, ssh_port_, screen, memory, context_);
        if (!vm_ && settings_.forwards_ssh) {
            ssh_port_ = ssh_ports_.next();
            values_["Port"] = std::to_string(ssh_port_);
        }
    }
}

void QemuMachine::connect() {
    SshTarget target = settings_.target;
    if (settings_.forwards_ssh) {
        target.machine.port = ssh_port_;
    } else {
        target.machine.host = settings_.find_host(*vm_);
        values_["Host"] = target.machine.host;
    }
    const int port = target.machine.port;
    const auto still_there = [this, port](bool, const std::stop_token&) {
        if (!vm_ || vm_->has_ended()) {
            // Nothing that a further attempt would change.
            if (vm_) {
                vm_->require_running();
            }
            throw Error(ErrorKind::command, "the machine is switched off");
        }
        return port;
    };
    try {
        ssh_.emplace(
            std::move(target),
            ssh_patience_of(settings_.communicator),
            values_,
            context_,
            still_there
        );
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::interrupted && vm_) {
            const std::string console = vm_->console_tail();
            context_.say_error(
                console.empty() ? "The machine's serial port said nothing"
                                : "The machine's serial port ends so:\n" + console
            );
        }
        throw;
    }
    settings_.target.host_key = dynamic_cast<SshCommunicator&>(ssh_->communicator()).host_key();
}

std::string QemuMachine::host_key() const {
    return settings_.target.host_key;
}

void QemuMachine::boot(std::vector<VmDisk> disks) {
    disks_ = std::move(disks);
    start({});
    settings_.after_boot(*vm_);
    if (settings_.communicator.communicator != "none") {
        connect();
    }
}

void QemuMachine::boot_on_layers(
    rootfs::LayerCache& cache,
    std::optional<HeldLayer> base,
    LayerRecord base_record,
    std::vector<LayerRecord> last_chain,
    const std::function<std::vector<VmDisk>(const std::filesystem::path&)>& make_disks,
    const std::function<void(const std::filesystem::path&)>& add_files
) {
    cache_ = &cache;
    if (base) {
        const auto key = base->record.facts.find(kHostKeyFact);
        if (key != base->record.facts.end()) {
            settings_.target.host_key = key->second;
        }
        chain_.emplace(std::move(*base), std::move(last_chain), settings_.use_cache);
        return;
    }
    open_.emplace(cache.begin());
    boot(make_disks(open_->tree()));
    const std::string obstacle = vm_->obstacle_to_saving(context_.stop);
    if (!obstacle.empty()) {
        context_.say("No step is kept: " + obstacle);
        return;
    }
    add_files(open_->tree());
    base_record.facts[kHostKeyFact] = host_key();
    chain_.emplace(rootfs::LayerChain::Start{}, std::move(last_chain), settings_.use_cache);
    keep(std::move(base_record));
}

Communicator& QemuMachine::communicator() {
    vm();
    if (!ssh_) {
        connect();
    }
    return ssh_->communicator();
}

Vm& QemuMachine::vm() {
    if (!vm_) {
        resume();
    }
    return *vm_;
}

std::vector<VmDisk> QemuMachine::disks_in(const std::filesystem::path& folder) const {
    std::vector<VmDisk> disks;
    for (std::size_t i = 0; i <= setup_.options.disk_additional_size.size(); ++i) {
        disks.push_back({folder / disk_name(i), "qcow2"});
    }
    return disks;
}

std::vector<VmDisk> QemuMachine::lay_over(
    const std::filesystem::path& folder, const std::vector<VmDisk>& below, bool below_is_there
) {
    std::vector<VmDisk> disks = disks_in(folder);
    for (std::size_t i = 0; i < disks.size(); ++i) {
        // Where the lower disk will be only later, its size must be told.
        const std::string size =
            below_is_there ? "" : std::to_string(tool_.info(disks_[i].file).virtual_bytes) + "b";
        tool_.create_overlay(disks[i].file, below[i].file, below[i].format, size, below_is_there);
    }
    return disks;
}

// The machine as the last layer has it, going on.
void QemuMachine::resume() {
    const std::filesystem::path layer = chain_->top().tree();
    open_.emplace(cache_->begin());
    disks_ = lay_over(open_->tree(), disks_in(layer), true);
    if (!settings_.efi_vars.empty()) {
        std::filesystem::copy_file(
            layer / kEfiVarsName,
            settings_.efi_vars,
            std::filesystem::copy_options::overwrite_existing
        );
    }
    context_.say("Waking the machine as the last kept step left it");
    start(layer / kMemoryFile);
    if (settings_.communicator.communicator != "none") {
        connect();
        set_clock();
    }
}

// Its clock stood still while it was not there; certificates and package lists would look as if
// they came from the future.
void QemuMachine::set_clock() {
    const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                                 context_.effects.clock.wall_now().time_since_epoch()
    )
                                 .count();
    const std::string set = "date -u -s @" + std::to_string(now);
    const sys::ExitStatus status = ssh_->communicator().run(
        "{ [ \"$(id -u)\" = 0 ] && " + set + "; } || sudo -n " + set,
        [](sys::OutputStream, std::string_view) {},
        context_.stop
    );
    if (!status.ok()) {
        context_.warn(
            "The machine's clock stands where it was kept: the user may not set it (sudo -n date)"
        );
    }
}

// The disks first: from there on nothing changes them, and the memory that is written after belongs
// to that very moment. What the machine then goes on writing is the next layer's.
void QemuMachine::keep(LayerRecord record) {
    record.id = rootfs::new_layer_id(record.key);
    PartialLayer next = cache_->begin();
    const std::filesystem::path kept = cache_->place_of(record.id);
    const std::vector<VmDisk> over = lay_over(next.tree(), disks_in(kept), false);
    vm_->freeze_disks(disks_, over, context_.stop);
    vm_->save_memory(open_->tree() / kMemoryFile, context_);
    if (!settings_.efi_vars.empty()) {
        std::filesystem::copy_file(settings_.efi_vars, open_->tree() / kEfiVarsName);
    }
    PartialLayer done = std::move(*open_);
    open_.reset();
    open_.emplace(std::move(next));
    disks_ = over;
    chain_->push(cache_->publish(std::move(done), std::move(record)));
    vm_->go_on(context_.stop);
}

StepLayers::Verdict QemuMachine::reuse(
    const std::string& step_name, const std::vector<StepInput>& inputs
) {
    Verdict verdict = chain_->reuse(*cache_, step_name, inputs);
    if (verdict.reused) {
        switch_off();  // it is of an earlier layer, if it runs
        open_.reset();
    }
    return verdict;
}

void QemuMachine::begin(const std::string& step_name, const std::vector<StepInput>& inputs) {
    record_ = chain_->next_record(step_name, inputs);
}

void QemuMachine::commit() {
    vm();
    vm_->require_running();
    LayerRecord record = std::move(*record_);
    record_.reset();
    keep(std::move(record));
}

void QemuMachine::abandon() noexcept {
    record_.reset();
    switch_off();
    open_.reset();
}

std::vector<LayerRecord> QemuMachine::layer_records() const {
    return chain_ ? chain_->records() : std::vector<LayerRecord>{};
}

}  // namespace kiln::exec::qemu
