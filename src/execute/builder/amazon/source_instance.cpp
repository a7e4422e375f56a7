#include "execute/builder/amazon/source_instance.hpp"

#include "aws/ec2/key_pairs.hpp"
#include "base/error.hpp"
#include "execute/builder/amazon/launch.hpp"
#include "execute/builder/amazon/network.hpp"
#include "execute/builder/amazon/security_group.hpp"
#include "execute/builder/amazon/source_ami.hpp"
#include "execute/builder/amazon/temporary_profile.hpp"
#include "execute/builder/amazon/user_data.hpp"
#include "execute/communicator/ssh/ssh_key_pair.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

// Long enough for any build, and short enough to be noticed on no bill.
constexpr std::chrono::hours kLongestRun{12};

}  // namespace

void SourceInstance::make_keys() {
    const plan::SshOptions& ssh = options_.communicator.ssh;
    if (options_.communicator.communicator != "ssh") {
        return;
    }
    if (!options_.needs_key_pair()) {
        keys_.name = ssh.ssh_keypair_name.value_or("");
        build_.context().say(
            ssh.ssh_private_key_file ? "Using existing SSH private key"
            : ssh.ssh_agent_auth     ? "Using SSH Agent"
                                     : "Not using temporary keypair"
        );
        return;
    }
    const bool is_rsa = ssh.temporary_key.temporary_key_pair_type == "rsa";
    const SshKeyPair pair = make_ssh_key_pair(is_rsa ? SshKeyType::rsa : SshKeyType::ed25519);
    keys_.name = ssh.temporary_key.temporary_key_pair_name.value_or(build_.temporary_name());
    keys_.private_key = pair.private_key;
    build_.context().say("Creating temporary keypair: " + keys_.name);
    ec2::import_key_pair(
        build_.region(),
        keys_.name,
        pair.public_key + " " + keys_.name,
        build_.temporary_tags(run_tags_),
        build_.mark(),
        build_.stop()
    );
}

std::string SourceInstance::user_data() {
    std::string of_template = options_.user_data.value_or("");
    if (options_.user_data_file) {
        of_template = build_.context().effects.files.read_file(*options_.user_data_file);
    }
    if (!can_be_joined(of_template)) {
        build_.context().say(
            "The user data can not be added to: the instance's host key is believed when it is "
            "first seen"
        );
        return encode_user_data(of_template);
    }
    OwnUserData own;
    if (options_.communicator.communicator == "ssh" && options_.inject_host_key) {
        const SshKeyPair pair = make_ssh_key_pair();
        own.host_private_key = pair.private_key.reveal();
        own.host_public_key = pair.public_key;
        keys_.host_key = pair.public_key;
    }
    own.longest = std::chrono::duration_cast<std::chrono::minutes>(kLongestRun);
    return encode_user_data(join_user_data(of_template, own));
}

std::unique_ptr<Machine> SourceInstance::start(
    const std::vector<plan::BlockDeviceOptions>& devices,
    const std::map<std::string, std::string>& volume_tags
) {
    source_ =
        find_ami(build_.region(), options_.source_ami, options_.source_ami_filter, build_.stop());
    build_.context().say("Found Image ID: " + source_.id);
    build_.set_source(source_);
    if (const auto& inputs = build_.context().inputs) {
        Resource ami = ec2_resource(build_.region().name(), source_.id);
        ami.annotations = {
            {"name", source_.name},
            {"owner", source_.owner_id},
            {"creationDate", source_.creation_date}};
        inputs->add(ami);
    }
    run_tags_ = build_.render_tags("run_tags", options_.run_tags, options_.run_tag);
    const BuildNetwork network = find_network(
        build_.region(),
        options_,
        [this](const std::string& found) { build_.context().say(found); },
        build_.stop()
    );
    if (options_.makes_instance_profile()) {
        build_.enter_iam();
    }
    build_.enter_region(build_.region().name());
    make_keys();
    const std::vector<std::string> groups = security_groups(build_, options_, network, run_tags_);
    std::string profile = options_.iam_instance_profile.value_or("");
    if (options_.makes_instance_profile()) {
        profile = make_profile(
            build_, *options_.temporary_iam_instance_profile_policy_document, run_tags_
        );
    }
    const LaunchRequest request{
        .options = options_,
        .source = source_,
        .network = network,
        .key_name = keys_.name,
        .security_group_ids = groups,
        .instance_profile = profile,
        .is_profile_fresh = options_.makes_instance_profile(),
        .devices = block_devices_of(devices),
        .user_data = user_data(),
        .run_tags = run_tags_,
        .volume_tags = build_.render_tags("run_volume_tags", volume_tags)};
    instance_.id = launch(build_, request);
    launched_ = build_.context().effects.clock.steady_now();
    instance_ = wait_until_running(build_, instance_.id);
    had_public_address_ = !instance_.public_ip.empty();
    return reach_instance(build_, options_, instance_, keys_);
}

void SourceInstance::stop(Machine& machine) {
    if (options_.communicator.communicator == "ssh") {
        forget_the_build(build_, options_, keys_, machine);
    }
    is_being_stopped_ = true;
    if (options_.spot.spot_price) {
        return;
    }
    if (!options_.disable_stop_instance) {
        build_.context().say("Stopping the source instance...");
        build_.context().say("Stopping instance");
        ec2::stop_instance(build_.region(), instance_.id, false, build_.stop());
    } else {
        build_.context().say("Automatic instance stop disabled. Please stop instance manually.");
    }
    build_.context().say("Waiting for the instance to stop...");
    instance_ = wait_for_state(build_, instance_.id, "stopped");
    stopped_ = build_.context().effects.clock.steady_now();
}

}  // namespace kiln::exec
