#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/deletion_options.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/image_removal_text.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"
#include "image/gather.hpp"
#include "image/perform_removal.hpp"
#include "image/snapshot_story.hpp"
#include "sys/process_identity.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using nlohmann::ordered_json;

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

std::unique_ptr<Command> make_snapshot_rm() {
    return std::make_unique<SnapshotRm>();
}

}  // namespace kiln::cli
