#include "execute/builder/rootfs/package_inputs.hpp"

#include "base/go_time.hpp"
#include "base/strings.hpp"
#include "execute/builder/rootfs/control_stanza.hpp"
#include "execute/builder/rootfs/disk_images.hpp"

#include <algorithm>
#include <chrono>

namespace kiln::exec::rootfs {

std::vector<Resource> installed_packages(
    const std::string& distribution, std::string_view dpkg_status
) {
    std::vector<Resource> packages;
    while (!dpkg_status.empty()) {
        const std::size_t end = std::min(dpkg_status.find("\n\n"), dpkg_status.size());
        const ControlStanza stanza = ControlStanza::parse(dpkg_status.substr(0, end));
        dpkg_status.remove_prefix(std::min(end + 2, dpkg_status.size()));
        if (stanza.get("Status").ends_with(" installed")) {
            const std::string name = stanza.get("Package");
            packages.push_back(
                {.name = name,
                 .uri = debian_package_url(
                     distribution, name, stanza.get("Version"), stanza.get("Architecture")
                 )}
            );
        }
    }
    return packages;
}

void add_package_inputs(
    BuildInputs& inputs, const PackageOrigin& origin, const std::vector<HeldLayer>& chain
) {
    const std::chrono::system_clock::time_point epoch{std::chrono::seconds(origin.epoch)};
    for (const AptSource& source : origin.sources) {
        for (const std::string& uri : source.uris) {
            std::string address = public_address(uri);
            while (address.ends_with('/')) {
                address.pop_back();
            }
            for (const std::string& suite : source.suites) {
                inputs.add(
                    {.name = "packages of " + suite,
                     .uri = address + "/dists/" + suite,
                     .annotations =
                         {{"components", join(source.components, " ")},
                          {"sourceDateEpoch", format_go_time(kRfc3339Layout, epoch)}}}
                );
            }
        }
    }
    for (const Resource& package :
         installed_packages(origin.distribution, read_from_chain(chain, "/var/lib/dpkg/status"))) {
        inputs.add(package);
    }
}

}  // namespace kiln::exec::rootfs
