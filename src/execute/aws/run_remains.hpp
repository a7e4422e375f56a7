#pragma once

#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

// Tags by which all that kiln creates is known; the mark itself is aws::ec2::kMarkTag.
constexpr const char* kRoleTag = "kiln:role";
constexpr const char* kTemporaryRole = "temporary";  ///< shall be gone when the build is over
constexpr const char* kOutputRole = "output";        ///< is what the build was run for
constexpr const char* kExpiresTag = "kiln:expires";  ///< RFC 3339; then anybody may sweep it

/// What turns something temporary into a result, by CreateTags.
aws::ec2::Tags output_tags();

/// A build's traces in one region of one account, as the journal keeps them.
struct AwsRun {
    std::string account;
    std::string region;
    std::string mark;     ///< the value of kMarkTag
    std::string profile;  ///< that the template names; "" for none
    /// What it was run for is there, whole, and stays: only what was temporary is left to remove.
    bool keeps_results = false;
    /// It makes a role and an instance profile (execute/aws/profile_remains.hpp).
    bool has_profile = false;

    bool operator==(const AwsRun&) const = default;
};
/// "run MARK in eu-west-1 of account 123456789012, keeping results, with an instance profile, by
/// profile x".
std::string to_string(const AwsRun& run);
std::optional<AwsRun> parse_aws_run(std::string_view text);

/// What of a build is there.
enum class Remains {
    temporary,   ///< what is to be gone after a build that went well
    everything,  ///< and the images that it made as well
};

/// A build that something in a region tells of.
struct MarkedRun {
    std::string mark;
    std::chrono::system_clock::time_point expires{};  ///< the latest of what is there
    int things = 0;

    bool operator==(const MarkedRun&) const = default;
};
/// Gathers the builds that the tags of things tell of.
class RunCounter {
public:
    template <class Thing>
    void count(const std::vector<Thing>& things) {
        for (const Thing& thing : things) {
            count(thing.tags);
        }
    }
    void count(const aws::ec2::Tags& tags);
    std::vector<MarkedRun> runs() const;

private:
    std::map<std::string, MarkedRun> runs_;
};

/// By tags alone: every build of which something temporary is there, whoever ran it and wherever.
std::vector<MarkedRun> find_runs(const aws::ec2::Region& region, std::stop_token stop);

/// How the removal tells what it does, and what did not work.
struct RemovalReport {
    std::function<void(const std::string&)> say;
    std::function<void(const std::string&)> problem;
};

/// Finds by its tags all that a build left in a region, and removes it: images and their snapshots,
/// instances, then volumes, security groups, key pairs and launch templates. What can not be
/// removed is reported, and the rest is removed nevertheless; what is gone already is no problem.
/// Only what carries the mark is touched, and `instance` ("" for none): the run's own, which EC2
/// may not list yet, or not at all to whoever may not look. Returns the number of things removed.
int remove_remains(
    const aws::ec2::Region& region,
    const std::string& mark,
    Remains what,
    const std::string& instance,
    const RemovalReport& report,
    std::stop_token stop
);

/// What it would remove, a line each: "instance i-0123 (running)".
std::vector<std::string> list_remains(
    const aws::ec2::Region& region, const std::string& mark, Remains what, std::stop_token stop
);

}  // namespace kiln::exec
