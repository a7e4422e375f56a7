#include "report/image_history.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"
#include "execute/aws/prices.hpp"
#include "image/change.hpp"
#include "image/in_parallel.hpp"
#include "image/uses.hpp"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;
using image::ImageRecord;
using image::OwnImage;

constexpr const char* kClustersField = "clusters";
constexpr const char* kClustersTag = "kiln:clusters";

/// Field names for a message: "author, support, ...".
std::string field_names() {
    std::vector<std::string> names;
    for (const image::NoteField& field : image::note_fields()) {
        names.emplace_back(field.name);
    }
    names.emplace_back(kClustersField);
    return join(names, ", ");
}

class ImageHistory : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.option("lineage", "PATTERN", lineage_);
        line.option("set", "FIELD=VALUE", set_);
        line.flag("repair", repair_);
        line.option("html", "FILE", html_);
        table_.declare(line);
    }

    ExitCode run(Session& session) override {
        table_.check();
        const ec2::Tags tags = tags_to_set();
        ImageAccess access(session, access_);
        const std::vector<OwnImage> named =
            words_.empty() ? std::vector<OwnImage>{} : access.find_images(words_);
        access.remember_inventory();
        remember_clusters(session, access);
        bool all_done = true;
        if (!tags.empty()) {
            all_done = write_tags(session, access, access.with_copies(named), tags);
        }
        if (repair_) {
            all_done = repair(session, access) && all_done;
        }
        const auto releases = chosen(access, named);
        if (!html_.empty()) {
            constexpr unsigned kMode = 0644;
            session.files.write_file_atomic(
                html_, report::history_page(releases, access.account(), session.start), kMode
            );
        } else {
            print_table(
                session,
                table_,
                [&] { return report::history_table(releases); },
                [&] { return report::history_json(releases, access.account()); },
                "There is no release of account " + access.account() + "."
            );
        }
        return all_done && access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

private:
    ec2::Tags tags_to_set() const {
        ec2::Tags tags;
        for (const std::string& text : set_) {
            const std::size_t equals = text.find('=');
            const std::string name = text.substr(0, equals);
            const image::NoteField* field = image::find_note_field(name);
            if (equals == std::string::npos || equals + 1 == text.size() ||
                (field == nullptr && name != kClustersField)) {
                throw Error(ErrorKind::usage, "-set: \"" + text + "\" is not FIELD=VALUE")
                    .set_hint("the fields are " + field_names());
            }
            const std::string value = text.substr(equals + 1);
            const std::string key = field == nullptr ? kClustersTag : field->tags.front();
            if (const std::string mistake = image::tag_mistake(key, value); !mistake.empty()) {
                throw Error(ErrorKind::usage, "-set " + name + ": " + mistake);
            }
            tags[key] = value;
        }
        if (!tags.empty() && words_.empty()) {
            throw Error(ErrorKind::usage, "-set needs the AMI that it is about");
        }
        return tags;
    }

    /// Image and snapshots: after a deregistration the snapshots' tags are all that is left.
    static bool write_tags(
        const Session& session,
        ImageAccess& access,
        const std::vector<OwnImage>& images,
        const ec2::Tags& tags
    ) {
        const auto steps = image::change_images(
            access.aws(),
            images,
            [&](const ec2::Region& region, const ec2::Image& image) {
                std::vector<std::string> things = image.snapshot_ids();
                things.push_back(image.id);
                ec2::create_tags(region, things, tags, access.stop());
            }
        );
        bool all_done = true;
        std::vector<ImageRecord> records;
        for (const OwnImage& own : images) {
            ec2::Image tagged = *own.image;
            for (const auto& [key, value] : tags) {
                tagged.tags[key] = value;
            }
            records.push_back(image::record_of(access.account(), {own.region, &tagged}, 0));
        }
        access.records().remember(records);
        for (const image::ChangeStep& step : steps) {
            if (!step.problem.empty()) {
                all_done = false;
                print_message(
                    session,
                    "Warning: " + step.place.id + " in " + step.place.region +
                        " has not got its tags, this host remembers them: " + step.problem
                );
            }
        }
        return all_done;
    }

    /// Gives images the tags that only this host still knows.
    static bool repair(const Session& session, ImageAccess& access) {
        std::map<image::Place, ImageRecord> known;
        for (ImageRecord& record : access.records().all(access.account())) {
            known[{record.region, record.id}] = record;
        }
        bool all_done = true;
        for (const OwnImage& own : image::all_images(access.inventory())) {
            const ImageRecord told = image::record_of(access.account(), own, 0);
            ec2::Tags lost;
            for (const image::NoteField& field : image::note_fields()) {
                const std::string& value = known[image::place_of(own)].notes.*field.member;
                if (!value.empty() && (told.notes.*field.member).empty()) {
                    lost[field.tags.front()] = value;
                }
            }
            if (!lost.empty()) {
                all_done = write_tags(session, access, {own}, lost) && all_done;
            }
        }
        return all_done;
    }

    /// Which clusters run instances of the images, as far as the keys may look.
    static void remember_clusters(const Session& session, ImageAccess& access) {
        std::mutex mutex;
        std::vector<ImageRecord> records;
        const auto& regions = access.inventory().regions;
        image::in_parallel(regions.size(), [&](std::size_t i) {
            const image::RegionHoldings& holdings = regions[i];
            if (holdings.images.empty()) {
                return;
            }
            try {
                const auto clusters = image::clusters_of(ec2::describe_instances(
                    access.aws().ec2(holdings.region),
                    {.ids = {}, .filters = {{"instance-state-name", {"running", "stopped"}}}},
                    access.stop()
                ));
                const std::lock_guard lock(mutex);
                for (const ec2::Image& image : holdings.images) {
                    const auto found = clusters.find(image.id);
                    if (found != clusters.end()) {
                        ImageRecord record =
                            image::record_of(access.account(), {holdings.region, &image}, 0);
                        record.clusters.insert(found->second.begin(), found->second.end());
                        records.push_back(std::move(record));
                    }
                }
            } catch (const Error& error) {
                if (error.kind() == ErrorKind::interrupted) {
                    throw;
                }
                const std::lock_guard lock(mutex);
                print_message(
                    session,
                    "Warning: the clusters of " + holdings.region +
                        " are not known: " + error.message()
                );
            }
        });
        access.records().remember(records);
    }

    std::vector<image::Release> chosen(ImageAccess& access, const std::vector<OwnImage>& named)
        const {
        const std::vector<ImageRecord> records = access.records().all(access.account());
        std::map<std::string, double> prices;
        exec::Prices list(access.aws().client(), access.stop());
        for (const ImageRecord& record : records) {
            if (!prices.contains(record.region)) {
                const auto price = list.snapshot_month(record.region);
                prices[record.region] = price ? price->dollars : 0;
            }
        }
        auto releases = image::releases_of(records, prices);
        std::erase_if(releases, [&](const image::Release& release) {
            const bool is_named =
                named.empty() || std::any_of(named.begin(), named.end(), [&](const OwnImage& own) {
                    const auto& images = release.images;
                    return std::find(images.begin(), images.end(), image::place_of(own)) !=
                           images.end();
                });
            const bool fits = lineage_.empty() || glob_match(lineage_, image::lineage_of(release));
            return !is_named || !fits;
        });
        return releases;
    }

    std::vector<std::string> words_;
    ImageAccessOptions access_;
    std::string lineage_;
    std::vector<std::string> set_;
    bool repair_ = false;
    std::string html_;
    TableOptions table_;
};

}  // namespace

std::unique_ptr<Command> make_image_history() {
    return std::make_unique<ImageHistory>();
}

}  // namespace kiln::cli
