#include "execute/sweep.hpp"

#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "execute/aws/profile_remains.hpp"
#include "execute/aws/removal_remains.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/aws/session.hpp"
#include "sys/file_system.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <linux/loop.h>
#include <map>
#include <set>
#include <sys/ioctl.h>
#include <sys/mount.h>

namespace kiln::exec {

namespace {

// Processes hold mounts, mounts and loop devices hold files.
int removal_order(ResourceKind kind) {
    switch (kind) {
        case ResourceKind::process:
            return 0;
        case ResourceKind::mount:
            return 1;
        case ResourceKind::loop_device:
            return 2;
        case ResourceKind::directory:
        case ResourceKind::file:
        case ResourceKind::layer:
        case ResourceKind::image:
        case ResourceKind::aws_run:
        case ResourceKind::aws_removal:
            return 3;
    }
    return 3;
}

// A name as /proc/mounts writes it: space, tab, newline and backslash as three octal digits.
std::string unescape_mount(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            result += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
            i += 3;
        } else {
            result += text[i];
        }
    }
    return result;
}

bool is_at_or_below(const std::string& path, const std::string& folder) {
    return path == folder || path.starts_with(folder + "/");
}

// Mount points of this host at or below `path`, the last mounted first.
std::vector<std::string> mounts_below(const std::string& path) {
    std::vector<std::string> result;
    std::ifstream mounts("/proc/self/mounts");
    std::string source;
    std::string point;
    std::string rest;
    while (mounts >> source >> point && std::getline(mounts, rest)) {
        point = unescape_mount(point);
        if (is_at_or_below(point, path)) {
            result.push_back(point);
        }
    }
    std::reverse(result.begin(), result.end());
    return result;
}

bool unmount_below(const std::string& path) {
    const std::vector<std::string> points = mounts_below(path);
    for (const std::string& point : points) {
        if (::umount2(point.c_str(), UMOUNT_NOFOLLOW) != 0) {
            throw system_error("unmounting " + point, errno);
        }
    }
    return !points.empty();
}

bool remove_process(const std::string& name) {
    const std::optional<sys::ProcessIdentity> identity = sys::parse_process_identity(name);
    return identity && sys::kill_process(*identity);
}

// Whether the loop device still has the file it was recorded with; it may long be another's.
bool backs(const std::string& device, const std::string& file) {
    const std::size_t slash = device.rfind('/');
    std::ifstream backing("/sys/block" + device.substr(slash) + "/loop/backing_file");
    std::string current;
    return std::getline(backing, current) && (current == file || current == file + " (deleted)");
}

bool detach_loop_device(const std::string& name) {
    const std::size_t space = name.find(' ');
    const std::string device = name.substr(0, space);
    if (space == std::string::npos || !device.starts_with("/dev/loop") ||
        !backs(device, name.substr(space + 1))) {
        return false;
    }
    const sys::UniqueFd fd(::open(device.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::ioctl(fd.get(), LOOP_CLR_FD) != 0) {
        throw system_error("detaching " + device, errno);
    }
    return true;
}

void require_absolute(const std::string& path) {
    const std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
    if (!normal.is_absolute() || normal == normal.root_path()) {
        throw Error(ErrorKind::input, "\"" + path + "\" is no path that kiln would have recorded");
    }
}

bool remove_path(sys::FileSystem& files, const std::string& path) {
    require_absolute(path);
    const bool unmounted = unmount_below(path);
    const bool there = files.status(path).has_value();
    files.remove_tree(path);
    return there || unmounted;
}

// False when there was nothing to remove.
bool remove(const JournaledResource& resource, sys::FileSystem& files) {
    switch (resource.kind) {
        case ResourceKind::process:
            return remove_process(resource.name);
        case ResourceKind::mount:
            require_absolute(resource.name);
            return unmount_below(resource.name);
        case ResourceKind::loop_device:
            return detach_loop_device(resource.name);
        case ResourceKind::directory:
        case ResourceKind::file:
        case ResourceKind::layer:
        case ResourceKind::image:
            return remove_path(files, resource.name);
        case ResourceKind::aws_run:
        case ResourceKind::aws_removal:
            break;  // sweep_aws_run, sweep_aws_removal
    }
    return false;
}

/// The session in which it was recorded: of that account, or an Error{permission}.
std::shared_ptr<AwsSession> session_of(
    AwsSessions* aws,
    const std::string& account,
    const std::string& region,
    const std::string& profile
) {
    if (aws == nullptr) {
        throw Error(ErrorKind::unsupported, "AWS may not be asked here");
    }
    plan::AwsAccessOptions access;
    access.region = region;
    if (!profile.empty()) {
        access.profile = profile;
    }
    std::shared_ptr<AwsSession> session = aws->open(access, {});
    const std::string present = session->identity({}).account;
    if (present != account) {
        throw Error(
            ErrorKind::permission,
            "the present keys are of account " + present + ", and it was account " + account
        )
            .set_hint("set AWS_PROFILE or the keys of that account");
    }
    return session;
}

/// Ends a removal that was begun: the snapshots of images that are gone go too.
void sweep_aws_removal(AwsSessions* aws, SweptResource& swept, bool dry_run) {
    const std::optional<AwsRemoval> removal = parse_aws_removal(swept.resource.name);
    if (!removal) {
        throw Error(
            ErrorKind::input, "\"" + swept.resource.name + "\" is no removal that kiln has recorded"
        );
    }
    const auto session = session_of(aws, removal->account, removal->region, removal->profile);
    const std::vector<std::string> left = left_of_removal(session->ec2(), *removal, {});
    for (const std::string& id : left) {
        swept.parts.push_back("snapshot " + id);
    }
    if (dry_run) {
        return;
    }
    std::string problems;
    for (const std::string& id : left) {
        try {
            aws::ec2::delete_snapshot(session->ec2(), id, {});
        } catch (const Error& error) {
            problems += (problems.empty() ? "" : "; ") + id + ": " + error.message();
        }
    }
    if (!problems.empty()) {
        throw Error(ErrorKind::network, problems);
    }
    swept.outcome = left.empty() ? SweepOutcome::already_gone : SweepOutcome::removed;
}

/// Lists what is there, and removes it unless this is a dry run.
void sweep_aws_run(AwsSessions* aws, SweptResource& swept, bool dry_run) {
    const std::optional<AwsRun> run = parse_aws_run(swept.resource.name);
    if (!run) {
        throw Error(
            ErrorKind::input, "\"" + swept.resource.name + "\" is no run that kiln has recorded"
        );
    }
    const auto session = session_of(aws, run->account, run->region, run->profile);
    const Remains what = run->keeps_results ? Remains::temporary : Remains::everything;
    swept.parts = list_remains(session->ec2(), run->mark, what, {});
    if (run->has_profile) {
        for (std::string& part : list_profile(session->iam(), run->mark, {})) {
            swept.parts.push_back(std::move(part));
        }
    }
    if (dry_run) {
        return;
    }
    std::string problems;
    const RemovalReport report{
        [](const std::string&) {},
        [&](const std::string& text) { problems += (problems.empty() ? "" : "; ") + text; }};
    int removed = remove_remains(session->ec2(), run->mark, what, "", report, {});
    if (run->has_profile) {
        removed += remove_profile(session->iam(), run->mark, report, {});
    }
    if (!problems.empty()) {
        throw Error(ErrorKind::network, problems);
    }
    swept.outcome = removed > 0 ? SweepOutcome::removed : SweepOutcome::already_gone;
}

SweptResource sweep_one(
    Journal& journal,
    sys::FileSystem& files,
    AwsSessions* aws,
    const JournaledResource& resource,
    bool dry_run
) {
    SweptResource swept{
        resource, dry_run ? SweepOutcome::would_remove : SweepOutcome::removed, {}, {}};
    try {
        if (resource.kind == ResourceKind::aws_run) {
            sweep_aws_run(aws, swept, dry_run);
        } else if (resource.kind == ResourceKind::aws_removal) {
            sweep_aws_removal(aws, swept, dry_run);
        } else if (!dry_run && !remove(resource, files)) {
            swept.outcome = SweepOutcome::already_gone;
        }
    } catch (const Error& error) {
        swept.outcome = SweepOutcome::failed;
        swept.problem = error.message();
        return swept;
    }
    if (!dry_run) {
        journal.release(resource.id);
    }
    return swept;
}

}  // namespace

std::vector<SweptResource> sweep(
    Journal& journal, sys::FileSystem& files, AwsSessions* aws, bool dry_run
) {
    std::vector<JournaledResource> leftovers = journal.leftovers();
    std::stable_sort(leftovers.begin(), leftovers.end(), [](const auto& a, const auto& b) {
        return removal_order(a.kind) < removal_order(b.kind);
    });
    std::vector<SweptResource> result;
    for (const JournaledResource& resource : leftovers) {
        result.push_back(sweep_one(journal, files, aws, resource, dry_run));
    }
    return result;
}

std::vector<SweptResource> sweep_region(AwsSessions& aws, const RegionSweep& wish, bool dry_run) {
    plan::AwsAccessOptions access;
    access.region = wish.region;
    const std::shared_ptr<AwsSession> session = aws.open(access, {});
    std::vector<SweptResource> result;
    std::map<std::string, MarkedRun> runs;
    for (MarkedRun& run : find_runs(session->ec2(), {})) {
        runs[run.mark] = std::move(run);
    }
    std::set<std::string> with_profile;
    for (MarkedRun& run : find_profile_runs(session->iam(), wish.region, {})) {
        with_profile.insert(run.mark);
        runs.try_emplace(run.mark, std::move(run));
    }
    for (const auto& [mark, run] : runs) {
        if (wish.mark.empty() ? run.expires > wish.now : run.mark != wish.mark) {
            continue;
        }
        const AwsRun found{
            .account = session->identity({}).account,
            .region = wish.region,
            .mark = run.mark,
            .profile = "",
            .keeps_results = true,
            .has_profile = with_profile.contains(mark)};
        SweptResource swept{
            {.id = 0,
             .kind = ResourceKind::aws_run,
             .name = to_string(found),
             .template_path = "",
             .created = {}},
            dry_run ? SweepOutcome::would_remove : SweepOutcome::removed,
            {},
            {}};
        try {
            sweep_aws_run(&aws, swept, dry_run);
        } catch (const Error& error) {
            swept.outcome = SweepOutcome::failed;
            swept.problem = error.message();
        }
        result.push_back(std::move(swept));
    }
    return result;
}

namespace {

// A line each, below the run that they are of.
std::string parts_text(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += "\n    " + part;
    }
    return text;
}

}  // namespace

std::string describe(const SweptResource& swept) {
    const std::string what =
        std::string(to_string(swept.resource.kind)) + " " + swept.resource.name;
    switch (swept.outcome) {
        case SweepOutcome::would_remove:
            return "would remove " + what + parts_text(swept.parts);
        case SweepOutcome::removed:
            return "removed " + what + parts_text(swept.parts);
        case SweepOutcome::already_gone:
            return what + " is gone already";
        case SweepOutcome::failed:
            break;
    }
    return "could not remove " + what + ": " + swept.problem;
}

}  // namespace kiln::exec
