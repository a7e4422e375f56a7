#include "execute/builder/rootfs/base_layers.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "execute/builder/rootfs/apt_packages.hpp"
#include "execute/builder/rootfs/bootstrap.hpp"
#include "execute/builder/rootfs/system_files.hpp"
#include "sys/file_lock.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec::rootfs {

namespace {

// An archive of half this size unpacks to it: below it no bootstrap was ever seen to fit.
constexpr std::int64_t kLeastFreeBytes = 400 * kMiB;

PackageRequest package_request(const BaseRequest& request) {
    return {
        .sources = request.sources,
        .suite = request.options.suite,
        .architecture = request.architecture,
        .packages = wanted_packages(request.options),
        .recommends = request.options.include_recommends};
}

std::string reason_for_bootstrap(
    const std::vector<LayerRecord>& last, const LayerRecord& record, bool use_cache
) {
    if (!use_cache) {
        return "-no-cache";
    }
    if (last.empty()) {
        return "not cached yet";
    }
    const std::string change = describe_change(last[0].inputs, record.inputs);
    return change.empty() ? "not cached any more" : change;
}

void check_space(const BuildContext& context) {
    const std::int64_t free = context.effects.files.free_bytes(context.effects.cache_directory);
    if (free < kLeastFreeBytes) {
        throw Error(
            ErrorKind::no_space,
            "No space left on device: " + context.effects.cache_directory.string() + " has " +
                format_bytes(free) + " free, and a tree of packages needs " +
                format_bytes(kLeastFreeBytes) + " at the very least"
        );
    }
}

}  // namespace

std::vector<StepInput> bootstrap_inputs(const BaseRequest& request) {
    const plan::RootfsOptions& options = request.options;
    std::vector<StepInput> inputs = {
        {"distribution", options.distribution},
        {"suite", options.suite},
        {"architecture", request.architecture},
        {"sources", render_deb822(request.sources)},
        {"include_recommends", options.include_recommends ? "true" : "false"},
        {"bootstrap_method", options.bootstrap_method},
        {"revision of the bootstrap", std::to_string(kBootstrapRevision)},
        {"SOURCE_DATE_EPOCH",
         request.source_date_epoch ? std::to_string(*request.source_date_epoch) : ""},
    };
    const std::vector<std::string> packages = wanted_packages(options);
    for (std::size_t i = 0; i < packages.size(); ++i) {
        inputs.push_back({"packages[" + std::to_string(i) + "]", packages[i]});
    }
    return inputs;
}

std::vector<AptSource> apt_sources(
    const plan::RootfsOptions& options, const BuildContext& context
) {
    std::vector<AptSource> further;
    for (const std::string& line : options.sources) {
        const std::vector<AptSource> parsed = parse_one_line_sources(line);
        if (parsed.empty()) {
            throw Error(ErrorKind::input, "\"" + line + "\" is no apt source");
        }
        further.insert(further.end(), parsed.begin(), parsed.end());
    }
    // Sources alone are enough, when they have the suite.
    std::vector<AptSource> sources;
    if (options.mirror || sources_of_suite(further, options.suite).empty()) {
        sources = choose_sources(
            context.effects.files,
            options.distribution,
            options.suite,
            options.mirror.value_or(""),
            options.components
        );
    }
    if (options.keyring) {
        for (AptSource& source : sources) {
            source.signed_by = std::filesystem::absolute(*options.keyring).string();
        }
    }
    sources.insert(sources.end(), further.begin(), further.end());
    return sources;
}

HeldLayer bootstrap_layer(
    const BaseRequest& request,
    LayerCache& cache,
    const std::vector<LayerRecord>& last,
    BuildContext& context
) {
    LayerRecord record;
    record.step = "bootstrap";
    record.inputs = digested(bootstrap_inputs(request));
    record.key = layer_key("", record.step, record.inputs);
    if (context.options.use_cache) {
        if (std::optional<HeldLayer> layer = cache.find(record.key)) {
            context.say(
                "Bootstrap: cached (" + layer->record.facts[kPackageCountFact] + " packages)"
            );
            return std::move(*layer);
        }
    }
    const std::filesystem::path& directory = context.effects.cache_directory;
    context.effects.files.make_directories(directory / "apt");
    check_space(context);
    // apt's folders serve one at a time, and nothing is won by two bootstraps side by side.
    const sys::FileLock lock = sys::FileLock::acquire(
        directory / "apt" / "lock", sys::FileLock::Kind::exclusive, context.stop
    );
    if (context.options.use_cache) {
        if (std::optional<HeldLayer> layer = cache.find(record.key)) {
            context.say("Bootstrap: made by another build meanwhile");
            return std::move(*layer);
        }
    }
    context.say("Bootstrap: " + reason_for_bootstrap(last, record, context.options.use_cache));

    PartialLayer layer = cache.begin();
    BootstrapRequest bootstrap_request;
    bootstrap_request.packages = package_request(request);
    bootstrap_request.method = request.options.bootstrap_method == "mmdebstrap"
                                   ? BootstrapMethod::mmdebstrap
                                   : BootstrapMethod::unpack;
    const std::string lists = sha256_hex(render_deb822(request.sources) + request.architecture);
    const BootstrapResult result = bootstrap(
        bootstrap_request,
        {.tree = layer.tree(),
         .scratch = layer.scratch(),
         .apt_folder = directory / "apt" / lists.substr(0, 16),
         .apt_archives = directory / "archives"},
        context
    );
    record.facts[kEpochFact] = std::to_string(request.source_date_epoch.value_or(result.epoch));
    record.facts[kKernelFact] = result.kernel_version;
    record.facts[kPackageCountFact] = std::to_string(result.package_count);
    return cache.publish(std::move(layer), std::move(record));
}

}  // namespace kiln::exec::rootfs
