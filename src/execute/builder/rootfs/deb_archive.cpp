#include "execute/builder/rootfs/deb_archive.hpp"

#include "base/error.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

// A maintainer script or md5sums list is never near this; a damaged archive may claim to be.
constexpr std::int64_t kMaxControlFileBytes = std::int64_t{64} << 20U;
constexpr std::size_t kReadBytes = std::size_t{128} << 10U;

// "./usr/bin/x" and "usr/bin/x/" both name "/usr/bin/x".
std::string absolute_path(std::string_view member) {
    while (member.starts_with("./")) {
        member.remove_prefix(2);
    }
    while (member.starts_with('/')) {
        member.remove_prefix(1);
    }
    while (member.ends_with('/')) {
        member.remove_suffix(1);
    }
    return member == "." ? "/" : "/" + std::string(member);
}

// An archive that leaves its root is not a package.
bool leaves_root(std::string_view path) {
    return path.ends_with("/..") || path.find("/../") != std::string_view::npos;
}

}  // namespace

struct DebArchive::Reader {
    explicit Reader(const std::filesystem::path& file) : handle(archive_read_new()), name(file) {}
    ~Reader() { archive_read_free(handle); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    void check(int result) const {
        if (result < ARCHIVE_WARN) {
            const char* reason = archive_error_string(handle);
            throw Error(
                ErrorKind::input,
                "reading package " + name.string() + ": " +
                    (reason != nullptr ? reason : "damaged archive")
            );
        }
    }

    // False at the end of the archive.
    bool next(archive_entry** entry) const {
        const int result = archive_read_next_header(handle, entry);
        if (result == ARCHIVE_EOF) {
            return false;
        }
        check(result);
        return true;
    }

    static la_ssize_t read_outer(archive* /*unused*/, void* self, const void** buffer) {
        auto* reader = static_cast<Reader*>(self);
        const la_ssize_t size =
            archive_read_data(reader->source, reader->buffer.data(), reader->buffer.size());
        *buffer = reader->buffer.data();
        return size;
    }

    archive* handle;
    std::filesystem::path name;
    archive* source = nullptr;  // of an inner archive: the outer one it is read from
    std::vector<char> buffer = {};
};

DebArchive::DebArchive(const std::filesystem::path& file)
    : file_(file), outer_(std::make_unique<Reader>(file)) {
    archive_read_support_format_ar(outer_->handle);
    outer_->check(archive_read_open_filename(outer_->handle, file.c_str(), kReadBytes));

    open_member("control.tar");
    archive_entry* entry = nullptr;
    while (inner_->next(&entry)) {
        if (archive_entry_filetype(entry) != AE_IFREG) {
            continue;
        }
        const std::int64_t size = archive_entry_size(entry);
        if (size > kMaxControlFileBytes) {
            throw Error(
                ErrorKind::input, "package " + file.string() + ": a control file is too large"
            );
        }
        ControlFile control{
            std::string(static_cast<std::size_t>(size), '\0'),
            static_cast<unsigned>(archive_entry_perm(entry))};
        const la_ssize_t got =
            archive_read_data(inner_->handle, control.content.data(), control.content.size());
        inner_->check(got < 0 ? static_cast<int>(got) : ARCHIVE_OK);
        control_.emplace(
            absolute_path(archive_entry_pathname(entry)).substr(1), std::move(control)
        );
    }
    if (!control_.contains("control")) {
        throw Error(ErrorKind::input, "package " + file.string() + " has no control file");
    }
    open_member("data.tar");
}

DebArchive::~DebArchive() = default;

// Goes on in the outer archive to the member "<prefix>.xz" (or .zst, .gz, none) and opens it.
void DebArchive::open_member(const std::string& prefix) {
    archive_entry* entry = nullptr;
    while (outer_->next(&entry)) {
        const std::string name = archive_entry_pathname(entry);
        if (!name.starts_with(prefix)) {
            continue;
        }
        inner_ = std::make_unique<Reader>(file_);
        inner_->source = outer_->handle;
        inner_->buffer.resize(kReadBytes);
        archive_read_support_format_tar(inner_->handle);
        archive_read_support_filter_all(inner_->handle);
        inner_->check(
            archive_read_open(inner_->handle, inner_.get(), nullptr, &Reader::read_outer, nullptr)
        );
        return;
    }
    throw Error(ErrorKind::input, "package " + file_.string() + " has no member " + prefix);
}

bool DebArchive::next(DebEntry& out) {
    archive_entry* entry = nullptr;
    if (!inner_->next(&entry)) {
        return false;
    }
    out = {};
    out.path = absolute_path(archive_entry_pathname(entry));
    if (leaves_root(out.path)) {
        throw Error(
            ErrorKind::input, "package " + file_.string() + " leaves its root: " + out.path
        );
    }
    out.mode = static_cast<unsigned>(archive_entry_perm(entry));
    out.uid = static_cast<std::uint32_t>(archive_entry_uid(entry));
    out.gid = static_cast<std::uint32_t>(archive_entry_gid(entry));
    out.mtime = archive_entry_mtime(entry);
    out.size = archive_entry_size(entry);
    if (const char* target = archive_entry_hardlink(entry); target != nullptr) {
        out.type = DebEntry::Type::hardlink;
        out.link_target = absolute_path(target);
        return true;
    }
    switch (archive_entry_filetype(entry)) {
        case AE_IFDIR:
            out.type = DebEntry::Type::directory;
            break;
        case AE_IFLNK:
            out.type = DebEntry::Type::symlink;
            out.link_target = archive_entry_symlink(entry);
            break;
        case AE_IFCHR:
            out.type = DebEntry::Type::character_device;
            out.device_number = archive_entry_rdev(entry);
            break;
        case AE_IFBLK:
            out.type = DebEntry::Type::block_device;
            out.device_number = archive_entry_rdev(entry);
            break;
        case AE_IFIFO:
            out.type = DebEntry::Type::fifo;
            break;
        default:
            out.type = DebEntry::Type::regular;
            break;
    }
    return true;
}

std::string_view DebArchive::read() {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(inner_->handle, &block, &size, &offset);
    if (result == ARCHIVE_EOF) {
        return {};
    }
    inner_->check(result);
    return {static_cast<const char*>(block), size};
}

}  // namespace kiln::exec::rootfs
