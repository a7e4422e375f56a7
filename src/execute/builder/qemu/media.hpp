#pragma once

#include "execute/build_context.hpp"
#include "plan/options/qemu.hpp"
#include "template/text_context.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

/// One file of a disk for the machine, and where it goes there.
struct MediaFile {
    std::string target;            ///< "user-data", "scripts/setup.sh"
    std::filesystem::path source;  ///< "" when it is `text`
    std::string text;

    bool operator==(const MediaFile&) const = default;
};

/// What goes on the CD, and on the floppy disk: files under their own names, folders with theirs (a
/// name that ends in "/" gives its contents only), texts by path. A pattern may match nothing; a
/// plain path that is missing is an Error{not_found}. `rendered` are the texts.
std::vector<MediaFile> gather_media(
    const std::vector<std::string>& paths, const std::map<std::string, std::string>& rendered
);

/// Writes an ISO 9660 image (Rock Ridge and Joliet) with xorriso, genisoimage or mkisofs; with the
/// same files it has the same bytes. `scratch` is an empty folder.
void write_cd(
    const std::vector<MediaFile>& files,
    const std::string& label,
    const std::filesystem::path& image,
    const std::filesystem::path& scratch,
    const BuildContext& context
);

/// The same on a floppy disk of 1.44 MB, with mtools.
void write_floppy(
    const std::vector<MediaFile>& files,
    const std::string& label,
    const std::filesystem::path& image,
    const std::filesystem::path& scratch,
    const BuildContext& context
);

/// The program that writes CDs, or "" when there is none.
std::string cd_program();

}  // namespace kiln::exec::qemu
