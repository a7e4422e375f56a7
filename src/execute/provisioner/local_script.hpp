#pragma once

#include "execute/build_context.hpp"
#include "execute/journal.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace kiln::exec {

/// Ten digits for the name of a temporary file: no other one of this run has them, and hardly one
/// of another run.
std::string temporary_digits(const BuildContext& context);

/// A script in a file of its own in the folder for temporary files: packer-shellNNN, mode 0700.
/// Gone with the object.
class LocalScript {
public:
    LocalScript(BuildContext& context, std::string_view text, const std::string& extension = {});
    ~LocalScript();
    LocalScript(const LocalScript&) = delete;
    LocalScript& operator=(const LocalScript&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    BuildContext& context_;
    std::filesystem::path path_;
    JournalEntry entry_;
};

/// "#!SHEBANG" and the lines, each with its newline.
std::string script_text(std::string_view shebang, const std::vector<std::string>& lines);

}  // namespace kiln::exec
