#pragma once

#include "node/node_tree.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The write-ahead record of apply: what was there before each change, and what kiln-node put there.
// It is on disk before the change is made, so undo can tell after any crash what to put back.

namespace kiln::node {

/// Where kiln-node keeps its state on the node.
inline const std::string kStateFolder = "/var/lib/kiln-node";
inline const std::string kRecordPath = kStateFolder + "/record";

struct ChangeEntry {
    enum class Kind {
        original,  ///< a file's content before kiln-node first changed it
        absent,    ///< there was no such file
        wrote,     ///< what kiln-node is about to put there
        value,     ///< a kernel setting (/sys, /proc) before it was changed, in this boot
        bind,      ///< a device about to change its driver; content is the old one, "" for none
        boot,      ///< id of the boot in which the values and bindings that follow were changed
        undone,    ///< everything before it has been put back
        /// Hash of the plan that what follows is done for; "" for what stays whatever the plan:
        /// what somebody asked for by name (units, bind, the request of bootstrap).
        plan,
        restored,  ///< this path or device alone has been put back: what was known of it is over
    };
    Kind kind = Kind::original;
    std::string path;     ///< or the device's address, or the id
    std::string content;  ///< any bytes
    unsigned mode = 0;    ///< of the file: permission bits, and owner
    unsigned uid = 0;
    unsigned gid = 0;

    bool operator==(const ChangeEntry&) const = default;
};

/// One entry as text: a line "KIND MODE UID GID PATH-BYTES CONTENT-BYTES", path and content, "end".
std::string print_change(const ChangeEntry& entry);

struct ParsedRecord {
    std::vector<ChangeEntry> entries;
    std::size_t whole_bytes = 0;  ///< up to the end of the last whole entry
};
/// Whole entries from the beginning. A crash while one was appended leaves a piece of it at the
/// end, for which nothing was changed yet: it does not count.
ParsedRecord parse_record(std::string_view text);

/// What undo has to know, gathered from the entries since the last `undone`.
struct RecordedFile {
    std::string path;
    std::optional<ChangeEntry> original;  ///< nothing: the file was not there
    /// What kiln-node wrote there or was about to write, each text once. All of them are ours: a
    /// text is recorded before it is written, so a killed run leaves an earlier one.
    std::vector<std::string> written;
    std::string plan;  ///< that wrote it last

    bool is_ours(const std::optional<std::string>& text) const;
};
/// A kernel setting or a device of this boot.
struct RecordedSetting {
    std::string path;    ///< or the device's address
    std::string before;  ///< the first change: the value, or the driver
    std::string plan;    ///< that changed it last

    bool operator==(const RecordedSetting&) const = default;
};
struct RecordedChanges {
    std::vector<RecordedFile> files;        ///< in the order of their first change
    std::vector<RecordedSetting> values;    ///< of the boot `boot_id`, the same
    std::vector<RecordedSetting> bindings;  ///< the same
};
RecordedChanges gather_changes(const std::vector<ChangeEntry>& entries, const std::string& boot_id);

/// The record file. Appending makes it durable before it returns.
class ChangeRecord {
public:
    /// Reads what is there. A missing file is an empty record.
    explicit ChangeRecord(const NodeTree& tree);

    const std::vector<ChangeEntry>& entries() const { return entries_; }
    /// Whether the original of `path` is known, and has not been put back since.
    bool knows(const std::string& path) const;
    /// What is recorded from now on is done for the plan with this hash, or for none ("").
    void begin_plan(const std::string& hash) { plan_ = hash; }
    /// Appends, and syncs unless told otherwise: what a boot forgets by itself (values, bindings)
    /// has to survive a killed process only. Throws Error with the path and the remedy.
    enum class Survive { power_cut, kill };
    void append(const std::vector<ChangeEntry>& entries, Survive survive = Survive::power_cut);

private:
    NodeTree tree_;
    std::vector<ChangeEntry> entries_;
    std::size_t whole_bytes_ = 0;
    std::string plan_;
    std::string recorded_plan_;  ///< that the last entries on disk are for
};

}  // namespace kiln::node
