#include "contents/folder_store.hpp"

#include "base/error.hpp"
#include "contents/entry_at.hpp"
#include "sys/open_in_root.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace kiln::contents {
namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

bool holds_the_running_machine(const std::string& path) {
    for (const char* name : {"dev", "proc", "run", "sys", "tmp"}) {
        if (path == name) {
            return true;
        }
    }
    return false;
}

class FolderStore final : public FileStore {
public:
    FolderStore(std::shared_ptr<sys::UniqueFd> root, std::string shown)
        : root_(std::move(root)), shown_(std::move(shown)) {}

    std::vector<Entry> list() override {
        struct stat status {};
        if (::fstat(root_->get(), &status) != 0) {
            throw system_error("reading " + shown_, errno);
        }
        root_device_ = status.st_dev;
        std::vector<Entry> entries;
        add_folder("", entries);
        return entries;
    }

    void read(const Entry& entry, const ContentSink& sink) override {
        const std::string& path = path_here(entry);
        const sys::UniqueFd file =
            sys::open_in_root(root_->get(), path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, shown_);
        read_all(file.get(), sink, shown_ + "/" + path);
    }

    std::unique_ptr<FileStore> another() override {
        auto copy = std::make_unique<FolderStore>(root_, shown_);
        copy->paths_ = paths_;
        return copy;
    }

private:
    // The tree may stand below a mount point: a handle is the place of the path as it is here.
    const std::string& path_here(const Entry& entry) const { return (*paths_)[entry.handle]; }

    void add_folder(const std::string& folder, std::vector<Entry>& entries) {
        const Directory directory(::fdopendir(sys::open_in_root(
                                                  root_->get(),
                                                  folder.empty() ? "." : folder,
                                                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                                  0,
                                                  shown_
        )
                                                  .release()));
        if (!directory) {
            throw system_error("reading " + shown_ + "/" + folder, errno);
        }
        std::vector<std::string> folders;
        errno = 0;
        for (const dirent* name = ::readdir(directory.get()); name != nullptr;
             name = ::readdir(directory.get())) {
            const std::string_view text = name->d_name;
            if (text == "." || text == "..") {
                continue;
            }
            if (add_entry(folder, std::string(text), ::dirfd(directory.get()), entries)) {
                folders.push_back(entries.back().path);
            }
            errno = 0;
        }
        if (errno != 0) {
            throw system_error("reading " + shown_ + "/" + folder, errno);
        }
        for (const std::string& inner : folders) {
            add_folder(inner, entries);
        }
    }

    /// Tells whether it is a folder to enter.
    bool add_entry(
        const std::string& folder, const std::string& name, int fd, std::vector<Entry>& entries
    ) {
        const std::string path = folder.empty() ? name : folder + "/" + name;
        struct stat status {};
        if (::fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            throw system_error("reading " + shown_ + "/" + path, errno);
        }
        Entry entry = entry_at(fd, name, status, path, shown_);
        entry.handle = paths_->size();
        paths_->push_back(entry.path);
        entries.push_back(std::move(entry));
        const Entry& added = entries.back();
        return added.type == sys::FileType::directory &&
               (status.st_dev == root_device_ || !holds_the_running_machine(added.path));
    }

    std::shared_ptr<sys::UniqueFd> root_;
    std::string shown_;
    dev_t root_device_ = 0;
    std::shared_ptr<std::vector<std::string>> paths_ = std::make_shared<std::vector<std::string>>();
};

}  // namespace

std::unique_ptr<FileStore> make_folder_store(sys::UniqueFd root, std::string shown) {
    return std::make_unique<FolderStore>(
        std::make_shared<sys::UniqueFd>(std::move(root)), std::move(shown)
    );
}

sys::UniqueFd open_folder(const std::string& path) {
    sys::UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) {
        throw system_error("opening " + path, errno);
    }
    return folder;
}

}  // namespace kiln::contents
