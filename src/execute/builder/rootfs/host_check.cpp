#include "execute/builder/rootfs/host_check.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/rootfs/image_files.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"
#include "sys/sandbox.hpp"

#include <algorithm>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace kiln::exec::rootfs {

namespace {

/// Whether a format other than these is written.
bool writes_other_than(
    const std::vector<std::string>& formats, const plan::RootfsOptions& options
) {
    return std::any_of(options.formats.begin(), options.formats.end(), [&](const auto& name) {
        return std::find(formats.begin(), formats.end(), name) == formats.end();
    });
}

// Program and the Debian package that has it.
std::vector<std::pair<std::string, std::string>> needed_programs(const plan::RootfsOptions& options
) {
    std::vector<std::pair<std::string, std::string>> programs = {{"apt-get", "apt"}};
    if (options.bootstrap_method == "mmdebstrap") {
        programs.emplace_back("mmdebstrap", "mmdebstrap");
    }
    const bool makes_disks = writes_other_than({kArchiveFormat}, options);
    if (makes_disks && options.bootloader == "grub") {
        programs.emplace_back("mkfs.fat", "dosfstools");
        programs.emplace_back("mcopy", "mtools");
    }
    const auto is_xfs = [](const auto& place) { return place.filesystem == "xfs"; };
    const auto& partitions = options.extra_partitions;
    const auto& disks = options.extra_disks;
    if (makes_disks &&
        (options.filesystem == "xfs" || std::any_of(partitions.begin(), partitions.end(), is_xfs) ||
         std::any_of(disks.begin(), disks.end(), is_xfs))) {
        programs.emplace_back("mkfs.xfs", "xfsprogs");
    }
    if (writes_other_than({"raw", kArchiveFormat}, options)) {
        programs.emplace_back("qemu-img", "qemu-utils");
    }
    return programs;
}

void check_programs(const plan::RootfsOptions& options) {
    const std::map<std::string, std::string> environment = sys::tool_environment();
    std::vector<std::string> missing;
    std::vector<std::string> packages;
    for (const auto& [program, package] : needed_programs(options)) {
        if (!sys::find_program(program, environment.at("PATH"))) {
            missing.push_back(program);
            packages.push_back(package);
        }
    }
    if (!missing.empty()) {
        throw Error(ErrorKind::unsupported, "this host lacks " + join(missing, ", "))
            .set_hint("apt-get install " + join(packages, " "));
    }
}

std::filesystem::path nearest_existing(sys::FileSystem& files, std::filesystem::path path) {
    while (!files.status_followed(path) && path.has_relative_path()) {
        path = path.parent_path();
    }
    return path;
}

}  // namespace

std::string host_architecture() {
    struct utsname name {};
    ::uname(&name);
    const std::string machine = name.machine;
    if (machine == "x86_64") {
        return "amd64";
    }
    if (machine == "aarch64") {
        return "arm64";
    }
    throw Error(ErrorKind::unsupported, "kiln does not build images on " + machine);
}

void check_host(const plan::RootfsOptions& options, const BuildContext& context) {
    if (::geteuid() != 0) {
        throw Error(
            ErrorKind::permission, "building a rootfs image takes root: its files have many owners"
        )
            .set_hint("run kiln with sudo");
    }
    if (options.architecture && *options.architecture != host_architecture()) {
        throw Error(
            ErrorKind::unsupported,
            "an image for " + *options.architecture + " cannot be made on a host of " +
                host_architecture() + ": the scripts of its packages must run"
        );
    }
    check_programs(options);
    sys::Sandbox::check_host(
        nearest_existing(context.effects.files, context.effects.cache_directory)
    );
}

}  // namespace kiln::exec::rootfs
