#include "execute/builder/amazon/make_ami.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/aws/release_tags.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/builder/amazon/finish_ami.hpp"

#include <algorithm>
#include <set>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

constexpr Patience kUntilAvailable{
    std::chrono::seconds(1), std::chrono::seconds(15), std::chrono::hours(1)};

class AmiMaker {
public:
    AmiMaker(Ec2Build& build, const plan::AmiOptions& ami, bool force, const ec2::Tags& run_tags)
        : build_(build), ami_(ami), force_(force || ami.force_deregister), run_tags_(run_tags) {}

    RegionImages make(const ImageMaker& maker) {
        const std::string home = build_.region().name();
        const std::string first = make_first(maker);
        images_[home] = first;
        copy_to_regions(first);
        if (ami_.encrypt_boot == true && !ami_.skip_save_build_region) {
            build_.context().say("Encrypting AMI (" + first + ") in " + home + "...");
            retire_old(home, first);
            images_[home] = copy(home, first);
        }
        await_copies(first);
        if (is_intermediate()) {
            remove_intermediate(first);
        }
        for (const auto& [region, id] : images_) {
            finish_ami(build_, ami_, region, id);
        }
        commit();
        return images_;
    }

private:
    bool is_intermediate() const {
        return ami_.encrypt_boot == true || ami_.skip_save_build_region;
    }

    ec2::Tags birth_tags() const {
        ec2::Tags tags =
            release_tags(build_.context().build.name, ami_.ami_name, build_.source_values());
        for (const auto& [key, value] : run_tags_) {
            tags[key] = value;
        }
        return build_.temporary_tags(tags);
    }

    // An AMI can not be renamed. Where one of that name is to be replaced, the new one is made
    // under another name first, and only when it is there the old one goes and the name is free.
    std::string make_first(const ImageMaker& maker) {
        const std::string home = build_.region().name();
        const bool replaces = force_ && !old_images(home).empty();
        const bool passing = is_intermediate() || replaces;
        const std::string passing_name = ami_.ami_name.substr(0, kLongestName - kSuffix) + "-" +
                                         build_.mark().substr(0, kSuffix - 1);
        std::string id = create(maker, passing ? passing_name : ami_.ami_name);
        if (replaces && !is_intermediate()) {
            retire_old(home, id);
            const std::string kept = create(maker, ami_.ami_name);
            remove_image(id, snapshots_of_image(kept));
            id = kept;
        }
        return id;
    }

    std::string create(const ImageMaker& maker, const std::string& name) {
        const std::string id = maker(name, birth_tags());
        build_.context().say("AMI: " + id);
        build_.context().say("Waiting for AMI to become ready...");
        build_.wait_until("AMI " + id, kUntilAvailable, [&] {
            return is_available(build_.region().name(), id);
        });
        return id;
    }

    /// Error with EC2's reason when it never will be.
    bool is_available(const std::string& region, const std::string& id) const {
        const auto found = build_.session().look_at_image(region, id, build_.stop());
        if (!found || found->state == "pending") {
            return false;
        }
        if (found->state != "available") {
            throw Error(
                ErrorKind::command,
                "Error waiting for AMI: " + id + " in " + region + " is " + found->state +
                    (found->state_reason.empty() ? "" : ": " + found->state_reason)
            );
        }
        return true;
    }

    std::vector<ec2::Image> old_images(const std::string& region) const {
        auto found = ec2::describe_images(
            build_.session().ec2(region),
            {.owners = {"self"},
             .filters = {{"name", {ami_.ami_name}}},
             .include_deprecated = true},
            build_.stop()
        );
        std::erase_if(found, [&](const ec2::Image& image) {
            const auto mark = image.tags.find(ec2::kMarkTag);
            return mark != image.tags.end() && mark->second == build_.mark();
        });
        return found;
    }

    void retire_old(const std::string& region, const std::string& replaced_by) const {
        if (!force_) {
            return;
        }
        const ec2::Region there = build_.session().ec2(region);
        for (const ec2::Image& image : old_images(region)) {
            ec2::deregister_image(there, image.id, build_.stop());
            build_.context().say(
                "Deregistered AMI " + image.name + ", id: " + image.id + " (replaced by " +
                replaced_by + ")"
            );
            if (ami_.force_delete_snapshot) {
                for (const std::string& snapshot : image.snapshot_ids()) {
                    ec2::delete_snapshot(there, snapshot, build_.stop());
                    build_.context().say("Deleted snapshot: " + snapshot);
                }
            }
        }
    }

    std::optional<bool> encryption_of(const std::string& region) const {
        if (ami_.encrypt_boot) {
            return ami_.encrypt_boot;
        }
        return ami_.region_kms_key_ids.contains(region) ? std::optional(true) : std::nullopt;
    }

    std::string key_of(const std::string& region) const {
        const auto found = ami_.region_kms_key_ids.find(region);
        if (found != ami_.region_kms_key_ids.end()) {
            return found->second;
        }
        return region == build_.region().name() ? ami_.kms_key_id.value_or("") : "";
    }

    std::string copy(const std::string& region, const std::string& source) {
        build_.enter_region(region);
        return ec2::copy_image(
            build_.session().ec2(region),
            {.source_region = build_.region().name(),
             .source_id = source,
             .name = ami_.ami_name,
             .description = "",
             .encrypted = encryption_of(region),
             .kms_key_id = key_of(region),
             .duration_minutes = ami_.snapshot_copy_duration_minutes,
             .image_tags = birth_tags(),
             .snapshot_tags = birth_tags(),
             .client_token = build_.client_token("copy to " + region)},
            build_.stop()
        );
    }

    // All are asked for at once; each region's failure is told, and the others are still begun.
    void copy_to_regions(const std::string& source) {
        const std::vector<std::string> regions = copy_regions(build_, ami_);
        if (!regions.empty()) {
            build_.context().say("Copying/Encrypting AMI (" + source + ") to other regions...");
        }
        for (const std::string& region : regions) {
            build_.context().say("Copying to: " + region);
            attempt_in(region, source, [&] {
                retire_old(region, source);
                images_[region] = copy(region, source);
            });
        }
    }

    void await_copies(const std::string& source) {
        std::set<std::string> waiting;
        for (const auto& [region, id] : images_) {
            if (id != source) {
                waiting.insert(region);
            }
        }
        if (!waiting.empty()) {
            build_.context().say("Waiting for all copies to complete...");
            build_.wait_until("copies of the AMI", kUntilAvailable, [&] {
                const std::set<std::string> asked = waiting;
                for (const std::string& region : asked) {
                    bool is_over = true;
                    attempt_in(region, source, [&] {
                        is_over = is_available(region, images_[region]);
                    });
                    if (is_over) {
                        waiting.erase(region);
                    }
                }
                return waiting.empty();
            });
        }
        if (!failures_.empty()) {
            throw Error(
                ErrorKind::command,
                "the AMI could not be copied to " + std::to_string(failures_.size()) +
                    (failures_.size() == 1 ? " region: " : " regions: ") + join(failures_, "; ")
            );
        }
    }

    template <class Work>
    void attempt_in(const std::string& region, const std::string& source, const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::interrupted) {
                throw;
            }
            const std::string text =
                "Error Copying AMI (" + source + ") to region (" + region + "): " + error.message();
            build_.context().say_error(text);
            failures_.push_back(region + ": " + error.message());
        }
    }

    std::vector<std::string> snapshots_of_image(const std::string& id) const {
        std::vector<std::string> snapshots;
        for (const ec2::Image& image :
             ec2::describe_images(build_.region(), {.ids = {id}}, build_.stop())) {
            snapshots = image.snapshot_ids();
        }
        return snapshots;
    }

    /// An image that is registered has snapshots which another may be made of too: `kept`.
    void remove_image(const std::string& id, const std::vector<std::string>& kept = {}) const {
        const std::vector<std::string> snapshots = snapshots_of_image(id);
        ec2::deregister_image(build_.region(), id, build_.stop());
        for (const std::string& snapshot : snapshots) {
            if (std::find(kept.begin(), kept.end(), snapshot) == kept.end()) {
                ec2::delete_snapshot(build_.region(), snapshot, build_.stop());
            }
        }
    }

    void remove_intermediate(const std::string& first) {
        build_.context().say(
            "Deregistering the AMI and deleting unencrypted temporary AMIs and snapshots"
        );
        remove_image(first);
        if (images_[build_.region().name()] == first) {
            images_.erase(build_.region().name());
        }
    }

    /// From here on they are what the build was run for.
    void commit() {
        for (const auto& [region, id] : images_) {
            const ec2::Region there = build_.session().ec2(region);
            std::vector<std::string> ids = {id};
            for (const ec2::Image& image :
                 ec2::describe_images(there, {.ids = {id}}, build_.stop())) {
                const auto snapshots = image.snapshot_ids();
                ids.insert(ids.end(), snapshots.begin(), snapshots.end());
            }
            ec2::create_tags(there, ids, output_tags(), build_.stop());
        }
        build_.keep_results();
    }

    static constexpr std::size_t kLongestName = 128;
    static constexpr std::size_t kSuffix = 9;  ///< a dash and the mark's first letters

    Ec2Build& build_;
    const plan::AmiOptions& ami_;
    bool force_;
    const ec2::Tags& run_tags_;
    RegionImages images_;
    std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> copy_regions(const Ec2Build& build, const plan::AmiOptions& ami) {
    std::vector<std::string> regions;
    for (const std::string& region : ami.ami_regions) {
        if (region != build.region().name() &&
            std::find(regions.begin(), regions.end(), region) == regions.end()) {
            regions.push_back(region);
        }
    }
    return regions;
}

void check_ami_name(const Ec2Build& build, const plan::AmiOptions& ami, bool force) {
    if (force || ami.force_deregister) {
        build.context().say("Force Deregister flag found, skipping prevalidating AMI Name");
        return;
    }
    if (ami.skip_save_build_region) {
        build.context().say("skip_save_build_region was set, not checking AMI name");
        return;
    }
    build.context().say("Prevalidating AMI Name: " + ami.ami_name);
    const auto found = ec2::describe_images(
        build.region(),
        {.owners = {"self"}, .filters = {{"name", {ami.ami_name}}}, .include_deprecated = true},
        build.stop()
    );
    if (!found.empty()) {
        throw Error(
            ErrorKind::exists,
            "Error: AMI Name: '" + ami.ami_name +
                "' is used by an existing AMI: " + found.front().id
        )
            .set_hint(
                "give another name, for instance with {{timestamp}} in it; -force replaces "
                "the AMI once the new one is there"
            );
    }
}

RegionImages make_ami(
    Ec2Build& build,
    const plan::AmiOptions& ami,
    bool force,
    const ec2::Tags& run_tags,
    const ImageMaker& maker
) {
    return AmiMaker(build, ami, force, run_tags).make(maker);
}

}  // namespace kiln::exec
