#include "execute/builder/rootfs/bootstrap.hpp"

#include "base/error.hpp"
#include "execute/builder/rootfs/deferred_programs.hpp"
#include "execute/builder/rootfs/dpkg_database.hpp"
#include "execute/builder/rootfs/package_setup.hpp"
#include "execute/builder/rootfs/tree_writer.hpp"
#include "execute/builder/rootfs/unpack.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"
#include "sys/sandbox.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

// More threads than this gain nothing: the disk and the page cache are the limit, and each holds a
// decompression window.
constexpr unsigned kMaxUnpackThreads = 4;

// Whatever tells when or where the tree was made, and what a node makes anew by itself.
constexpr const char* kForgetTheBuild = R"(
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb
rm -f /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old /var/lib/dpkg/*-old
rm -f /var/lib/systemd/random-seed /var/lib/dbus/machine-id
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
rm -f /etc/.resolv.conf.systemd-resolved.bak
find /var/log -type f -delete
: > /etc/machine-id
chmod 444 /etc/machine-id
)";

Progressed progress_of(const BuildContext& context, const char* what) {
    return {context.build.name, what, 0, 0, Progressed::Unit::packages, false};
}

void finish(const BuildContext& context, Progressed progress) {
    progress.finished = true;
    context.events.on_event(progress);
}

std::vector<std::filesystem::path> fetch(
    AptRoot& apt,
    const PackageRequest& request,
    const std::vector<ChosenPackage>& chosen,
    BuildContext& context
) {
    Progressed progress = progress_of(context, "downloading packages");
    std::vector<std::filesystem::path> packages = apt.download(
        request,
        chosen,
        [&](std::int64_t done, std::int64_t total) {
            progress.done = done;
            progress.total = total;
            context.events.on_event(progress);
        },
        context.stop
    );
    finish(context, progress);
    return packages;
}

std::vector<UnpackedPackage> unpack(
    const std::vector<std::filesystem::path>& packages,
    const std::filesystem::path& tree,
    BuildContext& context
) {
    Progressed progress = progress_of(context, "unpacking packages");
    const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxUnpackThreads);
    std::vector<UnpackedPackage> unpacked = unpack_packages(
        packages,
        tree,
        threads,
        [&](const UnpackProgress& now) {
            progress.done = now.packages_done;
            progress.total = now.packages_total;
            context.events.on_event(progress);
        },
        context.stop
    );
    finish(context, progress);
    return unpacked;
}

// The tree is the upper directory of an overlay over nothing, not a plain folder: so the overlay's
// `volatile` spares it the disk syncs of dpkg.
sys::Sandbox enter(
    const BootstrapRequest& request,
    const BootstrapPlaces& places,
    std::vector<sys::SandboxBind> binds,
    BuildContext& context
) {
    context.effects.files.make_directories(places.scratch / "nothing");
    context.effects.files.make_directories(places.scratch / "sandbox");
    return sys::Sandbox::start(
        {.lower_directories = {places.scratch / "nothing"},
         .upper_directory = places.tree,
         .scratch_directory = places.scratch / "sandbox",
         .hostname = request.hostname,
         .binds = std::move(binds)}
    );
}

void write_apt_settings(
    const BootstrapRequest& request,
    const BootstrapPlaces& places,
    const std::vector<UnpackedPackage>& packages,
    BuildContext& context
) {
    sys::FileSystem& files = context.effects.files;
    files.make_directories(places.tree / "etc/apt/sources.list.d");
    files.write_file_atomic(
        places.tree / "etc/apt/sources.list.d" / "kiln.sources",
        render_deb822(request.packages.sources)
    );
    files.make_directories(places.tree / "var/lib/apt");
    files.write_file_atomic(
        places.tree / "var/lib/apt/extended_states",
        extended_states(
            packages,
            std::set<std::string>(
                request.packages.packages.begin(), request.packages.packages.end()
            )
        )
    );
}

void run_mmdebstrap(
    const BootstrapRequest& request,
    const BootstrapPlaces& places,
    std::int64_t epoch,
    BuildContext& context
) {
    const PackageRequest& packages = request.packages;
    const std::filesystem::path sources = places.scratch / "sources.sources";
    context.effects.files.write_file_atomic(sources, render_deb822(packages.sources));
    std::string include;
    for (const std::string& name : packages.packages) {
        include += (include.empty() ? "" : ",") + name;
    }
    std::vector<std::string> argv = {
        "mmdebstrap",
        "--variant=minbase",
        "--mode=root",
        "--architectures=" + packages.architecture,
        "--skip=check/empty,output/dev",
        "--aptopt=APT::Install-Recommends \"" +
            std::string(packages.recommends ? "true" : "false") + "\""};
    if (!include.empty()) {
        argv.push_back("--include=" + include);
    }
    argv.insert(argv.end(), {packages.suite, places.tree.string(), sources.string()});
    std::map<std::string, std::string> environment = sys::tool_environment();
    environment["SOURCE_DATE_EPOCH"] = std::to_string(epoch);
    sys::run_checked(
        context.effects.processes,
        {.argv = argv, .environment = environment, .debian_package = "mmdebstrap"},
        context.stop
    );
}

}  // namespace

BootstrapResult bootstrap(
    const BootstrapRequest& request, const BootstrapPlaces& places, BuildContext& context
) {
    AptRoot apt(
        context.effects.files, context.effects.processes, places.apt_folder, places.apt_archives
    );
    context.say("Reading the package lists of " + request.packages.suite);
    if (const std::string trouble = apt.update(request.packages, context.stop); !trouble.empty()) {
        context.warn("The package lists could not be read anew; those at hand serve: " + trouble);
    }
    BootstrapResult result;
    result.epoch = apt.release_time();
    const std::vector<ChosenPackage> chosen = apt.choose(request.packages, context.stop);
    result.package_count = static_cast<std::int64_t>(chosen.size());
    context.say("Installing " + std::to_string(chosen.size()) + " packages");

    if (request.method == BootstrapMethod::mmdebstrap) {
        run_mmdebstrap(request, places, result.epoch, context);
        sys::Sandbox sandbox = enter(request, places, {}, context);
        result.kernel_version = check_kernel(sandbox, result.epoch, context);
        run_in_tree(sandbox, {"/bin/sh", "-ec", kForgetTheBuild}, result.epoch, context.stop);
        run_in_tree(
            sandbox, {"/bin/sh", "-c", "rm -f /etc/ssh/ssh_host_*_key*"}, result.epoch, context.stop
        );
        sandbox.close();
        return result;
    }

    const std::vector<std::filesystem::path> packages =
        fetch(apt, request.packages, chosen, context);
    make_merged_usr(places.tree, request.packages.architecture);
    const std::vector<UnpackedPackage> unpacked = unpack(packages, places.tree, context);
    write_dpkg_database(places.tree, unpacked);
    write_apt_settings(request, places, unpacked, context);

    const DeferredPrograms deferred(
        context.effects.files, places.tree, places.scratch / "deferred"
    );
    sys::Sandbox configuring = enter(request, places, deferred.binds_while_configuring(), context);
    configure_packages(configuring, unpacked, result.epoch, context);
    configuring.close();

    sys::Sandbox sandbox = enter(request, places, deferred.binds_to_catch_up(), context);
    catch_up(sandbox, result.epoch, context);
    result.kernel_version = check_kernel(sandbox, result.epoch, context);
    run_in_tree(sandbox, {"/bin/sh", "-ec", kForgetTheBuild}, result.epoch, context.stop);
    sandbox.close();
    return result;
}

}  // namespace kiln::exec::rootfs
