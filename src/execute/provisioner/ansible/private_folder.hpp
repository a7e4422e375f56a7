#pragma once

#include "execute/build_context.hpp"
#include "execute/journal.hpp"

#include <filesystem>
#include <string>

namespace kiln::exec {

/// A folder of mode 0700 among the temporary files, written to the journal before it is made. Gone
/// with the object.
class PrivateFolder {
public:
    /// `longest_name` is the length of the longest name that is to be put in it, where that must be
    /// short (a socket's): the folder is in /tmp when $TMPDIR is too deep for it.
    PrivateFolder(BuildContext& context, const std::string& prefix, std::size_t longest_name);
    ~PrivateFolder();
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    BuildContext& context_;
    std::filesystem::path path_;
    JournalEntry entry_;
};

}  // namespace kiln::exec
