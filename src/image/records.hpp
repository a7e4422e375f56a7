#pragma once

#include "image/inventory.hpp"
#include "image/snapshot_story.hpp"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace kiln::image {

/// What people want to know of a release. Each field is a tag of the image too.
struct ReleaseNotes {
    std::string author;
    std::string support;  ///< whom to ask
    std::string description;
    std::string reason;      ///< why there is a new one
    std::string kubernetes;  ///< version
    std::string source_image;
    std::string source_name;
    std::string template_name;

    bool operator==(const ReleaseNotes&) const = default;
};

/// One field of the notes: its name on a command line, the tag that kiln writes, and the tags of
/// others that say the same.
struct NoteField {
    const char* name;
    std::string ReleaseNotes::*member;
    std::vector<const char*> tags;  ///< kiln's own first
};
const std::vector<NoteField>& note_fields();
/// Nothing for a name that is no field.
const NoteField* find_note_field(const std::string& name);

/// An image as this host remembers it, whether it is there or not.
struct ImageRecord {
    std::string account;
    std::string region;
    std::string id;
    std::string name;
    std::string architecture;
    std::string created;  ///< as EC2 writes it
    std::string run;      ///< of kiln; "" when another tool made it
    std::string first;    ///< "REGION:ID" of the image that it is a copy of, or its own; "" unknown
    ReleaseNotes notes;
    std::set<std::string> clusters;
    std::vector<std::string> snapshots;
    double gib = 0;       ///< of its snapshots, as they were seen last
    std::string removed;  ///< when it was found to be gone, or ""

    bool operator==(const ImageRecord&) const = default;
};

/// Of an image that is there: what EC2 says and its tags tell.
ImageRecord record_of(const std::string& account, const OwnImage& own, double gib);

/// What is known of an image from before, with what is seen now: what is seen wins where it says
/// anything, so that a lost tag loses nothing. Pure.
ImageRecord merged(const ImageRecord& before, const ImageRecord& seen);

/// The records of this host, on disk: SQLite, for several kilns at once. Every failure is an Error
/// that names the file.
class RecordStore {
public:
    explicit RecordStore(const std::filesystem::path& database);
    ~RecordStore();
    RecordStore(const RecordStore&) = delete;
    RecordStore& operator=(const RecordStore&) = delete;

    std::vector<ImageRecord> all(const std::string& account);
    /// Each merged with what is there already.
    void remember(const std::vector<ImageRecord>& seen);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Of the images that are gone: which snapshots they had.
RememberedSnapshots remembered_snapshots(const std::vector<ImageRecord>& records);

}  // namespace kiln::image
