#include "image/records.hpp"

#include "aws/ec2/created_once.hpp"
#include "base/error.hpp"
#include "sys/file_system.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace kiln::image {

namespace {

constexpr int kBusyMs = 20'000;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS images (
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    id       TEXT NOT NULL,
    record   TEXT NOT NULL,
    PRIMARY KEY (account, region, id)
);
)sql";

std::string json_of(const ImageRecord& record) {
    nlohmann::ordered_json notes;
    for (const NoteField& field : note_fields()) {
        notes[field.name] = record.notes.*field.member;
    }
    return nlohmann::ordered_json{
        {"name", record.name},
        {"architecture", record.architecture},
        {"created", record.created},
        {"run", record.run},
        {"first", record.first},
        {"notes", notes},
        {"clusters", record.clusters},
        {"snapshots", record.snapshots},
        {"gib", record.gib},
        {"removed", record.removed}}
        .dump();
}

ImageRecord record_from(const std::string& text) {
    const auto json = nlohmann::json::parse(text);
    ImageRecord record;
    record.name = json.value("name", "");
    record.architecture = json.value("architecture", "");
    record.created = json.value("created", "");
    record.run = json.value("run", "");
    record.first = json.value("first", "");
    for (const NoteField& field : note_fields()) {
        record.notes.*field.member = json.at("notes").value(field.name, "");
    }
    record.clusters = json.value("clusters", std::set<std::string>{});
    record.snapshots = json.value("snapshots", std::vector<std::string>{});
    record.gib = json.value("gib", 0.0);
    record.removed = json.value("removed", "");
    return record;
}

void take(std::string& mine, const std::string& seen) {
    if (!seen.empty()) {
        mine = seen;
    }
}

}  // namespace

const std::vector<NoteField>& note_fields() {
    // Behind kiln's own: the tags of xrd-packer, of wardroom, and what AMIs of EKS carry.
    static const std::vector<NoteField> fields = {
        {"author", &ReleaseNotes::author, {"kiln:author", "author", "Author"}},
        {"support", &ReleaseNotes::support, {"kiln:support", "support", "Support"}},
        {"description", &ReleaseNotes::description, {"kiln:description"}},
        {"reason", &ReleaseNotes::reason, {"kiln:reason"}},
        {"kubernetes",
         &ReleaseNotes::kubernetes,
         {"kiln:kubernetes", "Kubernetes_Version", "kubernetes_version", "kubernetes"}},
        {"source",
         &ReleaseNotes::source_image,
         {"kiln:source-ami", "Base_AMI_ID", "source_ami", "source_ami_id"}},
        {"source-name", &ReleaseNotes::source_name, {"kiln:source-name", "Base_AMI_Name"}},
        {"template", &ReleaseNotes::template_name, {"kiln:template"}},
    };
    return fields;
}

const NoteField* find_note_field(const std::string& name) {
    const auto found =
        std::find_if(note_fields().begin(), note_fields().end(), [&](const NoteField& field) {
            return name == field.name;
        });
    return found == note_fields().end() ? nullptr : &*found;
}

ImageRecord record_of(const std::string& account, const OwnImage& own, double gib) {
    const aws::ec2::Image& image = *own.image;
    ImageRecord record{
        .account = account,
        .region = own.region,
        .id = image.id,
        .name = image.name,
        .architecture = image.architecture,
        .created = image.creation_date,
        .run = tag_of(image.tags, {aws::ec2::kMarkTag}),
        .first = "",
        .notes = {},
        .clusters = {},
        .snapshots = image.snapshot_ids(),
        .gib = gib,
        .removed = ""};
    for (const NoteField& field : note_fields()) {
        for (const char* tag : field.tags) {
            if ((record.notes.*field.member).empty()) {
                record.notes.*field.member = tag_of(image.tags, {tag});
            }
        }
    }
    if (record.notes.description.empty()) {
        record.notes.description = image.description;
    }
    // Of a copy it is the image that was copied, which says nothing of what is in it.
    if (record.notes.source_image.empty() && !image.source_instance_id.empty()) {
        record.notes.source_image = image.source_image_id;
    }
    // A blank is as good as a comma: tags of EC2 take both.
    std::string clusters = tag_of(image.tags, {"kiln:clusters"});
    std::replace(clusters.begin(), clusters.end(), ',', ' ');
    for (std::size_t at = 0; at < clusters.size();) {
        const std::size_t begin = clusters.find_first_not_of(' ', at);
        if (begin == std::string::npos) {
            break;
        }
        at = std::min(clusters.find(' ', begin), clusters.size());
        record.clusters.insert(clusters.substr(begin, at - begin));
    }
    return record;
}

ImageRecord merged(const ImageRecord& before, const ImageRecord& seen) {
    ImageRecord now = before;
    take(now.name, seen.name);
    take(now.architecture, seen.architecture);
    take(now.created, seen.created);
    take(now.run, seen.run);
    // When the first is gone, the copies still belong to what they were copied from.
    now.first = before.first.empty() ? seen.first : before.first;
    for (const NoteField& field : note_fields()) {
        take(now.notes.*field.member, seen.notes.*field.member);
    }
    now.clusters.insert(seen.clusters.begin(), seen.clusters.end());
    if (!seen.snapshots.empty()) {
        now.snapshots = seen.snapshots;
    }
    now.gib = seen.gib > 0 ? seen.gib : before.gib;
    now.removed = seen.removed;
    return now;
}

struct RecordStore::State {
    std::filesystem::path path;
    std::unique_ptr<SQLite::Database> database;

    template <class Work>
    auto with(const std::string& doing, const Work& work) {
        const std::string message = doing + " the image records " + path.string() + ": ";
        try {
            return work();
        } catch (const SQLite::Exception& cause) {
            throw Error(ErrorKind::io, message + cause.what())
                .set_hint("set XDG_STATE_HOME to a folder that you may write to");
        } catch (const nlohmann::json::exception& cause) {
            throw Error(ErrorKind::io, message + "damaged: " + cause.what())
                .set_hint("move the file away; what the tags of images tell is read anew");
        }
    }

    void open() {
        with("opening", [&] {
            database = std::make_unique<SQLite::Database>(
                path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMs
            );
            database->exec(kTables);
        });
    }
};

RecordStore::RecordStore(const std::filesystem::path& database)
    : state_(std::make_unique<State>()) {
    state_->path = database;
    sys::RealFileSystem().make_directories(database.parent_path(), 0700);
    state_->open();
}

RecordStore::~RecordStore() = default;

std::vector<ImageRecord> RecordStore::all(const std::string& account) {
    return state_->with("reading", [&] {
        SQLite::Database& db = *state_->database;
        std::vector<ImageRecord> records;
        SQLite::Statement select(
            db, "SELECT region, id, record FROM images WHERE account = ? ORDER BY region, id"
        );
        select.bind(1, account);
        while (select.executeStep()) {
            ImageRecord record = record_from(select.getColumn(2).getString());
            record.account = account;
            record.region = select.getColumn(0).getString();
            record.id = select.getColumn(1).getString();
            records.push_back(std::move(record));
        }
        return records;
    });
}

void RecordStore::remember(const std::vector<ImageRecord>& seen) {
    state_->with("writing", [&] {
        SQLite::Database& db = *state_->database;
        SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement select(
            db, "SELECT record FROM images WHERE account = ? AND region = ? AND id = ?"
        );
        SQLite::Statement write(db, "INSERT OR REPLACE INTO images VALUES (?, ?, ?, ?)");
        for (const ImageRecord& record : seen) {
            const auto bind_place = [&](SQLite::Statement& statement) {
                statement.reset();
                statement.bind(1, record.account);
                statement.bind(2, record.region);
                statement.bind(3, record.id);
            };
            bind_place(select);
            ImageRecord now = record;
            if (select.executeStep()) {
                now = merged(record_from(select.getColumn(0).getString()), record);
            }
            bind_place(write);
            write.bind(4, json_of(now));
            write.exec();
        }
        transaction.commit();
    });
}

RememberedSnapshots remembered_snapshots(const std::vector<ImageRecord>& records) {
    RememberedSnapshots remembered;
    for (const ImageRecord& record : records) {
        for (const std::string& id : record.snapshots) {
            remembered[{record.region, id}] =
                record.id + (record.name.empty() ? "" : " (" + record.name + ")");
        }
    }
    return remembered;
}

}  // namespace kiln::image
