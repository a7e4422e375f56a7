#pragma once

#include "execute/builder/rootfs/apt_sources.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
class ProcessRunner;
}  // namespace kiln::sys

namespace kiln::exec::rootfs {

struct PackageRequest {
    std::vector<AptSource> sources;
    std::string suite;
    std::string architecture;
    std::vector<std::string> packages;  ///< besides the essential and required ones
    bool recommends = false;
};

/// A package to be installed, in the order apt would unpack it.
struct ChosenPackage {
    std::string name;
    std::string version;
    std::string architecture;

    /// Its file in apt's archive folder: "NAME_VERSION_ARCH.deb", with ":" as "%3a".
    std::string file_name() const;
    bool operator==(const ChosenPackage&) const = default;
};

/// apt with a root of its own: lists and archives in kiln's cache, signatures checked with the
/// keyrings that the sources name, no effect on the host's apt or dpkg.
class AptRoot {
public:
    /// `folder` keeps the lists of one set of sources, `archives` the packages of all.
    AptRoot(
        sys::FileSystem& files,
        sys::ProcessRunner& processes,
        std::filesystem::path folder,
        std::filesystem::path archives
    );

    /// Fetches the package lists. When that fails and lists of an earlier run are there, those
    /// serve and the reason is returned; without them Error{network} names the mirror.
    std::string update(const PackageRequest& request, std::stop_token stop);
    /// Essential, required and requested packages with all they depend on. Error{input} names a
    /// package that the suite does not have.
    std::vector<ChosenPackage> choose(const PackageRequest& request, std::stop_token stop);
    /// Fetches what is not there yet; apt checks every digest. Returns the files in order.
    std::vector<std::filesystem::path> download(
        const PackageRequest& request,
        const std::vector<ChosenPackage>& packages,
        const std::function<void(std::int64_t done, std::int64_t total)>& on_progress,
        std::stop_token stop
    );
    /// Seconds: the newest date of the Release files, a time that follows from the packages.
    std::int64_t release_time();

private:
    void prepare(const PackageRequest& request);
    std::vector<std::string> install_command(const PackageRequest& request) const;
    std::string run_apt(std::vector<std::string> arguments, std::stop_token stop);

    sys::FileSystem& files_;
    sys::ProcessRunner& processes_;
    std::filesystem::path folder_;
    std::filesystem::path archives_;
};

/// The sources a template means: `mirror` when it names one, the host's own apt sources of the
/// suite otherwise. Error{input} when the host has none.
std::vector<AptSource> choose_sources(
    sys::FileSystem& files,
    const std::string& distribution,
    const std::string& suite,
    const std::string& mirror,
    const std::vector<std::string>& components
);

}  // namespace kiln::exec::rootfs
