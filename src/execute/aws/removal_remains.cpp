#include "execute/aws/removal_remains.hpp"

#include "aws/ec2/images.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/strings.hpp"

#include <set>

namespace kiln::exec {

namespace {

// Of an empty list, so that each word of the text has its place.
constexpr const char* kNone = "nothing";
constexpr std::string_view kByProfile = ", by profile ";

std::string ids_text(const std::vector<std::string>& ids) {
    return ids.empty() ? kNone : join(ids, ",");
}

std::vector<std::string> read_ids(const std::string& text) {
    return text == kNone ? std::vector<std::string>{} : split(text, ',');
}

}  // namespace

std::string to_string(const AwsRemoval& removal) {
    return ids_text(removal.images) + " and " + ids_text(removal.snapshots) + " in " +
           removal.region + " of account " + removal.account +
           (removal.profile.empty() ? "" : std::string(kByProfile) + removal.profile);
}

std::optional<AwsRemoval> parse_aws_removal(std::string_view text) {
    AwsRemoval removal;
    if (const std::size_t by = text.find(kByProfile); by != std::string_view::npos) {
        removal.profile = text.substr(by + kByProfile.size());
        text = text.substr(0, by);
    }
    // The words of to_string.
    const std::vector<std::string> words = split(text, ' ');
    if (words.size() != 8 || words[1] != "and" || words[3] != "in" || words[5] != "of" ||
        words[6] != "account") {
        return std::nullopt;
    }
    removal.images = read_ids(words[0]);
    removal.snapshots = read_ids(words[2]);
    removal.region = words[4];
    removal.account = words[7];
    return removal;
}

std::vector<std::string> left_of_removal(
    const aws::ec2::Region& region, const AwsRemoval& removal, std::stop_token stop
) {
    std::vector<std::string> left;
    if (removal.snapshots.empty()) {
        return left;
    }
    std::set<std::string> mapped;
    for (const aws::ec2::Image& image : aws::ec2::describe_images(
             region,
             {.owners = {"self"},
             .filters = {{"block-device-mapping.snapshot-id", removal.snapshots}},
             .include_deprecated = true,
             .include_disabled = true},
             stop
         )) {
        for (const std::string& id : image.snapshot_ids()) {
            mapped.insert(id);
        }
    }
    for (const aws::ec2::Snapshot& snapshot :
         aws::ec2::describe_snapshots(region, {{"snapshot-id", removal.snapshots}}, stop)) {
        if (!mapped.contains(snapshot.id)) {
            left.push_back(snapshot.id);
        }
    }
    return left;
}

}  // namespace kiln::exec
