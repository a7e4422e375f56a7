#include "execute/builder/qemu/qemu_builder.hpp"

#include "artifact/digest_memo.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "contents/open_image.hpp"
#include "contents/sizes.hpp"
#include "execute/builder/no_machine.hpp"
#include "execute/builder/qemu/base_inputs.hpp"
#include "execute/builder/qemu/boot_keys.hpp"
#include "execute/builder/qemu/firmware.hpp"
#include "execute/builder/qemu/guest_address.hpp"
#include "execute/builder/qemu/guest_values.hpp"
#include "execute/builder/qemu/halt.hpp"
#include "execute/builder/qemu/host_facts.hpp"
#include "execute/builder/qemu/http_server.hpp"
#include "execute/builder/qemu/machine_media.hpp"
#include "execute/builder/qemu/media.hpp"
#include "execute/builder/qemu/qemu_machine.hpp"
#include "execute/builder/qemu/source_image.hpp"
#include "execute/builder/qemu/temporary_key.hpp"
#include "execute/builder/qemu/vm_disks.hpp"
#include "execute/builder/rootfs/cache_contents.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <utility>

namespace kiln::exec {

namespace {

using namespace qemu;

// QEMU's user networking shows the guest this host, and there its loopback address, so.
constexpr const char* kHostSeenByGuest = "10.0.2.2";
constexpr const char* kLoopbackAddress = "127.0.0.1";

class QemuBuilder final : public Builder {
public:
    explicit QemuBuilder(plan::QemuOptions options) : options_(std::move(options)) {}

    void check(BuildContext& context) override;
    std::unique_ptr<Machine> start(BuildContext& context) override;
    std::optional<artifact::Artifact> capture(BuildContext& context, Machine& machine) override;
    void discard(BuildContext& context) noexcept override;

private:
    OutputPlace place(const BuildContext& context) const;
    bool has_screen() const { return !options_.boot.disable_vnc; }
    bool forwards_ssh() const {
        return options_.communicator.communicator != "none" && !options_.skip_nat_mapping &&
               !options_.net_bridge;
    }

    void make_folders(BuildContext& context);
    void make_key(BuildContext& context, const std::optional<rootfs::HeldLayer>& base);
    void start_http(BuildContext& context);
    VmParts neutral_parts() const;
    rootfs::LayerRecord base_record(BuildContext& context) const;
    std::unique_ptr<QemuMachine> make_machine(BuildContext& context);
    std::vector<std::filesystem::path> output_files(const BuildContext& context) const;
    std::string who(const BuildContext& context) const;
    DiskTool disk_tool(const BuildContext& context) const {
        return DiskTool(
            context.effects.processes,
            options_.qemu_img_args.value_or(plan::QemuImgOptions{}),
            context.stop
        );
    }

    plan::QemuOptions options_;
    HostFacts host_;
    std::optional<SourceImage> source_;
    std::string source_format_;
    std::filesystem::path folder_;  ///< of this build's sockets, CD and so on; "" before
    JournalEntry folder_entry_;
    bool made_output_ = false;
    JournalEntry output_entry_;
    std::optional<SshKeyPair> key_;
    std::optional<HttpServer> http_;
    GuestValues values_;
    std::optional<VmSetup> setup_;
    std::optional<rootfs::LayerCache> cache_;
};

OutputPlace QemuBuilder::place(const BuildContext& context) const {
    return {
        options_.output_directory.value_or("output-" + context.build.source_name),
        options_.vm_name.value_or("packer-" + context.build.source_name)};
}

std::string QemuBuilder::who(const BuildContext& context) const {
    return "qemu\n" +
           std::filesystem::absolute(place(context).disk(0)).lexically_normal().string() + "\n" +
           context.build.name;
}

void QemuBuilder::check(BuildContext& context) {
    rootfs::cache_limit(context.effects.environment);
    host_ = check_host(options_, context);
    const OutputPlace where = place(context);
    if (!context.options.force && context.effects.files.status(where.directory)) {
        throw Error(
            ErrorKind::exists,
            "output directory " + where.directory.string() + " exists already",
            context.build.builder.options.range_of("output_directory")
        )
            .set_hint("use -force to remove it first, or another output_directory");
    }
    if (where.vm_name.empty() || where.vm_name.find('/') != std::string::npos) {
        throw Error(
            ErrorKind::input,
            "vm_name \"" + where.vm_name + "\" is no file name",
            context.build.builder.options.range_of("vm_name")
        );
    }
    check_firmware(options_.firmware_options, context);
}

void QemuBuilder::make_folders(BuildContext& context) {
    sys::FileSystem& files = context.effects.files;
    const OutputPlace where = place(context);
    if (context.options.force && files.status(where.directory)) {
        context.say("Deleting previous output directory...");
        files.remove_tree(where.directory);
    }
    output_entry_ = JournalEntry(
        context.effects.journal,
        ResourceKind::directory,
        std::filesystem::absolute(where.directory).lexically_normal().string()
    );
    made_output_ = true;
    files.make_directories(where.directory);
    // Short: the name of a socket has 107 bytes.
    folder_ = context.effects.temp_directory / ("kiln-vm-" + rootfs::random_name());
    folder_entry_ =
        JournalEntry(context.effects.journal, ResourceKind::directory, folder_.string());
    files.make_directories(folder_, 0700);
}

// The key of a machine that is woken is the one that it knows.
void QemuBuilder::make_key(BuildContext& context, const std::optional<rootfs::HeldLayer>& base) {
    if (!wants_temporary_key(options_.communicator)) {
        return;
    }
    if (base) {
        key_ = kept_key(base->tree(), context);
    } else {
        context.say("Creating temporary ED25519 SSH key for instance...");
        key_ = make_ssh_key_pair();
    }
    values_.ssh_public_key = authorized_line(*key_);
}

void QemuBuilder::start_http(BuildContext& context) {
    values_.name = place(context).vm_name;
    values_.output_directory = place(context).directory.string();
    values_.http_directory = options_.http.http_directory.value_or("");
    values_.http_ip = options_.net_bridge ? address_of_interface(*options_.net_bridge)
                                          : std::string(kHostSeenByGuest);
    if (!options_.http.http_directory && options_.http.http_content.empty()) {
        return;
    }
    std::string address = options_.net_bridge ? "0.0.0.0" : kLoopbackAddress;
    if (options_.http.http_interface) {
        address = address_of_interface(*options_.http.http_interface);
    }
    address = options_.http.http_bind_address.value_or(address);
    HttpContent content;
    if (options_.http.http_directory) {
        content.folder = std::filesystem::absolute(*options_.http.http_directory);
    }
    for (auto& [path, text] :
         render_texts("http_content", options_.http.http_content, values_, context)) {
        content.texts[path.starts_with('/') ? path : "/" + path] = text;
    }
    http_.emplace(
        std::move(content), address, options_.http.http_port_min, options_.http.http_port_max
    );
    values_.http_port = http_->port();
    context.say("Starting HTTP server on port " + std::to_string(http_->port()));
}

/// As the machine's arguments are in every build.
VmParts QemuBuilder::neutral_parts() const {
    VmParts parts;
    parts.name = values_.name;
    parts.accelerator = host_.accelerator.name;
    parts.efi_code = efi_code(options_.firmware_options);
    return parts;
}

rootfs::LayerRecord QemuBuilder::base_record(BuildContext& context) const {
    GuestValues neutral = values_;
    neutral.ssh_public_key.clear();
    neutral.http_port = 0;
    neutral.output_directory.clear();
    const plan::MediaOptions& media = options_.media;
    std::vector<std::string> served;
    if (options_.http.http_directory) {
        served.push_back(*options_.http.http_directory + "/");
    }
    rootfs::LayerRecord record;
    record.step = "boot";
    record.inputs = rootfs::digested(base_inputs(
        {.options = options_,
         .source_file = source_->file.string(),
         .source_digest = source_->digest,
         .qemu_version = host_.version,
         .parts = neutral_parts(),
         .qemuargs = render_qemuargs(options_, neutral, 0, context),
         .boot_steps = render_boot_steps(options_.boot, neutral, context),
         .cd = gather_media(
             media.cd_files, render_texts("cd_content", media.cd_content, neutral, context)
         ),
         .floppy = gather_media(
             floppy_paths(media),
             render_texts("floppy_content", media.floppy_content, neutral, context)
         ),
         .http = gather_media(
             served, render_texts("http_content", options_.http.http_content, neutral, context)
         )}
    ));
    record.key = rootfs::layer_key(record.parent, record.step, record.inputs);
    return record;
}

std::unique_ptr<Machine> QemuBuilder::start(BuildContext& context) {
    for (const std::string& note : {host_.accelerator.note, host_.display_note}) {
        if (!note.empty()) {
            context.say(note);
        }
    }
    source_ = fetch_source(options_.iso, context);
    if (context.inputs) {
        const std::string address = public_address(source_->url);
        context.inputs->add(
            {.name = base_name(address), .uri = address, .digests = {{"sha256", source_->digest}}}
        );
    }
    const DiskTool tool = disk_tool(context);
    if (options_.disk_image) {
        source_format_ = check_source_disk(*source_, options_, tool);
    }
    values_.name = place(context).vm_name;
    values_.http_ip = options_.net_bridge ? address_of_interface(*options_.net_bridge)
                                          : std::string(kHostSeenByGuest);
    const std::string no_layers = obstacle_to_layers(options_);
    std::optional<rootfs::LayerRecord> record;
    std::optional<rootfs::HeldLayer> base;
    std::vector<rootfs::LayerRecord> last;
    if (no_layers.empty()) {
        cache_.emplace(
            context.effects.files, context.effects.journal, context.effects.cache_directory
        );
        last = cache_->last_chain(who(context));
        record = base_record(context);
        if (context.options.use_cache) {
            base = cache_->find(record->key);
        }
    }
    make_folders(context);
    make_key(context, base);
    start_http(context);
    std::unique_ptr<QemuMachine> machine = make_machine(context);
    if (!no_layers.empty()) {
        machine->boot(
            make_output_disks(*source_, source_format_, options_, place(context), tool, context)
        );
        return machine;
    }
    if (base) {
        context.say("The machine that was booted before is cached");
    } else if (!last.empty() && context.options.use_cache) {
        const std::string change = rootfs::describe_change(last.front().inputs, record->inputs);
        context.say("Booting anew: " + (change.empty() ? "not cached any more" : change));
    }
    machine->boot_on_layers(
        *cache_,
        std::move(base),
        std::move(*record),
        std::move(last),
        [&](const std::filesystem::path& folder) {
            return make_layer_disks(*source_, source_format_, options_, folder, tool);
        },
        [&](const std::filesystem::path& folder) {
            if (key_) {
                keep_key(*key_, folder, context);
            }
        }
    );
    return machine;
}

std::unique_ptr<QemuMachine> QemuBuilder::make_machine(BuildContext& context) {
    setup_.emplace(VmSetup{
        .options = options_,
        .parts = neutral_parts(),
        .folder = folder_,
        .vnc_password = Secret(options_.vnc_password.value_or("")),
        .render_arguments = [this, context](int ssh_host_port) {
            return render_qemuargs(options_, values_, ssh_host_port, context);
        }});
    if (options_.vnc_use_password && setup_->vnc_password.empty()) {
        setup_->vnc_password = Secret(rootfs::random_name().substr(0, 8));
    }
    VmParts& parts = setup_->parts;
    parts.display = host_.display;
    parts.own_qmp = folder_ / "qmp";
    if (options_.qmp_enable) {
        parts.user_qmp = options_.qmp_socket_path.value_or(
            (std::filesystem::absolute(place(context).directory) / (values_.name + ".monitor"))
                .string()
        );
    }
    if (options_.net_bridge) {
        const std::string random = rootfs::random_name();
        parts.mac = "52:54:00:" + random.substr(0, 2) + ":" + random.substr(2, 2) + ":" +
                    random.substr(4, 2);
    }
    if (!options_.disk_image) {
        parts.cdroms.push_back(source_->file);
    }
    make_media(options_, values_, folder_, parts, context);
    parts.efi_vars = make_efi_vars(
        options_.firmware_options, std::filesystem::absolute(place(context).directory), context
    );
    if (options_.firmware_options.vtpm) {
        parts.tpm_socket = folder_ / "tpm.sock";
    }

    const plan::SshOptions& ssh = options_.communicator.ssh;
    const std::string host = forwards_ssh() ? kLoopbackAddress : ssh.ssh_host.value_or("");
    QemuMachine::Settings settings;
    settings.communicator = options_.communicator;
    settings.target =
        ssh_target_of(ssh, host, static_cast<int>(ssh.ssh_port), ssh_user_of(context));
    if (key_) {
        settings.target.machine.private_key = key_->private_key;
    }
    settings.build_values =
        options_.communicator.communicator == "none"
            ? std::map<std::string, std::string>{{"ConnType", "none"}, {"ID", "VM"}}
            : ssh_build_values(ssh, host, static_cast<int>(ssh.ssh_port), "VM");
    settings.build_values["SSHPublicKey"] = values_.ssh_public_key;
    if (http_) {
        settings.build_values["PackerHTTPIP"] = values_.http_ip;
        settings.build_values["PackerHTTPPort"] = std::to_string(values_.http_port);
        settings.build_values["PackerHTTPAddr"] =
            values_.http_ip + ":" + std::to_string(values_.http_port);
    }
    settings.forwards_ssh = forwards_ssh();
    settings.has_screen = has_screen();
    settings.after_boot = [this, context](Vm& vm) {
        type_boot_command(options_, values_, setup_->vnc_password, vm, context);
    };
    settings.find_host = [this, context](Vm& vm) {
        return wait_for_address(options_, setup_->parts.mac, vm, context);
    };
    settings.efi_vars = parts.efi_vars;
    settings.use_cache = context.options.use_cache;
    return std::make_unique<QemuMachine>(
        *setup_,
        std::move(settings),
        PortRange("host_port_min to host_port_max", options_.host_port_min, options_.host_port_max),
        PortRange("vnc_port_min to vnc_port_max", options_.vnc_port_min, options_.vnc_port_max),
        context
    );
}

std::vector<std::filesystem::path> QemuBuilder::output_files(const BuildContext& context) const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(place(context).directory)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// What its files take, for the report's picture; "" where nobody can tell without a copy of it: of
/// a Windows, of an encrypted disk.
std::string sizes_of(const std::filesystem::path& disk, const BuildContext& context) {
    const contents::ReadDoors doors{
        context.effects.processes, context.effects.temp_directory, context.stop, /*in_place=*/true};
    try {
        contents::ImageTree tree = contents::open_image(disk, doors);
        return contents::sizes_json(tree, doors);
    } catch (const Error&) {
        throw_if_stopped(context.stop);
        return "";
    }
}

std::optional<artifact::Artifact> QemuBuilder::capture(BuildContext& context, Machine& machine) {
    auto& vm = dynamic_cast<QemuMachine&>(machine);
    const OutputPlace where = place(context);
    if (key_) {
        remove_temporary_key(*key_, vm, context);
    }
    halt(vm, options_, context);
    vm.switch_off();
    finish_disks(
        vm.disks(), *source_, source_format_, options_, where, disk_tool(context), context
    );
    if (options_.firmware_options.efi_boot && options_.firmware_options.efi_drop_efivars) {
        context.effects.files.remove_file(setup_->parts.efi_vars);
    }
    if (cache_) {
        cache_->remember_chain(who(context), vm.layer_records());
    }
    artifact::Artifact artifact;
    // The ids and the text are Packer's: scripts look for them.
    artifact.builder_id = "transcend.qemu";
    artifact.builder_type = "qemu";
    artifact.build_name = context.build.name;
    artifact.id = "VM";
    artifact.text = "VM files in directory: " + where.directory.string();
    artifact.files = output_files(context);
    artifact.sizes = sizes_of(where.disk(0), context);
    artifact.digests =
        std::make_shared<artifact::DigestMemo>(context.effects.cache_directory / "digests");
    artifact.state = {
        {"diskName", where.vm_name},
        {"diskType", options_.format},
        {"diskSize", with_unit(options_.disk_size)},
        {"domainType", host_.accelerator.name}};
    output_entry_.release();
    made_output_ = false;
    discard(context);
    if (cache_) {
        rootfs::shrink_cache(
            context.effects.files,
            context.effects.cache_directory,
            rootfs::cache_limit(context.effects.environment)
        );
    }
    return artifact;
}

void QemuBuilder::discard(BuildContext& context) noexcept {
    http_.reset();
    try {
        if (!folder_.empty()) {
            context.effects.files.remove_tree(folder_);
            folder_entry_.release();
            folder_.clear();
        }
        if (made_output_) {
            context.say("Deleting output directory...");
            context.effects.files.remove_tree(place(context).directory);
            output_entry_.release();
            made_output_ = false;
        }
    } catch (const std::exception& error) {
        context.warn(std::string("Something of the build may be left: ") + error.what());
    }
}

}  // namespace

std::unique_ptr<Builder> make_qemu_builder(plan::QemuOptions options) {
    return std::make_unique<QemuBuilder>(std::move(options));
}

}  // namespace kiln::exec
