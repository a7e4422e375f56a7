#include "image/add_disks.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "base/go_time.hpp"
#include "execute/aws/run_remains.hpp"
#include "image/await_image.hpp"
#include "image/change.hpp"

namespace kiln::image {

namespace {

namespace ec2 = aws::ec2;

// Nothing is copied: an AMI of snapshots that are there is a matter of seconds.
constexpr std::chrono::minutes kLongestRegistration{30};

/// One registration, from its beginning until it is a result, or gone.
class Registrar {
public:
    Registrar(const DiskAdditionDoor& door, const DiskAddition& plan, std::stop_token stop)
        : door_(door),
          plan_(plan),
          there_(door.session.ec2(plan.region)),
          stop_(std::move(stop)),
          entry_(journal(false)) {}

    std::string make() {
        try {
            id_ = ec2::register_image(there_, temporary(), door_.mark, stop_);
            await_image(there_, id_, kLongestRegistration, stop_);
            if (!door_.deprecate_at.empty()) {
                ec2::deprecate_image(there_, id_, door_.deprecate_at, stop_);
            }
            keep();
        } catch (Error& error) {
            remove_after(error);
            error.add_context(
                "registering \"" + plan_.registration.name + "\" of " + plan_.source_id
            );
            throw;
        }
        entry_.release();
        return id_;
    }

private:
    exec::JournalEntry journal(bool keeps_results) {
        const exec::AwsRun run{
            .account = door_.account,
            .region = plan_.region,
            .mark = door_.mark,
            .profile = door_.profile,
            .keeps_results = keeps_results,
            .has_profile = false};
        return {door_.journal, exec::ResourceKind::aws_run, exec::to_string(run)};
    }

    ec2::Registration temporary() const {
        ec2::Registration registration = plan_.registration;
        ec2::Tags& tags = registration.image_tags;
        tags[ec2::kMarkTag] = door_.mark;
        tags[exec::kRoleTag] = exec::kTemporaryRole;
        tags[exec::kExpiresTag] =
            format_go_time(kRfc3339Layout, there_.clock().wall_now() + 2 * kLongestRegistration);
        return registration;
    }

    /// From the last call on it is a result: a death of kiln in between loses none that has become
    /// one, and leaves none that has not.
    void keep() {
        exec::JournalEntry keeping = journal(true);
        entry_.release();
        entry_ = std::move(keeping);
        ec2::create_tags(there_, {id_}, exec::output_tags(), stop_);
    }

    void remove_after(Error& error) {
        try {
            if (id_.empty() && error.kind() != ErrorKind::interrupted) {
                find();
            }
            if (id_.empty() && error.kind() == ErrorKind::interrupted) {
                error.set_hint("whether it was made is not known: kiln sweep removes it if it was");
                return;
            }
            if (!id_.empty()) {
                ec2::deregister_image(there_, id_, {});
            }
            entry_.release();
        } catch (const Error& problem) {
            error.set_hint(
                (id_.empty() ? "it" : id_) + " in " + plan_.region + " may still be there (" +
                problem.message() + "): kiln sweep removes it"
            );
        }
    }

    /// An error need not be EC2's last word: register_image() has looked for it where an answer got
    /// lost, and this is the last look.
    void find() {
        for (const ec2::Image& image : ec2::describe_images(
                 there_,
                 {.owners = {"self"},
                 .filters = {{std::string("tag:") + ec2::kMarkTag, {door_.mark}}}},
                 {}
             )) {
            id_ = image.id;
        }
    }

    const DiskAdditionDoor& door_;
    const DiskAddition& plan_;
    ec2::Region there_;
    std::stop_token stop_;
    exec::JournalEntry entry_;
    std::string id_;
};

}  // namespace

std::string gather_uefi_data(
    exec::AwsSession& session, const OwnImage& source, std::stop_token stop
) {
    // "uefi", "uefi-preferred"; EC2 keeps none for the others.
    if (!source.image->boot_mode.starts_with("uefi")) {
        return "";
    }
    return ec2::image_uefi_data(session.ec2(source.region), source.image->id, std::move(stop));
}

std::string add_disks(
    const DiskAdditionDoor& door, const DiskAddition& plan, std::stop_token stop
) {
    refuse_used_names(door.session, {plan.region}, plan.registration.name, stop);
    return Registrar(door, plan, std::move(stop)).make();
}

}  // namespace kiln::image
