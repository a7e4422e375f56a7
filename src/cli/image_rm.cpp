#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/image_removal_text.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"
#include "image/gather.hpp"
#include "image/times.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using image::OwnImage;
using nlohmann::ordered_json;

/// How a command that deletes is told to go about it.
struct DeletionOptions {
    bool dry_run = false;
    bool yes = false;
    bool force = false;
    bool json = false;

    void declare(CommandLine& line) {
        line.flag("dry-run", dry_run);
        line.flag("yes", yes);
        line.flag("force", force);
        line.flag("json", json);
    }

    void check() const {
        if (json && !dry_run && !yes) {
            throw Error(ErrorKind::usage, "-json asks nothing, so it needs -yes or -dry-run");
        }
    }
};

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

class ImageRestore : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        if (words_.empty()) {
            throw Error(ErrorKind::usage, "kiln image restore needs an AMI's id or name");
        }
        ImageAccess access(session, access_);
        std::map<image::Place, std::vector<std::string>> remembered;
        for (const image::ImageRecord& record : access.records().all(access.account())) {
            remembered[{record.region, record.id}] = record.snapshots;
        }
        const auto restored = image::restore_images(
            access.aws(), access.regions(), words_, remembered, access.stop()
        );
        std::string text;
        ordered_json list = ordered_json::array();
        bool is_whole = true;
        for (const image::Restored& one : restored) {
            const std::string what = one.place.id + " in " + one.place.region;
            is_whole = is_whole && one.problem.empty();
            text += one.problem.empty() ? fmt::format(
                                              "AMI {} is there again, and {} of its snapshots\n",
                                              what,
                                              one.snapshots.size()
                                          )
                                        : "AMI " + what + " is not: " + one.problem + "\n";
            list.push_back(
                {{"region", one.place.region},
                 {"id", one.place.id},
                 {"snapshots", one.snapshots},
                 {"problem", text_or_null(one.problem)}}
            );
        }
        print_result(session, json_ ? ordered_json{{"restored", list}}.dump(2) : text);
        return is_whole ? ExitCode::done : ExitCode::failed;
    }

private:
    std::vector<std::string> words_;
    ImageAccessOptions access_;
    bool json_ = false;
};

class SnapshotRm : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("SNAPSHOT", words_);
        access_.declare(line);
        line.flag("orphans", orphans_);
        deletion_.declare(line);
    }

    ExitCode run(Session& session) override {
        if (words_.empty() != orphans_) {
            throw Error(
                ErrorKind::usage, "kiln snapshot rm needs either snapshots' ids or -orphans"
            );
        }
        deletion_.check();
        ImageAccess access(session, access_);
        const std::vector<image::Place> places = chosen(access);
        const image::RemovalFacts facts = image::gather_removal_facts(
            access.aws(), access.inventory(), {}, places, access.stop()
        );
        const auto removals =
            image::plan_snapshot_removal(facts, places, {.force = deletion_.force});
        const bool any = std::any_of(removals.begin(), removals.end(), [](const auto& one) {
            return one.fate.is_deleted;
        });
        if (!deletion_.json) {
            print_result(session, text_of(removals, facts, access.account()));
        }
        std::vector<image::RemovalStep> steps;
        if (any && !deletion_.dry_run &&
            (deletion_.yes || confirm(session, "Remove that for good?"))) {
            exec::Journal journal(journal_path(session));
            journal.begin_run({sys::identify_self(), "kiln snapshot rm", session.start});
            const image::RemovalDoor door{
                access.aws(), journal, access.account(), access.profile()};
            steps = image::perform_snapshot_removal(door, removals, access.stop());
            journal.finish_run(std::chrono::system_clock::now());
        } else if (any && !deletion_.dry_run) {
            print_message(session, "Nothing was removed.");
            return ExitCode::failed;
        }
        if (deletion_.json) {
            print_result(session, json_of(removals, steps, access.account()).dump(2));
        } else if (!steps.empty()) {
            print_result(session, steps_text(steps));
        }
        const bool is_whole = std::all_of(removals.begin(), removals.end(), [](const auto& one) {
            return one.fate.is_deleted;
        });
        return is_whole && access.is_complete() && all_done(steps) ? ExitCode::done
                                                                   : ExitCode::failed;
    }

private:
    std::vector<image::Place> chosen(ImageAccess& access) const {
        std::vector<image::Place> places;
        const auto stories = image::snapshot_stories(
            access.inventory(), image::remembered_snapshots(access.records().all(access.account()))
        );
        for (const image::SnapshotStory& story : stories) {
            const bool is_meant = orphans_ ? story.purpose == image::SnapshotPurpose::orphan
                                           : is_named(story.snapshot->id);
            if (is_meant) {
                places.push_back({story.region, story.snapshot->id});
            }
        }
        for (const std::string& word : words_) {
            const bool is_known = std::any_of(places.begin(), places.end(), [&](const auto& one) {
                return one.id == word;
            });
            if (!is_known) {
                throw Error(
                    ErrorKind::not_found,
                    "account " + access.account() + " has no snapshot \"" + word + "\" there"
                )
                    .set_hint("kiln snapshot list shows what there is");
            }
        }
        return places;
    }

    bool is_named(const std::string& id) const {
        return std::find(words_.begin(), words_.end(), id) != words_.end();
    }

    static double dollars_of(
        const std::vector<image::SnapshotRemoval>& removals, const image::RemovalFacts& facts
    ) {
        double dollars = 0;
        for (const image::SnapshotRemoval& one : removals) {
            const auto price = facts.price_of_gib.find(one.region);
            if (one.fate.is_deleted && price != facts.price_of_gib.end()) {
                dollars += one.fate.gib * price->second;
            }
        }
        return dollars;
    }

    static std::string text_of(
        const std::vector<image::SnapshotRemoval>& removals,
        const image::RemovalFacts& facts,
        const std::string& account
    ) {
        std::string text;
        for (const image::SnapshotRemoval& one : removals) {
            text += one.region + " of account " + account + ": " + fate_text(one.fate) + "\n";
        }
        if (removals.empty()) {
            return "There is no orphan.\n";
        }
        return text + "That frees at most " + dollars_text(dollars_of(removals, facts)) +
               " a month (an estimate).\n";
    }

    static ordered_json json_of(
        const std::vector<image::SnapshotRemoval>& removals,
        const std::vector<image::RemovalStep>& steps,
        const std::string& account
    ) {
        ordered_json list = ordered_json::array();
        for (const image::SnapshotRemoval& one : removals) {
            ordered_json record = fate_json(one.fate);
            record["region"] = one.region;
            list.push_back(std::move(record));
        }
        return {{"account", account}, {"snapshots", list}, {"steps", steps_json(steps)}};
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    DeletionOptions deletion_;
    bool orphans_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_rm() {
    return std::make_unique<ImageRm>();
}
std::unique_ptr<Command> make_image_restore() {
    return std::make_unique<ImageRestore>();
}
std::unique_ptr<Command> make_snapshot_rm() {
    return std::make_unique<SnapshotRm>();
}

}  // namespace kiln::cli
