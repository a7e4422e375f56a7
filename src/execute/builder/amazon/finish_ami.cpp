#include "execute/builder/amazon/finish_ami.hpp"

#include "aws/ec2/images.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"

#include <vector>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

class AmiFinisher {
public:
    AmiFinisher(
        const Ec2Build& build,
        const plan::AmiOptions& ami,
        const std::string& region,
        std::string id
    )
        : build_(build), ami_(ami), there_(build.session().ec2(region)), id_(std::move(id)) {
        const auto found = ec2::describe_images(there_, {.ids = {id_}}, build.stop());
        if (found.empty()) {
            throw Error(
                ErrorKind::not_found, "the AMI " + id_ + " is not in " + region + " any more"
            );
        }
        snapshots_ = found.front().snapshot_ids();
    }

    void finish() const {
        deprecate();
        set_tags();
        set_attributes();
        share_snapshots();
        protect();
    }

private:
    void say(const std::string& text) const { build_.context().say(text); }

    void deprecate() const {
        if (ami_.deprecate_at) {
            say("Enabling deprecation on AMI (" + id_ + ") in region \"" + there_.name() + "\" ..."
            );
            ec2::deprecate_image(there_, id_, *ami_.deprecate_at, build_.stop());
        }
    }

    void create_tags(const std::vector<std::string>& ids, const ec2::Tags& tags) const {
        for (const auto& [key, value] : tags) {
            say("Adding tag: \"" + key + "\": \"" + value + "\"");
        }
        ec2::create_tags(there_, ids, tags, build_.stop());
    }

    void set_tags() const {
        const ec2::Tags tags = build_.render_tags("tags", ami_.tags, ami_.tag);
        const ec2::Tags of_snapshots = build_.render_tags(
            "snapshot_tags", ami_.snapshots.snapshot_tags, ami_.snapshots.snapshot_tag
        );
        if (tags.empty() && of_snapshots.empty()) {
            return;
        }
        say("Adding tags to AMI (" + id_ + ")...");
        for (const std::string& snapshot : snapshots_) {
            say("Tagging snapshot: " + snapshot);
        }
        if (!tags.empty()) {
            say("Creating AMI tags");
            std::vector<std::string> all = snapshots_;
            all.push_back(id_);
            create_tags(all, tags);
        }
        if (!of_snapshots.empty()) {
            say("Creating snapshot tags");
            create_tags(snapshots_, of_snapshots);
        }
    }

    void set_attributes() const {
        const std::stop_token& stop = build_.stop();
        const std::string description =
            build_.render("ami_description", ami_.ami_description.value_or(""));
        const ec2::LaunchPermissions shares{
            ami_.ami_users, ami_.ami_groups, ami_.ami_org_arns, ami_.ami_ou_arns};
        const bool is_shared = !shares.users.empty() || !shares.groups.empty() ||
                               !shares.organization_arns.empty() ||
                               !shares.organizational_unit_arns.empty();
        if (!description.empty() || is_shared || ami_.imds_support ||
            !ami_.ami_product_codes.empty()) {
            say("Modifying attributes on AMI (" + id_ + ")...");
        }
        if (!description.empty()) {
            say("Modifying: description");
            ec2::set_image_description(there_, id_, description, stop);
        }
        if (ami_.imds_support) {
            say("Modifying: imds_support");
            ec2::require_imds_v2(there_, id_, stop);
        }
        if (!ami_.ami_product_codes.empty()) {
            say("Modifying: product codes");
            ec2::add_product_codes(there_, id_, ami_.ami_product_codes, stop);
        }
        if (is_shared) {
            say("Modifying: launch permissions");
            ec2::share_image(there_, id_, shares, stop);
        }
    }

    void share_snapshots() const {
        const plan::SnapshotTagOptions& shares = ami_.snapshots;
        if (shares.snapshot_users.empty() && shares.snapshot_groups.empty()) {
            return;
        }
        for (const std::string& snapshot : snapshots_) {
            say("Modifying attributes on snapshot (" + snapshot + ")...");
            ec2::share_snapshot(
                there_, snapshot, shares.snapshot_users, shares.snapshot_groups, build_.stop()
            );
        }
    }

    void protect() const {
        const auto& protection = ami_.deregistration_protection;
        if (protection && protection->enabled) {
            say("Enabling deregistration protection on AMI (" + id_ + ")...");
            ec2::protect_image(there_, id_, protection->with_cooldown, build_.stop());
        }
    }

    const Ec2Build& build_;
    const plan::AmiOptions& ami_;
    ec2::Region there_;
    std::string id_;
    std::vector<std::string> snapshots_;
};

}  // namespace

void finish_ami(
    const Ec2Build& build,
    const plan::AmiOptions& ami,
    const std::string& region,
    const std::string& id
) {
    AmiFinisher(build, ami, region, id).finish();
}

}  // namespace kiln::exec
