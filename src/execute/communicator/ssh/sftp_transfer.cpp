#include "execute/communicator/ssh/sftp_transfer.hpp"

#include "base/error.hpp"
#include "execute/communicator/communicator.hpp"
#include "execute/communicator/ssh/tar_stream.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

// OpenSSH takes and gives no more in one packet.
constexpr std::size_t kPacketBytes = std::size_t{32} << 10;

const char* reason_of(int code) {
    switch (code) {
        case SSH_FX_NO_SUCH_FILE:
        case SSH_FX_NO_SUCH_PATH:
            return "no such file or folder";
        case SSH_FX_PERMISSION_DENIED:
            return "permission denied";
        case SSH_FX_FILE_ALREADY_EXISTS:
            return "it is there already";
        case SSH_FX_CONNECTION_LOST:
        case SSH_FX_NO_CONNECTION:
            return "the connection is lost";
        default:
            return nullptr;
    }
}

struct FreeAttributes {
    void operator()(sftp_attributes one) const { sftp_attributes_free(one); }
};
using Attributes = std::unique_ptr<sftp_attributes_struct, FreeAttributes>;

struct CloseFolder {
    void operator()(sftp_dir folder) const { sftp_closedir(folder); }
};

sys::UniqueFd open_source(const Path& local, struct stat& status, const std::string& doing) {
    sys::UniqueFd file(::open(local.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file || ::fstat(file.get(), &status) != 0) {
        throw system_error(doing, errno);
    }
    return file;
}

std::vector<std::string> names_in(const Path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

void check_depth(int depth, const std::string& folder) {
    if (depth > kMaxTreeDepth) {
        throw Error(
            ErrorKind::input, "folders nested too deep, or a symlink in a circle: " + folder
        );
    }
}

}  // namespace

std::string sftp_path(const std::string& path) {
    if (path == "~") {
        return ".";
    }
    return path.starts_with("~/") ? "./" + path.substr(2) : path;
}

SftpTransfer::SftpTransfer(SshSession& session, std::function<void(std::size_t)> moved)
    : session_(session), moved_(std::move(moved)), sftp_(sftp_new(session.get())) {
    if (!sftp_ || sftp_init(sftp_.get()) != SSH_OK) {
        throw Error(
            ErrorKind::network,
            "the SSH server of " + session.target().machine.host +
                " offers no SFTP: " + ssh_get_error(session.get())
        )
            .set_hint("OpenSSH needs a line \"Subsystem sftp\" in sshd_config");
    }
}

void SftpTransfer::fail(const std::string& doing) {
    if (!session_.is_alive()) {
        session_.lost(doing);
    }
    const char* reason = reason_of(sftp_get_error(sftp_.get()));
    throw Error(
        ErrorKind::command,
        doing + ": " + (reason == nullptr ? ssh_get_error(session_.get()) : reason)
    );
}

SftpTransfer::File SftpTransfer::create(const std::string& path, const std::string& doing) {
    File file(sftp_open(sftp_.get(), path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
    if (!file) {
        if (is_directory(path)) {
            throw Error(ErrorKind::command, doing + ": is a directory");
        }
        fail(doing);
    }
    return file;
}

void SftpTransfer::write(sftp_file file, std::string_view bytes, const std::string& doing) {
    while (!bytes.empty()) {
        const ssize_t count = sftp_write(file, bytes.data(), std::min(bytes.size(), kPacketBytes));
        if (count < 0) {
            fail(doing);
        }
        moved_(static_cast<std::size_t>(count));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void SftpTransfer::finish(
    File file, const std::string& path, unsigned mode, const std::string& doing
) {
    if (sftp_close(file.release()) != SSH_OK ||
        sftp_chmod(sftp_.get(), path.c_str(), mode & 07777U) != 0) {
        fail(doing);
    }
}

void SftpTransfer::upload_content(
    std::string_view content, const std::string& remote_path, unsigned mode
) {
    const std::string doing = "uploading to " + remote_path;
    const std::string path = sftp_path(remote_path);
    File file = create(path, doing);
    write(file.get(), content, doing);
    finish(std::move(file), path, mode, doing);
}

void SftpTransfer::upload_file(
    const Path& local, const std::string& remote_path, std::stop_token stop
) {
    const std::string doing = "uploading " + local.string() + " to " + remote_path;
    struct stat status {};
    const sys::UniqueFd source = open_source(local, status, doing);
    if (S_ISDIR(status.st_mode)) {
        throw system_error(doing, EISDIR);
    }
    const std::string path = sftp_path(remote_path);
    File file = create(path, doing);
    std::vector<char> buffer(kPieceBytes);
    ssize_t got = 0;
    while ((got = ::read(source.get(), buffer.data(), buffer.size())) > 0) {
        throw_if_stopped(stop, doing);
        write(file.get(), {buffer.data(), static_cast<std::size_t>(got)}, doing);
    }
    if (got < 0) {
        throw system_error(doing, errno);
    }
    finish(std::move(file), path, S_ISREG(status.st_mode) ? status.st_mode & 07777U : 0644U, doing);
}

void SftpTransfer::upload_directory(
    const Path& local, const std::string& remote_path, std::stop_token stop
) {
    upload_tree(local, sftp_path(remote_path), 0, stop);
}

void SftpTransfer::upload_tree(
    const Path& local, const std::string& path, int depth, const std::stop_token& stop
) {
    check_depth(depth, local.string());
    const std::string doing = "uploading " + local.string() + " to " + path;
    struct stat status {};
    if (::stat(local.c_str(), &status) != 0) {
        throw system_error(doing, errno);
    }
    make_folder(path, status.st_mode & 07777U, doing);
    for (const std::string& name : names_in(local)) {
        if (std::filesystem::is_directory(local / name)) {
            upload_tree(local / name, path + "/" + name, depth + 1, stop);
        } else {
            upload_file(local / name, path + "/" + name, stop);
        }
    }
}

void SftpTransfer::make_folder(const std::string& path, unsigned mode, const std::string& doing) {
    if (is_directory(path)) {
        return;
    }
    if (sftp_mkdir(sftp_.get(), path.c_str(), mode) != 0 ||
        sftp_chmod(sftp_.get(), path.c_str(), mode) != 0) {  // whatever the far side's mask says
        fail(doing);
    }
}

bool SftpTransfer::is_directory(const std::string& remote_path) {
    const Attributes found(sftp_stat(sftp_.get(), sftp_path(remote_path).c_str()));
    return found && found->type == SSH_FILEXFER_TYPE_DIRECTORY;
}

void SftpTransfer::download_file(
    const std::string& remote_path, const Path& local, std::stop_token stop
) {
    const std::string doing = "downloading " + remote_path + " to " + local.string();
    const File source(sftp_open(sftp_.get(), sftp_path(remote_path).c_str(), O_RDONLY, 0));
    if (!source) {
        fail(doing);
    }
    sys::RealFileSystem().make_directories(local.parent_path(), 0755);
    const sys::UniqueFd file(::open(local.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) {
        throw system_error(doing, errno);
    }
    std::vector<char> buffer(kPacketBytes);
    ssize_t got = 0;
    while ((got = sftp_read(source.get(), buffer.data(), buffer.size())) > 0) {
        throw_if_stopped(stop, doing);
        std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        moved_(bytes.size());
        while (!bytes.empty()) {
            const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
            if (count < 0) {
                throw system_error(doing, errno);
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    if (got < 0) {
        fail(doing);
    }
}

void SftpTransfer::download_directory(
    const std::string& remote_path, const Path& local, std::stop_token stop
) {
    download_tree(sftp_path(remote_path), local, 0, stop);
}

void SftpTransfer::download_tree(
    const std::string& path, const Path& local, int depth, const std::stop_token& stop
) {
    check_depth(depth, path);
    const std::string doing = "downloading " + path + " to " + local.string();
    const std::unique_ptr<sftp_dir_struct, CloseFolder> folder(
        sftp_opendir(sftp_.get(), path.c_str())
    );
    if (!folder) {
        fail(doing);
    }
    sys::RealFileSystem().make_directories(local, 0755);
    std::vector<std::pair<std::string, bool>> children;  // all are read before the next is opened
    while (const Attributes one{sftp_readdir(sftp_.get(), folder.get())}) {
        const std::string name = one->name;
        if (name == "." || name == "..") {
            continue;
        }
        if (name.find('/') != std::string::npos) {
            throw Error(ErrorKind::network, doing + ": the server names a place outside: " + name);
        }
        const bool is_folder = one->type == SSH_FILEXFER_TYPE_SYMLINK
                                   ? is_directory(path + "/" + name)
                                   : one->type == SSH_FILEXFER_TYPE_DIRECTORY;
        if (is_folder || one->type == SSH_FILEXFER_TYPE_REGULAR ||
            one->type == SSH_FILEXFER_TYPE_SYMLINK) {
            children.emplace_back(name, is_folder);
        }
    }
    if (sftp_dir_eof(folder.get()) == 0) {
        fail(doing);
    }
    for (const auto& [name, is_folder] : children) {
        if (is_folder) {
            download_tree(path + "/" + name, local / name, depth + 1, stop);
        } else {
            download_file(path + "/" + name, local / name, stop);
        }
    }
}

}  // namespace kiln::exec
