#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

/// Something that a build's result depends on, or is: what in-toto calls a resource descriptor.
struct Resource {
    std::string name;
    std::string uri = {};                             ///< "" for none
    std::map<std::string, std::string> digests = {};  ///< "sha256" to lower-case hex
    std::map<std::string, std::string> annotations = {};

    bool operator==(const Resource&) const = default;
};

/// What a run was started with: the same for all its builds.
struct RunInputs {
    std::string kiln_version;
    std::string template_path;                          ///< as it was named
    std::vector<Resource> files;                        ///< of the template and its variables
    std::map<std::string, std::string> variables = {};  ///< value as JSON; none that is sensitive
    std::vector<std::string> sensitive_variables = {};  ///< names
    std::vector<std::string> secrets = {};              ///< must not be shown; longest first
};

/// What one build has used so far, in the order in which it did; each thing once.
class BuildInputs {
public:
    void add(const Resource& used);
    std::vector<Resource> list() const;

private:
    mutable std::mutex mutex_;
    std::vector<Resource> used_;
};

/// An address without what may be a secret in it: user, password, query and fragment.
std::string public_address(std::string_view url);

/// A package URL (purl) of a Debian package: "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64".
std::string debian_package_url(
    const std::string& distribution,
    const std::string& name,
    const std::string& version,
    const std::string& architecture
);

/// An AMI, a snapshot or a volume ("ami-0123") by its ARN. Its id stands for its content: what an
/// id names does not change, and EC2 gives no digest of it.
Resource ec2_resource(const std::string& region, const std::string& id);

}  // namespace kiln::exec
