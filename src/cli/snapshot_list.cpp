#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "image/gather.hpp"
#include "image/snapshot_story.hpp"
#include "image/times.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using aws::ec2::Image;
using nlohmann::ordered_json;

const char* purpose_word(image::SnapshotPurpose purpose) {
    switch (purpose) {
        case image::SnapshotPurpose::of_image:
            return "image";
        case image::SnapshotPurpose::orphan:
            return "orphan";
        case image::SnapshotPurpose::standalone:
            return "standalone";
    }
    return "";
}

report::Table story_table(const std::vector<image::SnapshotStory>& stories) {
    report::Table table{
        {{"snapshot"},
         {"region"},
         {"purpose"},
         {"GiB", true, 3},
         {"started", false, 4},
         {"why", false, 0},
         {"description", false, 5}},
        {}};
    for (const image::SnapshotStory& story : stories) {
        const aws::ec2::Snapshot& snapshot = *story.snapshot;
        table.rows.push_back(
            {snapshot.id,
             story.region,
             purpose_word(story.purpose),
             std::to_string(snapshot.size_gib),
             image::day_text(snapshot.start_time),
             story.why,
             snapshot.description}
        );
    }
    return table;
}

ordered_json story_json(const image::SnapshotStory& story) {
    const aws::ec2::Snapshot& snapshot = *story.snapshot;
    ordered_json images = ordered_json::array();
    for (const Image* image : story.images) {
        images.push_back(image->id);
    }
    return {
        {"id", snapshot.id},
        {"region", story.region},
        {"purpose", purpose_word(story.purpose)},
        {"why", story.why},
        {"images", images},
        {"state", snapshot.state},
        {"started", text_or_null(snapshot.start_time)},
        {"size_gib", snapshot.size_gib},
        {"volume", text_or_null(snapshot.volume_id)},
        {"encrypted", snapshot.encrypted},
        {"description", text_or_null(snapshot.description)},
        {"tags", snapshot.tags}};
}

void print_stories(
    const Session& session,
    const TableOptions& options,
    const std::string& account,
    const std::vector<image::SnapshotStory>& stories
) {
    print_table(
        session,
        options,
        [&] { return story_table(stories); },
        [&] {
            ordered_json document = {{"account", account}, {"snapshots", ordered_json::array()}};
            for (const image::SnapshotStory& story : stories) {
                document["snapshots"].push_back(story_json(story));
            }
            return document;
        },
        "No snapshot is like that."
    );
}

class SnapshotList : public Command {
public:
    void declare(CommandLine& line) override {
        access_.declare(line);
        line.choice("purpose", {"image", "orphan", "standalone"}, purpose_);
        table_.declare(line);
    }

    ExitCode run(Session& session) override {
        table_.check();
        ImageAccess access(session, access_);
        auto stories = image::snapshot_stories(
            access.inventory(), image::remembered_snapshots(access.records().all(access.account()))
        );
        access.remember_inventory();
        if (!purpose_.empty()) {
            std::erase_if(stories, [&](const image::SnapshotStory& story) {
                return purpose_ != purpose_word(story.purpose);
            });
        }
        print_stories(session, table_, access.account(), stories);
        return access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

private:
    ImageAccessOptions access_;
    std::string purpose_;
    TableOptions table_;
};

class SnapshotOf : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        table_.declare(line);
    }

    ExitCode run(Session& session) override {
        table_.check();
        if (words_.empty()) {
            throw Error(ErrorKind::usage, "kiln snapshot of needs an AMI's id or name");
        }
        ImageAccess access(session, access_);
        const auto all = image::snapshot_stories(
            access.inventory(), image::remembered_snapshots(access.records().all(access.account()))
        );
        std::vector<image::SnapshotStory> stories;
        for (const std::string& word : words_) {
            const std::vector<image::SnapshotStory> found = stories_of(all, word);
            if (found.empty()) {
                access.find_images({word});  // one without snapshots, or none at all
            }
            stories.insert(stories.end(), found.begin(), found.end());
        }
        print_stories(session, table_, access.account(), stories);
        return access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

private:
    /// Of an AMI that is there, by what it maps; of one that is gone, by what tells of it.
    static std::vector<image::SnapshotStory> stories_of(
        const std::vector<image::SnapshotStory>& all, const std::string& word
    ) {
        std::vector<image::SnapshotStory> found;
        for (const image::SnapshotStory& story : all) {
            const bool is_mapped =
                std::any_of(story.images.begin(), story.images.end(), [&](const Image* image) {
                    return image->id == word || image->name == word ||
                           story.region + ":" + image->id == word;
                });
            const bool was_mapped = story.purpose == image::SnapshotPurpose::orphan &&
                                    word.starts_with("ami-") &&
                                    story.why.find(word) != std::string::npos;
            if (is_mapped || was_mapped) {
                found.push_back(story);
            }
        }
        return found;
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    TableOptions table_;
};
}  // namespace

std::unique_ptr<Command> make_snapshot_list() {
    return std::make_unique<SnapshotList>();
}
std::unique_ptr<Command> make_snapshot_of() {
    return std::make_unique<SnapshotOf>();
}

}  // namespace kiln::cli
