#include "execute/builder/qemu/vm.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"
#include "sys/process_identity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::exec::qemu {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kControlLook{20};
constexpr std::chrono::seconds kUntilControl{60};

/// QEMU's own words for a port that somebody else has.
bool says_port_is_taken(const std::string& words) {
    return words.find("Could not set up host forwarding rule") != std::string::npos ||
           words.find("Address already in use") != std::string::npos ||
           words.find("Failed to find an available port") != std::string::npos;
}

sys::Command background_command(std::vector<std::string> argv, const BuildContext& context) {
    sys::Command command{.argv = std::move(argv), .environment = sys::tool_environment()};
    // Where its window goes, when there is one.
    for (const char* name :
         {"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE"}) {
        const auto found = context.effects.environment.find(name);
        if (found != context.effects.environment.end()) {
            command.environment[name] = found->second;
        }
    }
    return command;
}

JournalEntry journal_process(pid_t pid, const BuildContext& context) {
    const std::optional<sys::ProcessIdentity> identity = sys::identify_process(pid);
    return identity
               ? JournalEntry(context.effects.journal, ResourceKind::process, to_string(*identity))
               : JournalEntry();
}

}  // namespace

std::unique_ptr<Vm> Vm::try_start(
    const VmSetup& setup,
    const std::vector<VmDisk>& disks,
    int ssh_port,
    int vnc_port,
    const std::filesystem::path& memory,
    const BuildContext& context
) {
    VmParts parts = setup.parts;
    parts.disks = disks;
    parts.ssh_host_port = ssh_port;
    parts.vnc_port = vnc_port;
    std::vector<std::string> argv = {setup.options.qemu_binary};
    for (std::string& word :
         qemu_arguments(setup.options, parts, setup.render_arguments(ssh_port))) {
        argv.push_back(std::move(word));
    }
    if (!memory.empty()) {
        argv.insert(argv.end(), {"-incoming", "exec:cat " + shell_quote(memory.string())});
    }
    std::unique_ptr<Vm> vm(new Vm);
    vm->ssh_port_ = ssh_port;
    vm->vnc_port_ = vnc_port;
    context.effects.files.remove_file(parts.own_qmp);
    vm->start_tpm(setup, context);
    sys::Command command = background_command(std::move(argv), context);
    command.debian_package = "qemu-system-x86";
    vm->qemu_ = std::make_unique<BackgroundProcess>(context.effects.processes, std::move(command));
    vm->connect_control(setup, context);
    if (vm->has_ended()) {
        const std::string words = vm->last_words();
        if (says_port_is_taken(words)) {
            return nullptr;
        }
        throw Error(ErrorKind::command, "QEMU ended at its start: " + words);
    }
    vm->journal_ = journal_process(vm->control_->process(), context);
    if (setup.options.vnc_use_password && vnc_port != 0) {
        const json password = {{"protocol", "vnc"}, {"password", setup.vnc_password.reveal()}};
        vm->control_->ask("set_password", password.dump(), context.stop);
    }
    if (!memory.empty()) {
        vm->go_on(context.stop);
    }
    return vm;
}

Vm::~Vm() {
    control_.reset();
    if (qemu_) {
        qemu_->end();
    }
    if (tpm_) {
        tpm_->end();
    }
    try {
        journal_.release();
        tpm_journal_.release();
    } catch (const Error&) {
        // The processes are gone; sweep finds that out.
    }
}

void Vm::start_tpm(const VmSetup& setup, const BuildContext& context) {
    const std::filesystem::path& socket = setup.parts.tpm_socket;
    if (socket.empty()) {
        return;
    }
    sys::FileSystem& files = context.effects.files;
    files.remove_file(socket);
    files.make_directories(setup.folder / "tpm", 0700);
    std::vector<std::string> argv = {
        "swtpm",
        "socket",
        "--tpmstate",
        "dir=" + (setup.folder / "tpm").string(),
        "--ctrl",
        "type=unixio,path=" + socket.string()};
    if (!setup.options.firmware_options.use_tpm1) {
        argv.emplace_back("--tpm2");
    }
    sys::Command command = background_command(std::move(argv), context);
    command.debian_package = "swtpm";
    tpm_ = std::make_unique<BackgroundProcess>(context.effects.processes, std::move(command));
    const auto deadline = context.effects.clock.steady_now() + kUntilControl;
    while (!files.status(socket)) {
        if (tpm_->has_ended() || context.effects.clock.steady_now() > deadline) {
            throw Error(ErrorKind::command, "swtpm does not start: " + tpm_->last_words());
        }
        context.effects.clock.sleep_for(kControlLook, context.stop);
        throw_if_stopped(context.stop);
    }
}

void Vm::connect_control(const VmSetup& setup, const BuildContext& context) {
    sys::Clock& clock = context.effects.clock;
    const auto deadline = clock.steady_now() + kUntilControl;
    while (!has_ended()) {
        sys::UniqueFd fd = connect_to_path(setup.parts.own_qmp);
        if (fd) {
            try {
                control_.emplace(std::move(fd), context.stop);
                return;
            } catch (const Error& error) {
                // It may have bound its socket before it saw that a port is taken.
                if (error.kind() != ErrorKind::network) {
                    throw;
                }
            }
        }
        if (clock.steady_now() > deadline) {
            throw Error(ErrorKind::timeout, "QEMU opens no control socket: " + last_words());
        }
        clock.sleep_for(kControlLook, context.stop);
        throw_if_stopped(context.stop);
    }
}

std::string Vm::last_words() {
    const std::string words = qemu_->last_words();
    return words.empty() ? "it said nothing" : words;
}

void Vm::require_running() {
    if (has_ended()) {
        throw Error(ErrorKind::command, "the machine has ended by itself: " + last_words());
    }
}

bool Vm::wait_for_end(std::chrono::nanoseconds patience, const BuildContext& context) {
    constexpr milliseconds kBetweenLooks{100};
    sys::Clock& clock = context.effects.clock;
    const auto deadline = clock.steady_now() + patience;
    while (!has_ended()) {
        if (clock.steady_now() >= deadline) {
            return false;
        }
        clock.sleep_for(kBetweenLooks, context.stop);
        throw_if_stopped(context.stop);
    }
    return true;
}

void Vm::press_power_button() {
    control_->ask("system_powerdown", "", {});
}

std::string Vm::console_tail() {
    constexpr std::size_t kLines = 20;
    if (has_ended()) {
        return "";
    }
    try {
        const json question = {{"device", kSerialId}, {"size", 65536}};
        const std::string text =
            json::parse(control_->ask("ringbuf-read", question.dump(), {})).get<std::string>();
        std::vector<std::string> lines = split(trim(text), '\n');
        lines.erase(
            lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(kLines, lines.size()))
        );
        return to_valid_utf8(join(lines, "\n"));
    } catch (const std::exception&) {
        return "";  // the error that led here is the one that counts
    }
}

std::string Vm::obstacle_to_saving(const std::stop_token& stop) {
    const json state = json::parse(control_->ask("query-migrate", "", stop));
    return state.contains("blocked-reasons") && !state["blocked-reasons"].empty()
               ? state["blocked-reasons"][0].get<std::string>()
               : "";
}

void Vm::freeze_disks(
    const std::vector<VmDisk>& now, const std::vector<VmDisk>& next, const std::stop_token& stop
) {
    control_->ask("stop", "", stop);
    find_devices(now, stop);
    ++frozen_;
    for (std::size_t i = 0; i < next.size(); ++i) {
        const json snapshot = {
            {"device", devices_[i]},
            {"snapshot-file", next[i].file.string()},
            {"format", next[i].format},
            {"mode", "existing"},
            {"snapshot-node-name", "kiln-" + std::to_string(frozen_) + "-" + std::to_string(i)}};
        control_->ask("blockdev-snapshot-sync", snapshot.dump(), stop);
    }
}

// Once: later the file of a disk is not called by its name alone any more.
void Vm::find_devices(const std::vector<VmDisk>& disks, const std::stop_token& stop) {
    if (!devices_.empty()) {
        return;
    }
    const json blocks = json::parse(control_->ask("query-block", "", stop));
    for (const VmDisk& disk : disks) {
        const auto found = std::find_if(blocks.begin(), blocks.end(), [&](const json& block) {
            return block.contains("inserted") &&
                   block["inserted"].value("file", "") == disk.file.string();
        });
        if (found == blocks.end()) {
            throw Error(ErrorKind::command, "QEMU does not know the disk " + disk.file.string());
        }
        devices_.push_back(found->value("device", ""));
    }
}

void Vm::save_memory(const std::filesystem::path& file, const BuildContext& context) {
    // The machine is halted: nothing is to be spared.
    control_->ask(
        "migrate-set-parameters",
        json{{"max-bandwidth", std::int64_t{1} << 40}}.dump(),
        context.stop
    );
    const std::string quoted = shell_quote(file.string());
    const json where = {{"uri", "exec:umask 077; exec cat > " + quoted}};
    control_->ask("migrate", where.dump(), context.stop);
    while (true) {
        const json state = json::parse(control_->ask("query-migrate", "", context.stop));
        const std::string status = state.value("status", "");
        if (status == "completed") {
            return;
        }
        if (status == "failed" || status == "cancelled") {
            throw Error(
                ErrorKind::io,
                "the machine's memory can not be written to " + file.string() + ": " +
                    state.value("error-desc", "no reason given")
            )
                .set_hint("is the disk of the cache full? XDG_CACHE_HOME leads to another one");
        }
        context.effects.clock.sleep_for(kControlLook, context.stop);
        throw_if_stopped(context.stop);
    }
}

void Vm::go_on(const std::stop_token& stop) {
    // Until a state that is read has arrived, it can not.
    while (true) {
        require_running();
        const json state = json::parse(control_->ask("query-status", "", stop));
        if (state.value("status", "") != "inmigrate") {
            break;
        }
        std::this_thread::sleep_for(kControlLook);
        throw_if_stopped(stop);
    }
    control_->ask("cont", "", stop);
}

}  // namespace kiln::exec::qemu
