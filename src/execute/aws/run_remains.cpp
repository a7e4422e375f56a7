#include "execute/aws/run_remains.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/images.hpp"
#include "aws/ec2/instances.hpp"
#include "aws/ec2/key_pairs.hpp"
#include "aws/ec2/network.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/timestamp.hpp"

#include <algorithm>
#include <map>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;
using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::seconds kLongestPause{5};
constexpr std::chrono::minutes kUntilTerminated{15};

constexpr std::string_view kKeeping = ", keeping results";
constexpr std::string_view kWithProfile = ", with an instance profile";
constexpr std::string_view kBy = ", by profile ";

/// All of a build in a region.
struct Found {
    bool images_seen = true;     ///< otherwise EC2 would not list them
    bool instances_seen = true;  ///< the same
    std::vector<ec2::Image> images;
    std::vector<ec2::Instance> instances;
    std::vector<ec2::Snapshot> snapshots;
    std::vector<ec2::SecurityGroup> groups;
    std::vector<ec2::KeyPair> key_pairs;
    std::vector<std::string> launch_templates;
};

ec2::Filters marked(const std::string& mark) {
    return {{std::string("tag:") + ec2::kMarkTag, {mark}}};
}

template <class Thing>
void leave_out_results(std::vector<Thing>& things) {
    things.erase(
        std::remove_if(
            things.begin(),
            things.end(),
            [](const Thing& thing) {
                const auto role = thing.tags.find(kRoleTag);
                return role != thing.tags.end() && role->second == kOutputRole;
            }
        ),
        things.end()
    );
}

class Remover {
public:
    Remover(
        const ec2::Region& region,
        const std::string& mark,
        Remains what,
        const std::string& instance,
        const RemovalReport& report,
        std::stop_token stop
    )
        : region_(region),
          mark_(mark),
          what_(what),
          known_instance_(instance),
          report_(report),
          stop_(std::move(stop)) {}

    Found find() const {
        const ec2::Filters filters = marked(mark_);
        Found found;
        found.images_seen = look("AMIs", [&] {
            found.images = ec2::describe_images(
                region_, {.owners = {"self"}, .filters = filters, .include_deprecated = true}, stop_
            );
        });
        found.instances_seen = look("instances", [&] {
            found.instances = ec2::describe_instances(region_, {.filters = filters}, stop_);
        });
        add_known_instance(found.instances);
        look("snapshots", [&] {
            found.snapshots = ec2::describe_snapshots(region_, filters, stop_);
        });
        look("security groups", [&] {
            found.groups = ec2::describe_security_groups(region_, {}, filters, stop_);
        });
        look("key pairs", [&] {
            found.key_pairs = ec2::describe_key_pairs(region_, filters, stop_);
        });
        look("launch templates", [&] {
            found.launch_templates = ec2::describe_launch_templates(region_, filters, stop_);
        });
        if (what_ == Remains::temporary) {
            leave_out_results(found.images);
            leave_out_results(found.snapshots);
        }
        std::erase_if(found.instances, [](const ec2::Instance& one) { return one.is_gone(); });
        return found;
    }

    int remove() {
        const Found found = find();
        for (const ec2::Image& image : found.images) {
            attempt("deregistering " + image.id, [&] {
                report_.say("Deregistering AMI " + image.id + "...");
                return ec2::deregister_image(region_, image.id, stop_);
            });
        }
        had_instances_ = !found.instances.empty();
        remove_instances(found.instances);
        an_instance_stays_ = an_instance_stays_ || !found.instances_seen;
        remove_volumes();
        for (const ec2::Snapshot& snapshot : found.snapshots) {
            if (!found.images_seen) {  // one that is in use would be waited for in vain
                report_.problem(
                    "snapshot " + snapshot.id + " in " + region_.name() +
                    " stays as long as its AMI may be there"
                );
                continue;
            }
            attempt("deleting " + snapshot.id, [&] {
                report_.say("Deleting snapshot " + snapshot.id + "...");
                return ec2::delete_snapshot(region_, snapshot.id, stop_);
            });
        }
        for (const std::string& id : found.launch_templates) {
            attempt("deleting " + id, [&] {
                report_.say("Deleting launch template...");
                return ec2::delete_launch_template(region_, id, stop_);
            });
        }
        for (const ec2::SecurityGroup& group : found.groups) {
            if (an_instance_stays_) {
                report_.problem(
                    "security group " + group.id + " in " + region_.name() +
                    " stays as long as its instance may be there"
                );
                continue;
            }
            attempt("deleting security group " + group.id, [&] {
                report_.say("Deleting temporary security group...");
                return ec2::delete_security_group(region_, group.id, stop_);
            });
        }
        for (const ec2::KeyPair& pair : found.key_pairs) {
            attempt("deleting key pair " + pair.name, [&] {
                report_.say("Deleting temporary keypair...");
                ec2::delete_key_pair(region_, pair.name, stop_);
                return true;
            });
        }
        return removed_;
    }

private:
    /// One kind that can not be listed keeps none of the others from being removed. Where nobody
    /// hears of problems, it is an error. False when it could not.
    template <class List>
    bool look(const std::string& kind, const List& list) const {
        try {
            list();
            return true;
        } catch (const Error& error) {
            if (!report_.problem) {
                throw;
            }
            report_.problem(
                "looking for " + kind + " in " + region_.name() + " failed: " + error.message()
            );
            return false;
        }
    }

    void add_known_instance(std::vector<ec2::Instance>& instances) const {
        const bool is_listed =
            std::any_of(instances.begin(), instances.end(), [&](const ec2::Instance& one) {
                return one.id == known_instance_;
            });
        if (!known_instance_.empty() && !is_listed) {
            ec2::Instance known;
            known.id = known_instance_;
            instances.push_back(std::move(known));
        }
    }

    template <class Remove>
    void attempt(const std::string& doing, const Remove& remove) {
        try {
            removed_ += remove() ? 1 : 0;
        } catch (const Error& error) {
            report_.problem(doing + " in " + region_.name() + " failed: " + error.message());
        }
    }

    void remove_instances(const std::vector<ec2::Instance>& instances) {
        std::vector<std::string> ending;
        for (const ec2::Instance& instance : instances) {
            attempt("terminating " + instance.id, [&] {
                report_.say("Terminating the source AWS instance...");
                const bool was_there = ec2::terminate_instance(region_, instance.id, stop_);
                ending.push_back(instance.id);
                return was_there;
            });
        }
        std::size_t ended = 0;
        for (const std::string& id : ending) {
            attempt("waiting for the end of " + id, [&] {
                wait_until_terminated(id);
                ++ended;
                return false;
            });
        }
        an_instance_stays_ = ended < instances.size();
    }

    void wait_until_terminated(const std::string& id) {
        sys::Clock& clock = region_.clock();
        const auto deadline = clock.steady_now() + kUntilTerminated;
        for (nanoseconds pause = kFirstPause; !is_terminated(id);
             pause = std::min<nanoseconds>(pause * 3 / 2, kLongestPause)) {
            if (clock.steady_now() > deadline) {
                throw Error(ErrorKind::timeout, id + " does not end");
            }
            if (!clock.sleep_for(pause, stop_)) {
                throw Error(ErrorKind::interrupted, "interrupted while waiting for its end");
            }
        }
    }

    bool is_terminated(const std::string& id) {
        const auto found = ec2::describe_instances(
            region_, {.ids = {}, .filters = {{"instance-id", {id}}}}, stop_
        );
        return found.empty() || found.front().is_gone();
    }

    // After the instances: those that end with them are gone by themselves.
    void remove_volumes() {
        std::vector<ec2::Volume> volumes;
        attempt("looking for volumes", [&] {
            volumes = ec2::describe_volumes(region_, marked(mark_), stop_);
            return false;
        });
        std::erase_if(volumes, [](const ec2::Volume& volume) {
            const auto role = volume.tags.find(kRoleTag);
            return volume.state != "available" ||
                   (role != volume.tags.end() && role->second == kOutputRole);
        });
        if (had_instances_) {
            report_.say("Cleaning up any extra volumes...");
            if (volumes.empty()) {
                report_.say("No volumes to clean up, skipping");
            }
        }
        for (const ec2::Volume& volume : volumes) {
            attempt("deleting " + volume.id, [&] {
                report_.say("Destroying volume (" + volume.id + ")...");
                return ec2::delete_volume(region_, volume.id, stop_);
            });
        }
    }

    const ec2::Region& region_;
    const std::string& mark_;
    Remains what_;
    const std::string& known_instance_;
    const RemovalReport& report_;
    std::stop_token stop_;
    int removed_ = 0;
    bool had_instances_ = false;
    bool an_instance_stays_ = false;
};

}  // namespace

void RunCounter::count(const ec2::Tags& tags) {
    const auto mark = tags.find(ec2::kMarkTag);
    const auto role = tags.find(kRoleTag);
    const auto expires = tags.find(kExpiresTag);
    if (mark == tags.end() || role == tags.end() || role->second != kTemporaryRole ||
        expires == tags.end()) {
        return;
    }
    const auto when = hcl::parse_rfc3339(expires->second).timestamp;
    if (!when) {
        return;  // not written by kiln: nothing that may be removed
    }
    MarkedRun& run = runs_[mark->second];
    run.mark = mark->second;
    // Somebody may have written a year that nanoseconds do not reach.
    using Time = std::chrono::system_clock::time_point;
    const std::chrono::seconds expires_at{when->seconds};
    const std::chrono::seconds last =
        std::chrono::duration_cast<std::chrono::seconds>(Time::max().time_since_epoch());
    run.expires = std::max(run.expires, expires_at > last ? Time::max() : Time(expires_at));
    ++run.things;
}

std::vector<MarkedRun> RunCounter::runs() const {
    std::vector<MarkedRun> result;
    for (const auto& [mark, run] : runs_) {
        result.push_back(run);
    }
    return result;
}

std::vector<MarkedRun> find_runs(const ec2::Region& region, std::stop_token stop) {
    const ec2::Filters marked = {{"tag-key", {ec2::kMarkTag}}};
    RunCounter counter;
    counter.count(ec2::describe_images(
        region, {.owners = {"self"}, .filters = marked, .include_deprecated = true}, stop
    ));
    std::vector<ec2::Instance> instances =
        ec2::describe_instances(region, {.filters = marked}, stop);
    std::erase_if(instances, [](const ec2::Instance& one) { return one.is_gone(); });
    counter.count(instances);
    counter.count(ec2::describe_volumes(region, marked, stop));
    counter.count(ec2::describe_snapshots(region, marked, stop));
    counter.count(ec2::describe_security_groups(region, {}, marked, stop));
    counter.count(ec2::describe_key_pairs(region, marked, stop));
    return counter.runs();
}

ec2::Tags output_tags() {
    return {{kRoleTag, kOutputRole}, {kExpiresTag, "never"}};
}

std::string to_string(const AwsRun& run) {
    return "run " + run.mark + " in " + run.region + " of account " + run.account +
           (run.keeps_results ? std::string(kKeeping) : "") +
           (run.has_profile ? std::string(kWithProfile) : "") +
           (run.profile.empty() ? "" : std::string(kBy) + run.profile);
}

std::optional<AwsRun> parse_aws_run(std::string_view text) {
    // The words of to_string; a profile's name may hold blanks and is the rest.
    constexpr std::size_t kWords = 7;
    const std::vector<std::string> words = split(text, ' ');
    if (words.size() < kWords || words[0] != "run" || words[2] != "in" || words[4] != "of" ||
        words[5] != "account") {
        return std::nullopt;
    }
    AwsRun run;
    run.mark = words[1];
    run.region = words[3];
    run.account = words[6].substr(0, words[6].find(','));
    const std::size_t by = text.find(kBy);
    if (by != std::string_view::npos) {
        run.profile = text.substr(by + kBy.size());
    }
    const std::string_view before = text.substr(0, by);
    run.keeps_results = before.find(kKeeping) != std::string_view::npos;
    run.has_profile = before.find(kWithProfile) != std::string_view::npos;
    return run;
}

int remove_remains(
    const ec2::Region& region,
    const std::string& mark,
    Remains what,
    const std::string& instance,
    const RemovalReport& report,
    std::stop_token stop
) {
    return Remover(region, mark, what, instance, report, std::move(stop)).remove();
}

std::vector<std::string> list_remains(
    const ec2::Region& region, const std::string& mark, Remains what, std::stop_token stop
) {
    const RemovalReport unheard{};
    const Found found = Remover(region, mark, what, "", unheard, stop).find();
    std::vector<std::string> lines;
    for (const ec2::Image& image : found.images) {
        lines.push_back("AMI " + image.id + " (" + image.name + ")");
    }
    for (const ec2::Instance& instance : found.instances) {
        lines.push_back("instance " + instance.id + " (" + instance.state + ")");
    }
    for (const ec2::Volume& volume : ec2::describe_volumes(region, marked(mark), stop)) {
        lines.push_back("volume " + volume.id + " (" + volume.state + ")");
    }
    for (const ec2::Snapshot& snapshot : found.snapshots) {
        lines.push_back("snapshot " + snapshot.id);
    }
    for (const std::string& id : found.launch_templates) {
        lines.push_back("launch template " + id);
    }
    for (const ec2::SecurityGroup& group : found.groups) {
        lines.push_back("security group " + group.id + " (" + group.name + ")");
    }
    for (const ec2::KeyPair& pair : found.key_pairs) {
        lines.push_back("key pair " + pair.name);
    }
    return lines;
}

}  // namespace kiln::exec
