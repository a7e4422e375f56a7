#pragma once

#include "disk/partial_file.hpp"
#include "execute/journal.hpp"

#include <filesystem>
#include <optional>

namespace kiln::exec {

/// A file that is written under another name ("<output>.partial"), of which the journal knows until
/// it has its own name or is gone. Gone at the end of the scope unless it was finished.
class UnfinishedFile {
public:
    UnfinishedFile(Journal& journal, const std::filesystem::path& output);
    ~UnfinishedFile();
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;

    /// Absolute: what the journal holds is read in another working directory.
    const std::filesystem::path& path() const { return path_; }
    /// Gives the file its name, in the place of an older one. Throws kiln::Error.
    void finish();

private:
    std::filesystem::path path_;
    JournalEntry entry_;
    std::optional<disk::PartialFile> file_;
};

}  // namespace kiln::exec
