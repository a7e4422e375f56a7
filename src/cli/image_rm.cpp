#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/deletion_options.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/image_removal_text.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"
#include "image/copies.hpp"
#include "image/gather.hpp"
#include "image/perform_removal.hpp"
#include "image/times.hpp"
#include "sys/process_identity.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using image::OwnImage;
using nlohmann::ordered_json;

class ImageRm : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.flag("this-only", this_only_);
        deletion_.declare(line);
    }

    ExitCode run(Session& session) override {
        if (words_.empty()) {
            throw Error(ErrorKind::usage, "kiln image rm needs an AMI's id or name");
        }
        deletion_.check();
        ImageAccess access(session, access_);
        const std::vector<OwnImage> named = access.find_images(words_);
        const std::vector<OwnImage> images = this_only_ ? named : access.with_copies(named);
        const image::RemovalFacts facts = image::gather_removal_facts(
            access.aws(), access.inventory(), images, {}, access.stop()
        );
        const image::RemovalPlan plan = image::plan_removal(facts, {.force = deletion_.force});
        if (!deletion_.json) {
            print_result(session, removal_text(plan, access.account()));
        }
        // A region that did not answer may have copies, and nobody knows.
        const bool is_whole =
            access.is_complete() &&
            std::all_of(plan.fates.begin(), plan.fates.end(), [](const auto& fate) {
                return fate.is_deregistered;
            });
        std::vector<image::RemovalStep> steps;
        if (plan.does_anything() && !deletion_.dry_run &&
            (deletion_.yes || confirm(session, "Remove that for good?"))) {
            steps = perform(session, access, plan);
        } else if (!deletion_.dry_run && plan.does_anything()) {
            print_message(session, "Nothing was removed.");
            return ExitCode::failed;
        }
        if (deletion_.json) {
            ordered_json document = removal_json(plan, access.account());
            document["steps"] = steps_json(steps);
            print_result(session, document.dump(2));
        } else if (!steps.empty()) {
            print_result(session, steps_text(steps));
        } else if (!plan.does_anything()) {
            print_message(session, "Nothing is removed; -force removes what is in use or shared.");
        }
        return is_whole && all_done(steps) ? ExitCode::done : ExitCode::failed;
    }

private:
    static std::vector<image::RemovalStep> perform(
        Session& session, ImageAccess& access, const image::RemovalPlan& plan
    ) {
        // What goes is written down first: it tells later what its snapshots were of.
        access.remember_inventory();
        exec::Journal journal(journal_path(session));
        journal.begin_run({sys::identify_self(), "kiln image rm", session.start});
        const image::RemovalDoor door{access.aws(), journal, access.account(), access.profile()};
        const auto steps = image::perform_removal(door, plan, access.stop());
        std::vector<image::ImageRecord> gone;
        for (const image::RemovalStep& step : steps) {
            if (step.kind == "AMI" && step.problem.empty()) {
                image::ImageRecord record;
                record.account = access.account();
                record.region = step.region;
                record.id = step.id;
                record.removed = image::time_text(std::chrono::system_clock::now());
                gone.push_back(std::move(record));
            }
        }
        access.records().remember(gone);
        journal.finish_run(std::chrono::system_clock::now());
        return steps;
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    DeletionOptions deletion_;
    bool this_only_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_rm() {
    return std::make_unique<ImageRm>();
}

}  // namespace kiln::cli
