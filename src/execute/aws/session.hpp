#pragma once

#include "aws/caller_identity.hpp"
#include "aws/client.hpp"
#include "aws/credential_cache.hpp"
#include "aws/ec2/images.hpp"
#include "aws/ec2/instances.hpp"
#include "aws/ec2/region.hpp"
#include "aws/iam.hpp"
#include "aws/roles_by_code.hpp"
#include "execute/aws/shared_looks.hpp"
#include "net/curl_transport.hpp"
#include "plan/options/aws_access.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace kiln::exec {

/// The doors through which AWS is reached.
struct AwsWorld {
    sys::Clock& clock;
    sys::FileSystem& files;
    sys::ProcessRunner& processes;
    std::map<std::string, std::string> environment;
    std::shared_ptr<aws::RolesByCode> roles_by_code = std::make_shared<aws::RolesByCode>();
};

/// One way to reach AWS: keys, endpoints and the region that a template (or the configuration of
/// the host) names. Safe to use from several threads; builds with the same options share one.
class AwsSession {
public:
    /// Reads the configuration files. Error{input} for options that contradict each other, a
    /// profile that is not there, and when nothing names a region. Asks nobody but, for the region,
    /// the instance that kiln itself may run on.
    AwsSession(const plan::AwsAccessOptions& options, AwsWorld& world, std::stop_token stop);

    const std::string& region() const { return region_; }
    aws::Client& client() { return client_; }
    net::HttpTransport& transport() { return *transport_; }
    aws::ec2::Region ec2() { return ec2(region_); }
    aws::ec2::Region ec2(const std::string& region) { return {client_, world_.clock, region}; }
    aws::Iam iam() { return {client_, world_.clock, region_}; }

    /// As it is now; nothing when EC2 shows none of that id (yet). Builds that look at the same
    /// time are answered by one call.
    std::optional<aws::ec2::Instance> look_at_instance(
        const std::string& region, const std::string& id, const std::stop_token& stop
    );
    std::optional<aws::ec2::Image> look_at_image(
        const std::string& region, const std::string& id, const std::stop_token& stop
    );

    /// Of whoever the keys belong to; asked for once.
    aws::CallerIdentity identity(std::stop_token stop);
    /// Where the requests of a service go.
    std::string endpoint(aws::Service service) const;
    /// Where EC2's requests go when that is not Amazon's own address, or "".
    std::string custom_endpoint() const;

private:
    struct Settings;
    AwsSession(Settings settings, AwsWorld& world);
    static Settings settings_of(
        const plan::AwsAccessOptions& options, AwsWorld& world, const std::stop_token& stop
    );

    /// Made by the first that asks in the region.
    template <class Looks, class Ask>
    typename Looks::mapped_type& at(Looks& looks, const std::string& region, const Ask& ask);

    AwsWorld& world_;
    std::unique_ptr<net::HttpTransport> transport_;
    aws::EndpointSettings endpoints_;
    std::string region_;
    aws::CredentialCache keys_;
    aws::Client client_;
    std::mutex mutex_;  ///< guards what follows
    std::optional<aws::CallerIdentity> identity_;
    std::map<std::string, SharedLooks<aws::ec2::Instance>> instances_;  ///< by region
    std::map<std::string, SharedLooks<aws::ec2::Image>> images_;
};

/// The sessions of a process.
class AwsSessions {
public:
    explicit AwsSessions(AwsWorld world) : world_(std::move(world)) {}

    /// The session for these options, opened by the first that asks.
    std::shared_ptr<AwsSession> open(const plan::AwsAccessOptions& options, std::stop_token stop);

private:
    AwsWorld world_;
    std::mutex mutex_;  ///< guards `open_`
    std::vector<std::pair<plan::AwsAccessOptions, std::shared_ptr<AwsSession>>> open_;
};

}  // namespace kiln::exec
