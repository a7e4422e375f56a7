#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/image_removal_text.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"
#include "image/change.hpp"
#include "image/gather.hpp"
#include "image/prune.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;
using image::PruneAction;
using image::PruneDecision;
using nlohmann::ordered_json;

// EC2 takes no time that is over for a deprecation, and rounds to minutes.
constexpr std::chrono::minutes kSoon{2};

const char* action_word(PruneAction action) {
    switch (action) {
        case PruneAction::keep:
            return "keep";
        case PruneAction::begin_grace:
            return "grace";
        case PruneAction::wait:
            return "wait";
        case PruneAction::remove:
            return "remove";
        case PruneAction::spare:
            return "spare";
    }
    return "";
}

class ImagePrune : public Command {
public:
    void declare(CommandLine& line) override {
        line.option("policy", "FILE", policy_file_);
        access_.declare(line);
        line.flag("dry-run", dry_run_);
        line.flag("yes", yes_);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        if (policy_file_.empty()) {
            throw Error(ErrorKind::usage, "kiln image prune needs -policy FILE");
        }
        if (json_ && !dry_run_ && !yes_) {
            throw Error(ErrorKind::usage, "-json asks nothing, so it needs -yes or -dry-run");
        }
        Diagnostics diagnostics;
        const SourceFile& file =
            session.sources.add(policy_file_, session.files.read_file(policy_file_));
        const image::PrunePolicy policy = image::read_prune_policy(file, diagnostics);
        if (report(session, diagnostics)) {
            return ExitCode::failed;
        }
        ImageAccess access(session, access_);
        const image::RemovalFacts facts = gather(access, policy, session.start);
        const auto decisions = image::plan_prune(facts, policy, session.start);
        image::RemovalFacts going = facts;
        going.images = image::images_with(decisions, {PruneAction::remove});
        // What the policy keeps is kept; what it lets go is in use or shared with its leave.
        const image::RemovalPlan removal =
            image::plan_removal(going, {.force = !policy.keep_in_use || !policy.keep_shared});
        if (!json_) {
            print_result(session, text_of(decisions, removal, access.account()));
        }
        const bool acts =
            !image::images_with(
                 decisions, {PruneAction::remove, PruneAction::begin_grace, PruneAction::spare}
            )
                 .empty();
        std::vector<image::ChangeStep> changes;
        std::vector<image::RemovalStep> steps;
        if (acts && !dry_run_ && (yes_ || confirm(session, "Do that?"))) {
            changes = change(session, access, decisions, policy);
            steps = remove(session, access, removal);
        } else if (acts && !dry_run_) {
            print_message(session, "Nothing was changed.");
            return ExitCode::failed;
        }
        print_result(
            session,
            json_ ? json_of(decisions, removal, access.account(), steps, changes).dump(2)
                  : done_text(steps, changes)
        );
        return access.is_complete() && all_done(steps) && all_changed(changes) ? ExitCode::done
                                                                               : ExitCode::failed;
    }

private:
    /// The dear facts are gathered only for what nothing else keeps.
    static image::RemovalFacts gather(
        ImageAccess& access, const image::PrunePolicy& policy, image::Time now
    ) {
        image::RemovalFacts cheap;
        cheap.inventory = &access.inventory();
        const auto candidates = image::images_with(
            image::plan_prune(cheap, policy, now),
            {PruneAction::remove, PruneAction::begin_grace, PruneAction::wait}
        );
        return image::gather_removal_facts(
            access.aws(), access.inventory(), candidates, {}, access.stop()
        );
    }

    static std::vector<image::ChangeStep> change(
        const Session& session,
        ImageAccess& access,
        const std::vector<PruneDecision>& decisions,
        const image::PrunePolicy& policy
    ) {
        auto steps = image::change_images(
            access.aws(),
            image::images_with(decisions, {PruneAction::begin_grace}),
            [&](const ec2::Region& region, const ec2::Image& image) {
                // The tag first: an image in its grace is known as one, whatever fails behind it.
                ec2::create_tags(
                    region,
                    {image.id},
                    {{image::kPruneAfterTag,
                      image::time_text(session.start + policy.grace.value_or(kSoon))}},
                    access.stop()
                );
                ec2::deprecate_image(
                    region, image.id, image::time_text(session.start + kSoon), access.stop()
                );
                if (policy.disable) {
                    ec2::disable_image(region, image.id, access.stop());
                }
            }
        );
        const auto spared = image::change_images(
            access.aws(),
            image::images_with(decisions, {PruneAction::spare}),
            [&](const ec2::Region& region, const ec2::Image& image) {
                if (image.state == "disabled") {
                    ec2::enable_image(region, image.id, access.stop());
                }
                ec2::undeprecate_image(region, image.id, access.stop());
                ec2::delete_tags(region, {image.id}, {image::kPruneAfterTag}, access.stop());
            }
        );
        steps.insert(steps.end(), spared.begin(), spared.end());
        return steps;
    }

    static std::vector<image::RemovalStep> remove(
        Session& session, ImageAccess& access, const image::RemovalPlan& removal
    ) {
        if (!removal.does_anything()) {
            return {};
        }
        access.remember_inventory();
        exec::Journal journal(journal_path(session));
        journal.begin_run({sys::identify_self(), "kiln image prune", session.start});
        const image::RemovalDoor door{access.aws(), journal, access.account(), access.profile()};
        auto steps = image::perform_removal(door, removal, access.stop());
        journal.finish_run(std::chrono::system_clock::now());
        return steps;
    }

    static bool all_changed(const std::vector<image::ChangeStep>& changes) {
        for (const image::ChangeStep& step : changes) {
            if (!step.problem.empty()) {
                return false;
            }
        }
        return true;
    }

    static std::string places_text(const image::CopyGroup& group) {
        std::string text;
        for (const image::OwnImage& own : group) {
            text += (text.empty() ? "" : ", ") + own.image->id + " in " + own.region;
        }
        return text;
    }

    static std::string text_of(
        const std::vector<PruneDecision>& decisions,
        const image::RemovalPlan& removal,
        const std::string& account
    ) {
        if (decisions.empty()) {
            return "The policy is about no AMI of account " + account + ".\n";
        }
        report::Table table{{{"lineage"}, {"name"}, {"do"}, {"why"}, {"AMIs"}}, {}};
        for (const PruneDecision& decision : decisions) {
            table.rows.push_back(
                {decision.lineage,
                 decision.group.front().image->name,
                 action_word(decision.action),
                 decision.due ? "grace until " + image::time_text(*decision.due) : decision.why,
                 places_text(decision.group)}
            );
        }
        return report::text_table(table, 0) +
               (removal.fates.empty() ? "" : "\n" + removal_text(removal, account));
    }

    static std::string done_text(
        const std::vector<image::RemovalStep>& steps, const std::vector<image::ChangeStep>& changes
    ) {
        std::string text = steps_text(steps);
        for (const image::ChangeStep& step : changes) {
            const std::string what = step.place.id + " in " + step.place.region;
            text += step.problem.empty()
                        ? "changed AMI " + what + "\n"
                        : "could not change AMI " + what + ": " + step.problem + "\n";
        }
        return text.empty() ? "Nothing was changed." : text;
    }

    static ordered_json json_of(
        const std::vector<PruneDecision>& decisions,
        const image::RemovalPlan& removal,
        const std::string& account,
        const std::vector<image::RemovalStep>& steps,
        const std::vector<image::ChangeStep>& changes
    ) {
        ordered_json list = ordered_json::array();
        for (const PruneDecision& decision : decisions) {
            ordered_json images = ordered_json::array();
            for (const image::OwnImage& own : decision.group) {
                images.push_back({{"region", own.region}, {"id", own.image->id}});
            }
            list.push_back(
                {{"lineage", decision.lineage},
                 {"name", decision.group.front().image->name},
                 {"architecture", decision.group.front().image->architecture},
                 {"action", action_word(decision.action)},
                 {"why", text_or_null(decision.why)},
                 {"due",
                  decision.due ? ordered_json(image::time_text(*decision.due)) : ordered_json()},
                 {"images", images}}
            );
        }
        ordered_json changed = ordered_json::array();
        for (const image::ChangeStep& step : changes) {
            changed.push_back(
                {{"region", step.place.region},
                 {"id", step.place.id},
                 {"problem", text_or_null(step.problem)}}
            );
        }
        return {
            {"account", account},
            {"decisions", list},
            {"removal", removal_json(removal, account)},
            {"steps", steps_json(steps)},
            {"changes", changed}};
    }

    std::string policy_file_;
    ImageAccessOptions access_;
    bool dry_run_ = false;
    bool yes_ = false;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_prune() {
    return std::make_unique<ImagePrune>();
}

}  // namespace kiln::cli
