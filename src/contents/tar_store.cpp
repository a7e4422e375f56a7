#include "contents/tar_store.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "contents/archive_reader.hpp"
#include "sys/unique_fd.hpp"

#include <archive_entry.h>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <optional>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

namespace kiln::contents {
namespace {

constexpr std::size_t kTarPieceBytes = std::size_t{256} << 10;

/// "./usr//bin/" is "usr/bin"; nothing for a name that leads upwards.
std::optional<std::string> clean_name(std::string_view name) {
    std::vector<std::string> parts;
    for (std::string& part : split(name, '/')) {
        if (part == "..") {
            return std::nullopt;
        }
        if (!part.empty() && part != ".") {
            parts.push_back(std::move(part));
        }
    }
    return join(parts, "/");
}

sys::FileType type_of_filetype(mode_t type) {
    switch (type) {
        case AE_IFDIR:
            return sys::FileType::directory;
        case AE_IFLNK:
            return sys::FileType::symlink;
        case AE_IFCHR:
            return sys::FileType::character_device;
        case AE_IFBLK:
            return sys::FileType::block_device;
        case AE_IFIFO:
            return sys::FileType::fifo;
        default:
            return sys::FileType::regular;
    }
}

std::string capability_in(archive_entry* entry) {
    archive_entry_xattr_reset(entry);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
        if (std::string_view(name) == "security.capability") {
            return {static_cast<const char*>(value), size};
        }
    }
    return "";
}

class TarStore final : public FileStore {
public:
    TarStore(std::shared_ptr<sys::UniqueFd> contents, std::string shown)
        : contents_(std::move(contents)), shown_(std::move(shown)) {}

    void fill(const std::stop_token& stop) {
        const ArchiveReader reader = open_archive(shown_, ArchiveFormat::tar);
        std::map<std::string, Entry> found;
        archive_entry* header = nullptr;
        for (;;) {
            const int result = archive_read_next_header(reader.get(), &header);
            if (result == ARCHIVE_EOF) {
                break;
            }
            if (result < ARCHIVE_WARN) {
                throw_archive_failure(reader.get(), "reading " + shown_);
            }
            if (stop.stop_requested()) {
                throw Error(ErrorKind::interrupted, "reading " + shown_ + " was stopped");
            }
            add(reader.get(), header, found);
        }
        for (auto& [path, entry] : found) {
            entries_.push_back(std::move(entry));
        }
    }

    std::vector<Entry> list() override { return std::move(entries_); }

    void read(const Entry& entry, const ContentSink& sink) override {
        std::string piece(kTarPieceBytes, '\0');
        auto at = static_cast<off_t>(entry.handle);
        const off_t end = at + static_cast<off_t>(entry.size_bytes);
        while (at < end) {
            const auto wanted = std::min(piece.size(), static_cast<std::size_t>(end - at));
            const ssize_t got = ::pread(contents_->get(), piece.data(), wanted, at);
            if (got <= 0) {
                throw system_error("reading the contents of " + shown_, got < 0 ? errno : EIO);
            }
            sink({piece.data(), static_cast<std::size_t>(got)});
            at += got;
        }
    }

    std::unique_ptr<FileStore> another() override {
        return std::make_unique<TarStore>(contents_, shown_);
    }

private:
    void add(archive* reader, archive_entry* header, std::map<std::string, Entry>& found) {
        const char* const raw_name = archive_entry_pathname(header);
        const std::optional<std::string> name = clean_name(raw_name != nullptr ? raw_name : "");
        if (!name) {
            throw Error(
                ErrorKind::input, shown_ + " has an entry that leads out of it: " + raw_name
            );
        }
        if (name->empty()) {
            return;  // the root itself
        }
        Entry entry;
        if (const char* const link = archive_entry_hardlink(header); link != nullptr) {
            const std::optional<std::string> target = clean_name(link);
            const auto first = target ? found.find(*target) : found.end();
            if (first == found.end()) {
                throw Error(
                    ErrorKind::input,
                    shown_ + ": " + *name + " is a hard link to " + link + ", which is not there"
                );
            }
            entry = first->second;
        } else {
            entry.type = type_of_filetype(archive_entry_filetype(header));
            entry.mode = archive_entry_perm(header) & 07777U;
            entry.uid = static_cast<std::uint32_t>(archive_entry_uid(header));
            entry.gid = static_cast<std::uint32_t>(archive_entry_gid(header));
            entry.modified = archive_entry_mtime(header);
            if (entry.type == sys::FileType::regular) {
                entry.capability = capability_in(header);
                store_content(reader, entry);
            } else if (entry.type == sys::FileType::symlink) {
                const char* const target = archive_entry_symlink(header);
                entry.target = target != nullptr ? target : "";
            } else if (entry.type == sys::FileType::character_device || entry.type == sys::FileType::block_device) {
                const dev_t device = archive_entry_rdev(header);
                entry.device = std::to_string(major(device)) + ":" + std::to_string(minor(device));
            }
        }
        entry.path = *name;
        found[*name] = std::move(entry);
    }

    void store_content(archive* reader, Entry& entry) {
        entry.handle = static_cast<std::uint64_t>(end_);
        std::string piece(kTarPieceBytes, '\0');
        for (;;) {
            const la_ssize_t got = archive_read_data(reader, piece.data(), piece.size());
            if (got < 0) {
                throw_archive_failure(reader, "reading " + shown_);
            }
            if (got == 0) {
                return;
            }
            for (la_ssize_t done = 0; done < got;) {
                const ssize_t wrote = ::pwrite(
                    contents_->get(),
                    piece.data() + done,
                    static_cast<std::size_t>(got - done),
                    static_cast<off_t>(end_ + done)
                );
                if (wrote < 0) {
                    throw system_error("keeping the contents of " + shown_, errno);
                }
                done += wrote;
            }
            end_ += got;
            entry.size_bytes += got;
        }
    }

    std::shared_ptr<sys::UniqueFd> contents_;
    std::string shown_;
    std::int64_t end_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace

std::unique_ptr<FileStore> make_tar_store(
    const std::filesystem::path& tar,
    const std::filesystem::path& temp_parent,
    const std::stop_token& stop
) {
    auto contents = std::make_shared<sys::UniqueFd>(
        ::open(temp_parent.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)
    );
    if (!*contents) {
        throw system_error("making a temporary file in " + temp_parent.string(), errno);
    }
    auto store = std::make_unique<TarStore>(std::move(contents), tar.string());
    store->fill(stop);
    return store;
}

}  // namespace kiln::contents
