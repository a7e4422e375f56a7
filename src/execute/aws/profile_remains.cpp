#include "execute/aws/profile_remains.hpp"

#include "aws/ec2/created_once.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace kiln::exec {

namespace {

constexpr std::string_view kProfilePrefix = "packer-";

bool carries_mark(const std::optional<aws::IamEntity>& entity, const std::string& mark) {
    if (!entity) {
        return false;
    }
    const auto tag = entity->tags.find(aws::ec2::kMarkTag);
    return tag != entity->tags.end() && tag->second == mark;
}

/// The marks that names of roles and profiles could be made of.
std::set<std::string> marks_of(const std::vector<std::string>& names) {
    constexpr std::size_t kUuidLength = 36;
    std::set<std::string> marks;
    for (const std::string& name : names) {
        if (name.starts_with(kProfilePrefix) &&
            name.size() == kProfilePrefix.size() + kUuidLength) {
            marks.insert(name.substr(kProfilePrefix.size()));
        }
    }
    return marks;
}

}  // namespace

std::string temporary_profile_name(const std::string& mark) {
    return std::string(kProfilePrefix) + mark;
}

int remove_profile(
    const aws::Iam& iam, const std::string& mark, const RemovalReport& report, std::stop_token stop
) {
    const std::string name = temporary_profile_name(mark);
    int removed = 0;
    const auto attempt = [&](const std::string& doing, const std::function<bool()>& remove) {
        try {
            removed += remove() ? 1 : 0;
        } catch (const Error& error) {
            report.problem(doing + " " + name + " failed: " + error.message());
        }
    };
    attempt("deleting instance profile", [&] {
        const auto found = iam.find_instance_profile(name, stop);
        if (!carries_mark(found, mark)) {
            return false;
        }
        report.say("Deleting temporary instance profile...");
        for (const std::string& role : found->roles) {
            iam.remove_role_from_profile(name, role, stop);
        }
        return iam.delete_instance_profile(name, stop);
    });
    attempt("deleting role", [&] {
        if (!carries_mark(iam.find_role(name, stop), mark)) {
            return false;
        }
        report.say("Deleting temporary role...");
        iam.delete_role_policy(name, name, stop);
        return iam.delete_role(name, stop);
    });
    return removed;
}

std::vector<std::string> list_profile(
    const aws::Iam& iam, const std::string& mark, std::stop_token stop
) {
    const std::string name = temporary_profile_name(mark);
    std::vector<std::string> lines;
    if (carries_mark(iam.find_instance_profile(name, stop), mark)) {
        lines.push_back("instance profile " + name);
    }
    if (carries_mark(iam.find_role(name, stop), mark)) {
        lines.push_back("role " + name);
    }
    return lines;
}

std::vector<MarkedRun> find_profile_runs(
    const aws::Iam& iam, const std::string& region, std::stop_token stop
) {
    RunCounter counter;
    const auto count = [&](const std::optional<aws::IamEntity>& found) {
        if (!found) {
            return;
        }
        const auto tag = found->tags.find(kRegionTag);
        if (tag != found->tags.end() && tag->second == region) {
            counter.count(found->tags);
        }
    };
    try {
        for (const std::string& mark : marks_of(iam.instance_profile_names(stop))) {
            count(iam.find_instance_profile(temporary_profile_name(mark), stop));
        }
        for (const std::string& mark : marks_of(iam.role_names(stop))) {
            count(iam.find_role(temporary_profile_name(mark), stop));
        }
    } catch (const Error& error) {
        // Keys that sweep EC2 alone need not be allowed to look at IAM.
        if (error.kind() != ErrorKind::permission) {
            throw;
        }
    }
    return counter.runs();
}

}  // namespace kiln::exec
