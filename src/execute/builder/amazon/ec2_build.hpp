#pragma once

#include "aws/ec2/images.hpp"
#include "aws/ec2/instances.hpp"
#include "execute/aws/session.hpp"
#include "execute/build_context.hpp"
#include "execute/journal.hpp"
#include "plan/options/key_value.hpp"
#include "template/text_context.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// How often and how long to ask until something is there.
struct Patience {
    std::chrono::nanoseconds first{std::chrono::milliseconds(500)};
    std::chrono::nanoseconds longest{std::chrono::seconds(5)};
    std::chrono::nanoseconds total{std::chrono::minutes(10)};
};

/// What the steps of a build on EC2 share: the account, the region, and the mark by which all that
/// the build creates is known as its own.
class Ec2Build {
public:
    /// Opens the session; asks nobody yet.
    Ec2Build(BuildContext& context, const plan::AwsAccessOptions& access);

    BuildContext& context() const { return context_; }
    AwsSession& session() const { return *session_; }
    const aws::ec2::Region& region() const { return region_; }
    /// That the template names; "" for none.
    std::string profile() const { return access_.profile.value_or(""); }
    const std::stop_token& stop() const { return context_.stop; }
    /// Value of the tag kiln:run: a UUID that no other build has.
    const std::string& mark() const { return mark_; }
    /// "packer_<mark>", as Packer names what it makes for a while.
    std::string temporary_name() const { return "packer_" + mark_; }

    /// Tags of what shall be gone after the build: `own` and the mark.
    aws::ec2::Tags temporary_tags(aws::ec2::Tags own = {}) const;
    /// A token for one call of this build: repeated with it, the call has one effect. At most 64
    /// characters.
    std::string client_token(const std::string& step) const;

    /// Renders tags with what is known of the source AMI.
    aws::ec2::Tags render_tags(
        const std::string& option,
        const std::map<std::string, std::string>& tags,
        const std::vector<plan::Tag>& blocks = {}
    ) const;
    std::string render(const std::string& option, const std::string& text) const;
    void set_source(const aws::ec2::Image& source);
    /// What `build.*` and text templates know of the source AMI.
    const std::map<std::string, std::string>& source_values() const { return source_values_; }

    /// Before the first thing is created in a region: from now on `kiln sweep` knows where to look.
    void enter_region(const std::string& region);
    /// The same before a role and an instance profile are made, which are in no region; once,
    /// before any region is entered.
    void enter_iam() { has_profile_ = true; }
    bool has_profile() const { return has_profile_; }
    /// The build's images are whole: from now on they stay, whatever happens.
    void keep_results();
    /// In no region is anything left that should not be.
    void leave_regions();
    /// Regions in which something may have been created.
    std::vector<std::string> entered_regions() const;

    /// Calls `look` until it returns true. Error{timeout} that names `what` after the last time;
    /// aws_polling and the variables AWS_POLL_DELAY_SECONDS, AWS_MAX_ATTEMPTS and
    /// AWS_TIMEOUT_SECONDS win over `usual`.
    void wait_until(
        const std::string& what, const Patience& usual, const std::function<bool()>& look
    ) const;

private:
    JournalEntry journal_entry(const std::string& region, bool keeps_results);

    BuildContext& context_;
    plan::AwsAccessOptions access_;
    std::shared_ptr<AwsSession> session_;
    aws::ec2::Region region_;
    std::string mark_;
    std::map<std::string, std::string> source_values_;
    tmpl::TextMap fields_;
    std::map<std::string, JournalEntry> entered_;
    bool has_profile_ = false;
};

}  // namespace kiln::exec
