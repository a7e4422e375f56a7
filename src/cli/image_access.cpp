#include "cli/image_access.hpp"

#include "base/error.hpp"
#include "cli/aws_door.hpp"
#include "cli/messages.hpp"
#include "cli/template_options.hpp"
#include "image/copies.hpp"
#include "image/gather.hpp"
#include "image/removal.hpp"
#include "image/times.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kiln::cli {

void ImageAccessOptions::declare(CommandLine& line) {
    line.option("region", "NAME,...", regions);
    line.option("profile", "NAME", profile);
    line.option("account", "ID", account);
}

struct ImageAccess::Doors {
    explicit Doors(Session& session) : open(aws_door(session)) {}

    std::function<exec::AwsSessions&()> open;
};

ImageAccess::ImageAccess(
    Session& session, const ImageAccessOptions& options, image::Listing listing
)
    : session_(session),
      options_(options),
      listing_(listing),
      doors_(std::make_unique<Doors>(session)) {
    plan::AwsAccessOptions access;
    if (!options.profile.empty()) {
        access.profile = options.profile;
    }
    const std::vector<std::string> named = split_each(options.regions);
    const bool has_home =
        !session.variable("AWS_REGION").empty() || !session.variable("AWS_DEFAULT_REGION").empty();
    if (!named.empty() && !has_home) {
        access.region = named.front();
    }
    aws_ = doors_->open().open(access, stop());
    account_ = aws_->identity(stop()).account;
    if (!options.account.empty() && options.account != account_) {
        throw Error(
            ErrorKind::permission,
            "the keys are of account " + account_ + ", and -account names " + options.account
        )
            .set_hint("set AWS_PROFILE, or the keys of that account");
    }
}

ImageAccess::~ImageAccess() = default;

const std::vector<std::string>& ImageAccess::regions() {
    if (!regions_) {
        regions_ = image::regions_to_look_at(*aws_, split_each(options_.regions), stop());
    }
    return *regions_;
}

const image::Inventory& ImageAccess::inventory() {
    if (!inventory_) {
        inventory_ = image::take_inventory(*aws_, regions(), listing_, stop());
        for (const image::RegionProblem& problem : inventory_->problems) {
            print_message(
                session_, "Warning: " + problem.region + " could not be looked at: " + problem.text
            );
        }
    }
    return *inventory_;
}

std::vector<image::OwnImage> ImageAccess::find_images(const std::vector<std::string>& words) {
    try {
        return image::find_images(inventory(), words);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_found) {
            throw_if_of_others(words);
        }
        throw;
    }
}

std::vector<image::OwnImage> ImageAccess::with_copies(const std::vector<image::OwnImage>& images) {
    const auto groups = image::copy_groups(inventory());
    std::vector<image::OwnImage> all;
    for (const image::OwnImage& own : images) {
        for (const image::OwnImage& copy : image::copies_of(groups, own)) {
            if (std::find(all.begin(), all.end(), copy) == all.end()) {
                all.push_back(copy);
            }
        }
    }
    return all;
}

void ImageAccess::throw_if_of_others(const std::vector<std::string>& words) {
    std::vector<std::string> ids;
    for (const std::string& word : words) {
        if (word.starts_with("ami-")) {
            ids.push_back(word);
        }
    }
    for (const std::string& region : ids.empty() ? std::vector<std::string>{} : regions()) {
        // A filter, as an id that EC2 does not know would be an error.
        for (const aws::ec2::Image& image : aws::ec2::describe_images(
                 aws_->ec2(region),
                 {.filters = {{"image-id", ids}}, .include_deprecated = true},
                 stop()
             )) {
            if (image.owner_id != account_) {
                throw Error(
                    ErrorKind::permission,
                    image.id + " in " + region + " is of account " + image.owner_id +
                        ", and the keys are of account " + account_
                );
            }
        }
    }
}

image::RecordStore& ImageAccess::records() {
    if (!records_) {
        records_ = std::make_unique<image::RecordStore>(
            sys::kiln_directories(session_.environment).state / "images.db"
        );
    }
    return *records_;
}

void ImageAccess::remember_inventory() {
    std::vector<image::ImageRecord> seen;
    std::set<image::Place> there;
    std::set<std::string> looked_at;
    std::map<image::Place, double> gib_of_image;
    for (const image::RegionHoldings& holdings : inventory().regions) {
        looked_at.insert(holdings.region);
        std::map<std::string, double> sizes;
        for (const aws::ec2::Snapshot& snapshot : holdings.snapshots) {
            sizes[snapshot.id] = image::gib_of(snapshot);
        }
        for (const aws::ec2::Image& image : holdings.images) {
            double& gib = gib_of_image[{holdings.region, image.id}];
            for (const std::string& id : image.snapshot_ids()) {
                gib += sizes.contains(id) ? sizes.at(id) : 0;
            }
        }
    }
    for (const image::CopyGroup& group : image::copy_groups(inventory())) {
        const image::Place first = image::place_of(group.front());
        const std::string run = image::record_of(account_, group.front(), 0).run;
        for (const image::OwnImage& own : group) {
            const image::Place place = image::place_of(own);
            image::ImageRecord record = image::record_of(account_, own, gib_of_image[place]);
            record.run = record.run.empty() ? run : record.run;
            record.first = first.region + ":" + first.id;
            seen.push_back(std::move(record));
            there.insert(place);
        }
    }
    for (image::ImageRecord record : records().all(account_)) {
        if (record.removed.empty() && looked_at.contains(record.region) &&
            !there.contains({record.region, record.id})) {
            record.removed = image::time_text(session_.start);
            seen.push_back(std::move(record));
        }
    }
    records().remember(seen);
}

}  // namespace kiln::cli
