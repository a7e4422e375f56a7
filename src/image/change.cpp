#include "image/change.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/go_time.hpp"
#include "base/strings.hpp"
#include "execute/aws/run_remains.hpp"
#include "image/await_image.hpp"
#include "image/in_parallel.hpp"

#include <algorithm>
#include <map>

namespace kiln::image {

namespace {

namespace ec2 = aws::ec2;

constexpr std::chrono::hours kLongestCopy{24};

// EC2 User Guide, "Tag restrictions"; what EBS direct takes is less than EC2 does.
constexpr std::size_t kLongestKey = 127;
constexpr std::size_t kLongestValue = 255;

bool is_mark(const std::string& key) {
    return key == ec2::kMarkTag || key == exec::kRoleTag || key == exec::kExpiresTag;
}

/// One copy, from its beginning until it can be launched.
class Copier {
public:
    Copier(ec2::Region there, const OwnImage& source, const CopyWish& wish, std::stop_token stop)
        : there_(std::move(there)), source_(source), wish_(wish), stop_(std::move(stop)) {}

    std::string copy(const ec2::Tags& snapshot_tags) {
        const ec2::Image& image = *source_.image;
        const std::string id = ec2::copy_image(
            there_,
            {.source_region = source_.region,
             .source_id = image.id,
             .name = wish_.name.empty() ? image.name : wish_.name,
             .description = image.description,
             .encrypted = wish_.encrypt ? std::optional(true) : std::nullopt,
             .kms_key_id = wish_.kms_key,
             .duration_minutes = 0,
             .image_tags = temporary(without_marks(image.tags)),
             .snapshot_tags = temporary(snapshot_tags),
             .client_token = Digest(DigestAlgorithm::sha256)
                                 .field(wish_.client_token)
                                 .field(there_.name())
                                 .finish_hex()},
            stop_
        );
        keep(id, await_image(there_, id, kLongestCopy, stop_));
        return id;
    }

private:
    ec2::Tags temporary(ec2::Tags tags) const {
        tags[ec2::kMarkTag] = wish_.mark;
        tags[exec::kRoleTag] = exec::kTemporaryRole;
        tags[exec::kExpiresTag] =
            format_go_time(kRfc3339Layout, there_.clock().wall_now() + kLongestCopy);
        return tags;
    }

    /// From now on it is what was asked for: it has the marks of its source, or none.
    void keep(const std::string& id, const ec2::Image& copy) {
        std::vector<std::string> things = copy.snapshot_ids();
        things.push_back(id);
        ec2::Tags marks;
        std::vector<std::string> strange;
        for (const char* key : {ec2::kMarkTag, exec::kRoleTag, exec::kExpiresTag}) {
            const auto found = source_.image->tags.find(key);
            if (found == source_.image->tags.end()) {
                strange.emplace_back(key);
            } else {
                marks[key] = found->second;
            }
        }
        ec2::create_tags(there_, things, marks, stop_);
        ec2::delete_tags(there_, things, strange, stop_);
    }

    ec2::Region there_;
    const OwnImage& source_;
    const CopyWish& wish_;
    std::stop_token stop_;
};

/// Of the snapshots of an image: those that the first of them has, without marks.
ec2::Tags snapshot_tags_of(const Inventory& inventory, const OwnImage& own) {
    const RegionHoldings* holdings = inventory.find_region(own.region);
    const std::vector<std::string> ids = own.image->snapshot_ids();
    for (const ec2::Snapshot& snapshot :
         holdings == nullptr ? std::vector<ec2::Snapshot>{} : holdings->snapshots) {
        if (!ids.empty() && snapshot.id == ids.front()) {
            return without_marks(snapshot.tags);
        }
    }
    return {};
}

}  // namespace

ec2::Tags without_marks(ec2::Tags tags) {
    std::erase_if(tags, [](const auto& tag) {
        return is_mark(tag.first) || tag.first.starts_with("aws:");
    });
    return tags;
}

void refuse_used_names(
    exec::AwsSession& session,
    const std::vector<std::string>& regions,
    const std::string& name,
    const std::stop_token& stop
) {
    for (const std::string& region : regions) {
        const auto standing = ec2::describe_images(
            session.ec2(region),
            {.owners = {"self"},
             .filters = {{"name", {name}}},
             .include_deprecated = true,
             .include_disabled = true},
            stop
        );
        if (!standing.empty()) {
            throw Error(
                ErrorKind::exists,
                "the name \"" + name + "\" is in use in " + region + " by " + standing.front().id
            )
                .set_hint("give another by -name");
        }
    }
}

std::string tag_mistake(const std::string& key, const std::string& value) {
    if (key.empty()) {
        return "a tag needs a key: write it as KEY=VALUE";
    }
    if (key.starts_with("aws:")) {
        return "\"" + key + "\" begins with \"aws:\", which is Amazon's";
    }
    if (is_mark(key)) {
        return "\"" + key + "\" is the mark by which kiln knows what it has made";
    }
    if (count_code_points(key) > kLongestKey) {
        return "the key \"" + key + "\" has more than 127 characters";
    }
    if (count_code_points(value) > kLongestValue) {
        return "the value of \"" + key + "\" has more than 255 characters";
    }
    return "";
}

std::vector<ChangeStep> change_images(
    exec::AwsSession& session, const std::vector<OwnImage>& images, const ImageChange& change
) {
    std::map<std::string, std::vector<OwnImage>> by_region;
    for (const OwnImage& own : images) {
        by_region[own.region].push_back(own);
    }
    std::vector<std::vector<OwnImage>> regions;
    for (auto& [name, of_region] : by_region) {
        regions.push_back(std::move(of_region));
    }
    std::vector<std::vector<ChangeStep>> done(regions.size());
    in_parallel(regions.size(), [&](std::size_t i) {
        for (const OwnImage& own : regions[i]) {
            ChangeStep step{place_of(own), ""};
            try {
                change(session.ec2(own.region), *own.image);
            } catch (const Error& error) {
                if (error.kind() == ErrorKind::interrupted) {
                    throw;
                }
                step.problem = error.message();
            }
            done[i].push_back(std::move(step));
        }
    });
    std::vector<ChangeStep> steps;
    for (const auto& of_region : done) {
        steps.insert(steps.end(), of_region.begin(), of_region.end());
    }
    return steps;
}

std::vector<ChangeStep> copy_image_to(
    exec::AwsSession& session,
    exec::Journal& journal,
    const std::string& account,
    const std::string& profile,
    const Inventory& inventory,
    const OwnImage& source,
    const CopyWish& wish,
    std::stop_token stop
) {
    refuse_used_names(
        session, wish.regions, wish.name.empty() ? source.image->name : wish.name, stop
    );
    const ec2::Tags snapshot_tags = snapshot_tags_of(inventory, source);
    std::vector<ChangeStep> steps(wish.regions.size());
    in_parallel(wish.regions.size(), [&](std::size_t i) {
        const std::string& region = wish.regions[i];
        const exec::AwsRun run{
            .account = account,
            .region = region,
            .mark = wish.mark,
            .profile = profile,
            .keeps_results = false,
            .has_profile = false};
        exec::JournalEntry entry(journal, exec::ResourceKind::aws_run, exec::to_string(run));
        steps[i].place.region = region;
        try {
            steps[i].place.id = Copier(session.ec2(region), source, wish, stop).copy(snapshot_tags);
            entry.release();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::interrupted) {
                throw;
            }
            steps[i].problem = error.message();
        }
    });
    return steps;
}

}  // namespace kiln::image
