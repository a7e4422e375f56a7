#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/source_machine.hpp"
#include "plan/options/aws_instance.hpp"
#include "plan/options/block_device.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec {

/// The instance that a build shapes, from looking for its source AMI to its end.
class SourceInstance {
public:
    SourceInstance(Ec2Build& build, const plan::InstanceOptions& options)
        : build_(build), options_(options) {}

    /// Finds source and network, makes keys and security group, launches, logs in.
    std::unique_ptr<Machine> start(
        const std::vector<plan::BlockDeviceOptions>& devices,
        const std::map<std::string, std::string>& volume_tags
    );
    /// Takes the build's traces out of it and stops it (a spot instance can not be stopped).
    void stop(Machine& machine);

    /// "" until it is launched.
    const std::string& id() const { return instance_.id; }
    /// Whether stop() has been called.
    bool is_being_stopped() const { return is_being_stopped_; }
    const aws::ec2::Instance& instance() const { return instance_; }
    const aws::ec2::Image& source() const { return source_; }
    /// While it ran; a stopped one has none.
    bool had_public_address() const { return had_public_address_; }
    /// From its launch until it stopped, or until `now` when it has not.
    std::chrono::nanoseconds running_time(std::chrono::steady_clock::time_point now) const {
        return stopped_.value_or(now) - launched_;
    }
    /// From its launch until `now`.
    std::chrono::nanoseconds age(std::chrono::steady_clock::time_point now) const {
        return now - launched_;
    }
    /// run_tags, rendered.
    const aws::ec2::Tags& run_tags() const { return run_tags_; }

private:
    void make_keys();
    std::string user_data();

    Ec2Build& build_;
    const plan::InstanceOptions& options_;
    aws::ec2::Image source_;
    aws::ec2::Tags run_tags_;
    BuildKeys keys_;
    aws::ec2::Instance instance_;
    bool is_being_stopped_ = false;
    bool had_public_address_ = false;
    std::chrono::steady_clock::time_point launched_{};
    std::optional<std::chrono::steady_clock::time_point> stopped_{};
};

}  // namespace kiln::exec
