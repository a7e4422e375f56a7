#include "execute/builder/rootfs/rootfs_builder.hpp"

#include "artifact/digest_memo.hpp"
#include "base/digest.hpp"
#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/rootfs/base_layers.hpp"
#include "execute/builder/rootfs/boot_loader.hpp"
#include "execute/builder/rootfs/cache_contents.hpp"
#include "execute/builder/rootfs/disk_images.hpp"
#include "execute/builder/rootfs/finishing.hpp"
#include "execute/builder/rootfs/host_check.hpp"
#include "execute/builder/rootfs/image_files.hpp"
#include "execute/builder/rootfs/package_inputs.hpp"
#include "execute/builder/rootfs/rootfs_machine.hpp"
#include "execute/builder/rootfs/system_files.hpp"
#include "execute/builder/rootfs/system_layer.hpp"
#include "sys/file_system.hpp"

#include <cstdlib>
#include <utility>

namespace kiln::exec {

namespace {

using namespace rootfs;

class RootfsBuilder final : public Builder {
public:
    explicit RootfsBuilder(plan::RootfsOptions options) : options_(std::move(options)) {}

    void check(BuildContext& context) override;
    std::unique_ptr<Machine> start(BuildContext& context) override;
    std::optional<artifact::Artifact> capture(BuildContext& context, Machine& machine) override;
    void discard(BuildContext& context) noexcept override;

private:
    ImagePlace place(const BuildContext& context) const;
    BootTarget boot_target(const disk::DiskOptions& disks) const;
    std::string who(const BuildContext& context) const;
    DiskRequest disk_request(const RootfsMachine& machine, std::size_t step_end) const;

    plan::RootfsOptions options_;
    std::string architecture_;
    std::vector<AptSource> sources_;
    std::optional<LayerCache> cache_;
    disk::DiskOptions disks_;
    std::optional<ImageFiles> images_;
};

// The last build of the same name that wrote to the same place is the one to compare with.
std::string RootfsBuilder::who(const BuildContext& context) const {
    const ImagePlace where = place(context);
    return std::filesystem::absolute(where.directory / where.name).lexically_normal().string() +
           "\n" + context.build.name;
}

ImagePlace RootfsBuilder::place(const BuildContext& context) const {
    ImagePlace place;
    place.directory = options_.output_directory.empty() ? "output-" + context.build.source_name
                                                        : options_.output_directory;
    place.name = options_.image_name.value_or(context.build.source_name);
    place.formats = options_.formats;
    for (const plan::RootfsDisk& disk : options_.extra_disks) {
        place.extra_disks.push_back(disk.name);
    }
    return place;
}

BootTarget RootfsBuilder::boot_target(const disk::DiskOptions& disks) const {
    return {disk::root_uuid(disks), options_.filesystem, architecture_};
}

void RootfsBuilder::check(BuildContext& context) {
    check_host(options_, context);
    architecture_ = options_.architecture.value_or(host_architecture());
    sources_ = apt_sources(options_, context);
    source_date_epoch(context.effects.environment);
    cache_limit(context.effects.environment);
    images_.emplace(context.effects, place(context));
    if (!context.options.force) {
        images_->check_free();
    }
}

std::unique_ptr<Machine> RootfsBuilder::start(BuildContext& context) {
    cache_.emplace(context.effects.files, context.effects.journal, context.effects.cache_directory);
    const std::vector<LayerRecord> last = cache_->last_chain(who(context));
    HeldLayer base = bootstrap_layer(
        {options_, architecture_, sources_, source_date_epoch(context.effects.environment)},
        *cache_,
        last,
        context
    );
    const std::int64_t epoch = std::strtoll(base.record.facts[kEpochFact].c_str(), nullptr, 10);
    // Two images of different names or host names are told apart by their UUIDs.
    const std::string seed =
        sha256_hex(place(context).name + "\n" + options_.hostname + "\n" + architecture_);
    disks_ = disk_options(options_, architecture_, seed, epoch);

    RootfsMachine::Settings settings;
    settings.use_cache = context.options.use_cache;
    settings.hostname = options_.hostname;
    settings.last_chain = last;
    settings.build_values = {
        {"ID", place(context).name},
        {"ConnType", "rootfs"},
        {"Host", options_.hostname},
        {"User", "root"}};
    if (options_.bootloader == "grub") {
        settings.stand_ins["/usr/sbin/grub-probe"] = grub_probe_stand_in(boot_target(disks_));
    }
    if (!kernel_package(options_).empty()) {
        settings.stand_ins["/usr/sbin/update-initramfs"] = kUpdateInitramfsStandIn;
    }
    std::vector<HeldLayer> chain;
    chain.push_back(std::move(base));
    auto machine = std::make_unique<RootfsMachine>(*cache_, std::move(chain), std::move(settings));
    add_system_layer(*machine, {options_, disks_, boot_target(disks_), epoch}, context);
    return machine;
}

DiskRequest RootfsBuilder::disk_request(const RootfsMachine& machine, std::size_t step_end) const {
    DiskRequest request;
    request.disks = disks_;
    request.chain = machine.chain();
    // All but the last step: that is the one people change and build again.
    const bool has_steps = step_end > kSystemLayer + 1;
    request.stable_layers = has_steps ? step_end - 1 : 0;
    if (options_.bootloader == "grub") {
        const BootImages images = boot_images(boot_target(disks_));
        request.esp_files = {{images.efi_on_esp, read_from_chain(request.chain, images.efi)}};
        if (!images.bios_core.empty()) {
            request.bios_boot = disk::BiosBoot{
                read_from_chain(request.chain, images.bios_boot),
                read_from_chain(request.chain, images.bios_core)};
        }
    }
    return request;
}

std::optional<artifact::Artifact> RootfsBuilder::capture(BuildContext& context, Machine& machine) {
    auto& tree = dynamic_cast<RootfsMachine&>(machine);
    tree.close();
    const std::size_t step_end = tree.chain().size();
    FinishRequest finish;
    finish.has_initramfs = !kernel_package(options_).empty();
    finish.has_grub = options_.bootloader == "grub";
    finish.epoch = disks_.source_date_epoch;
    if (finish.has_grub) {
        finish.grub_stand_ins["/usr/sbin/grub-probe"] = grub_probe_stand_in(boot_target(disks_));
    }
    finish_tree(tree, finish, context);

    std::vector<LayerRecord> records;
    for (const HeldLayer& layer : tree.chain()) {
        records.push_back(layer.record);
    }
    const DiskRequest request = disk_request(tree, step_end);
    images_->write(request, *cache_, context);
    cache_->remember_chain(who(context), records);

    artifact::Artifact artifact;
    artifact.builder_id = "kiln.rootfs";
    artifact.builder_type = "rootfs";
    artifact.build_name = context.build.name;
    artifact.id = place(context).name;
    artifact.files = images_->paths();
    artifact.text = images_->describe();
    artifact.digests =
        std::make_shared<artifact::DigestMemo>(context.effects.cache_directory / "digests");
    artifact.state = {
        {"root_uuid", disk::root_uuid(disks_)},
        {"kernel", records[kBootstrapLayer].facts[kKernelFact]},
        {"packages", records[kBootstrapLayer].facts[kPackageCountFact]},
        {"source_date_epoch", std::to_string(disks_.source_date_epoch)},
        {"layers", [&] {
             std::vector<std::string> ids;
             for (const LayerRecord& record : records) {
                 ids.push_back(record.id);
             }
             return join(ids, ",");
         }()}};
    artifact.sizes = images_->sizes();
    if (images_->makes_disks()) {
        artifact.state["disk_size"] = std::to_string(layout_of(request).size_bytes);
    }
    if (context.inputs) {
        add_package_inputs(
            *context.inputs,
            {options_.distribution, sources_, disks_.source_date_epoch},
            tree.chain()
        );
    }
    tree.close();
    shrink_cache(
        context.effects.files,
        context.effects.cache_directory,
        cache_limit(context.effects.environment)
    );
    return artifact;
}

void RootfsBuilder::discard(BuildContext& context) noexcept {
    if (images_) {
        images_->discard(context);
    }
}

}  // namespace

std::unique_ptr<Builder> make_rootfs_builder(plan::RootfsOptions options) {
    return std::make_unique<RootfsBuilder>(std::move(options));
}

}  // namespace kiln::exec
