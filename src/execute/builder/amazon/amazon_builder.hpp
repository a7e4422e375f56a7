#pragma once

#include "execute/aws/run_remains.hpp"
#include "execute/builder.hpp"
#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/make_ami.hpp"
#include "execute/builder/amazon/source_instance.hpp"
#include "plan/options/amazon_ebs.hpp"
#include "plan/options/aws_access.hpp"
#include "plan/options/aws_instance.hpp"
#include "plan/options/block_device.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec {

/// What of its options every Amazon builder works with in the same way.
struct AmazonShape {
    plan::AwsAccessOptions access;
    plan::InstanceOptions instance;
    std::vector<plan::BlockDeviceOptions> launch_devices;
    std::map<std::string, std::string> volume_tags;
    std::optional<bool> ena_support;
    bool sriov_support = false;
};

/// An instance is shaped, stopped, made into something, and taken away again with all that was
/// temporary. What is made of it is the derived class's affair.
class AmazonBuilder : public Builder {
public:
    void check(BuildContext& context) final;
    std::unique_ptr<Machine> start(BuildContext& context) final;
    std::optional<artifact::Artifact> capture(BuildContext& context, Machine& machine) final;
    void discard(BuildContext& context) noexcept final;

protected:
    explicit AmazonBuilder(AmazonShape shape) : shape_(std::move(shape)) {}

    /// What can be known to be wrong before the first effect, besides account, region and network.
    virtual void check_result(const Ec2Build& build) = 0;
    /// The instance is stopped, unless it is a spot instance. What comes of it is kept when this
    /// returns: nothing when the build is a trial.
    virtual std::optional<artifact::Artifact> make(Ec2Build& build, SourceInstance& source) = 0;

private:
    void modify_instance();
    /// Tells what the build has cost; `is_made`: and what its result costs a month.
    void tell_costs(bool is_made);
    /// After a failure: an instance that somebody else, or itself, has stopped.
    void tell_if_it_ended();
    void remove(Remains what);

    AmazonShape shape_;
    std::optional<Ec2Build> build_;
    std::optional<SourceInstance> source_;
};

/// Removes what the build has left in the regions that it has entered, `instance` ("" for none)
/// among it, and tells what stays: that is for `kiln sweep`. Is not stopped by an interrupt.
void clear_build(Ec2Build& build, Remains what, const std::string& instance);

/// Error{input} for a region that the account has not.
void check_regions(const Ec2Build& build, const plan::AmiOptions& ami);

/// The artifact of AMIs, as Packer writes and names it.
artifact::Artifact ami_artifact(
    const BuildContext& context, const std::string& builder_id, const RegionImages& images
);

/// Maps and blocks of run_volume_tags together.
std::map<std::string, std::string> volume_tags_of(const plan::VolumeTagOptions& options);

}  // namespace kiln::exec
