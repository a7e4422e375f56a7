#include "execute/builder/amazon/ec2_build.hpp"

#include "aws/ec2/created_once.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/go_time.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/builder/amazon/polling.hpp"
#include "execute/run_text.hpp"
#include "execute/stop.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

// What a build has made and not removed may be swept from anywhere after this long.
constexpr std::chrono::hours kLongestBuild{24};

std::shared_ptr<AwsSession> open(BuildContext& context, const plan::AwsAccessOptions& access) {
    if (context.effects.aws == nullptr) {
        throw Error(ErrorKind::unsupported, "this run may not reach AWS");
    }
    return context.effects.aws->open(access, context.stop);
}

}  // namespace

Ec2Build::Ec2Build(BuildContext& context, const plan::AwsAccessOptions& access)
    : context_(context),
      access_(access),
      session_(open(context, access)),
      region_(session_->ec2()),
      mark_(context.build.text.make_uuid()) {}

aws::ec2::Tags Ec2Build::temporary_tags(aws::ec2::Tags own) const {
    const auto expires = context_.effects.clock.wall_now() + kLongestBuild;
    own[aws::ec2::kMarkTag] = mark_;
    own[kRoleTag] = kTemporaryRole;
    own[kExpiresTag] = format_go_time(kRfc3339Layout, expires);
    return own;
}

std::string Ec2Build::client_token(const std::string& step) const {
    return Digest(DigestAlgorithm::sha256).field(mark_).field(step).finish_hex();
}

std::string Ec2Build::render(const std::string& option, const std::string& text) const {
    return render_at_run(context_, option, text, fields_);
}

aws::ec2::Tags Ec2Build::render_tags(
    const std::string& option,
    const std::map<std::string, std::string>& tags,
    const std::vector<plan::Tag>& blocks
) const {
    aws::ec2::Tags result;
    for (const auto& [key, value] : tags) {
        result[render(option, key)] = render(option, value);
    }
    for (const plan::Tag& block : blocks) {
        result[render(option, block.key)] = render(option, block.value);
    }
    return result;
}

void Ec2Build::set_source(const aws::ec2::Image& source) {
    source_values_ = {
        {"BuildRegion", region_.name()},
        {"SourceAMI", source.id},
        {"SourceAMIName", source.name},
        {"SourceAMICreationDate", source.creation_date},
        {"SourceAMIOwner", source.owner_id},
        {"SourceAMIOwnerName", source.owner_alias}};
    fields_.clear();
    for (const auto& [name, value] : source_values_) {
        fields_.emplace(name, value);
    }
    tmpl::TextMap tags;
    for (const auto& [key, value] : source.tags) {
        tags.emplace(key, value);
    }
    fields_.emplace("SourceAMITags", std::move(tags));
}

void Ec2Build::enter_region(const std::string& region) {
    if (!entered_.contains(region)) {
        entered_.emplace(region, journal_entry(region, false));
    }
}

JournalEntry Ec2Build::journal_entry(const std::string& region, bool keeps_results) {
    const AwsRun run{
        .account = session_->identity(context_.stop).account,
        .region = region,
        .mark = mark_,
        .profile = profile(),
        .keeps_results = keeps_results,
        .has_profile = has_profile_ && region == region_.name()};
    return {context_.effects.journal, ResourceKind::aws_run, to_string(run)};
}

void Ec2Build::keep_results() {
    // Written down before the entries that say otherwise are released: a death in between costs
    // the images, of which nobody has heard yet, and leaks nothing.
    JournalEntry kept = journal_entry(region_.name(), true);
    leave_regions();
    entered_.emplace(region_.name(), std::move(kept));
}

void Ec2Build::leave_regions() {
    for (auto& [region, entry] : entered_) {
        entry.release();
    }
    entered_.clear();
}

std::vector<std::string> Ec2Build::entered_regions() const {
    std::vector<std::string> regions;
    for (const auto& [region, entry] : entered_) {
        regions.push_back(region);
    }
    return regions;
}

void Ec2Build::wait_until(
    const std::string& what, const Patience& usual, const std::function<bool()>& look
) const {
    const Patience patience = patience_of(access_.aws_polling, context_.effects.environment, usual);
    sys::Clock& clock = context_.effects.clock;
    const auto deadline = clock.steady_now() + patience.total;
    for (auto pause = patience.first; !look();
         pause = std::min<std::chrono::nanoseconds>(pause * 3 / 2, patience.longest)) {
        if (clock.steady_now() + pause > deadline) {
            throw Error(ErrorKind::timeout, "waited too long for " + what)
                .set_hint("aws_polling { delay_seconds = 15, max_attempts = 240 } waits an hour");
        }
        clock.sleep_for(pause, context_.stop);
        throw_if_stopped(context_.stop);
    }
}

}  // namespace kiln::exec
