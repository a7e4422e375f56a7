#include "execute/builder/amazon/snapshots.hpp"

#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

constexpr Patience kUntilCompleted{
    std::chrono::seconds(1), std::chrono::seconds(10), std::chrono::minutes(30)};

}  // namespace

std::string volume_at(const ec2::Instance& instance, const std::string& device_name) {
    const auto found = instance.volumes.find(device_name);
    if (found != instance.volumes.end()) {
        return found->second;
    }
    std::vector<std::string> names;
    for (const auto& [name, id] : instance.volumes) {
        names.push_back(name);
    }
    throw Error(
        ErrorKind::not_found,
        "the instance " + instance.id + " has no volume " + device_name + ", but " +
            join(names, ", ")
    )
        .set_hint(did_you_mean_hint(device_name, names));
}

std::map<std::string, std::string> snapshots_of(
    const Ec2Build& build,
    const std::map<std::string, std::string>& volumes,
    const std::string& description,
    const ec2::Tags& tags
) {
    std::map<std::string, std::string> snapshots;
    std::vector<std::string> waiting;
    for (const auto& [device, volume] : volumes) {
        build.context().say("Creating snapshot of EBS Volume " + volume + "...");
        const std::string id = ec2::create_snapshot(
            build.region(), volume, description, tags, build.mark(), build.stop()
        );
        build.context().say("Snapshot ID: " + id);
        snapshots[device] = id;
        waiting.push_back(id);
    }
    build.wait_until("snapshots to complete", kUntilCompleted, [&] {
        if (waiting.empty()) {
            return true;
        }
        for (const ec2::Snapshot& snapshot :
             ec2::describe_snapshots(build.region(), {{"snapshot-id", waiting}}, build.stop())) {
            if (snapshot.state == "error") {
                throw Error(
                    ErrorKind::command,
                    "the snapshot " + snapshot.id + " failed: " + snapshot.state_message
                );
            }
            if (snapshot.state == "completed") {
                std::erase(waiting, snapshot.id);
            }
        }
        return waiting.empty();
    });
    return snapshots;
}

void wait_for_volume(const Ec2Build& build, const std::string& id, const std::string& state) {
    build.wait_until("volume " + id + " to be " + state, {}, [&] {
        const auto found =
            ec2::describe_volumes(build.region(), {{"volume-id", {id}}}, build.stop());
        return !found.empty() && found.front().state == state;
    });
}

}  // namespace kiln::exec
