#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/source_machine.hpp"
#include "plan/options/aws_instance.hpp"
#include "plan/options/block_device.hpp"

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

    const std::string& id() const { return instance_.id; }
    const aws::ec2::Instance& instance() const { return instance_; }
    const aws::ec2::Image& source() const { return source_; }
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
};

}  // namespace kiln::exec
