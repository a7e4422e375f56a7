#include "execute/unfinished_file.hpp"

#include "base/error.hpp"

#include <utility>

namespace kiln::exec {

UnfinishedFile::UnfinishedFile(Journal& journal, const std::filesystem::path& output) {
    const std::filesystem::path whole = std::filesystem::absolute(output).lexically_normal();
    path_ = whole.string() + ".partial";
    entry_ = JournalEntry(journal, ResourceKind::image, path_);
    file_.emplace(whole);
}

UnfinishedFile::~UnfinishedFile() {
    file_.reset();
    std::error_code ignored;
    if (!std::filesystem::exists(path_, ignored)) {
        try {
            entry_.release();
        } catch (const Error&) {
            // The row stays: `kiln sweep` finds nothing at the path and drops it.
        }
    }
}

void UnfinishedFile::finish() {
    file_->finish();
    entry_.release();
}

}  // namespace kiln::exec
