#pragma once

#include "execute/communicator/ssh/ssh_session.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <libssh/sftp.h>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace kiln::exec {

/// Copies files by SFTP, for machines that have no `tar` and for templates that ask for it: one
/// file after the other, each piece answered before the next. What Communicator's methods of these
/// names promise. (draft-ietf-secsh-filexfer-02)
class SftpTransfer {
public:
    /// `moved` hears of bytes that went or came. Error{network} when the machine's SSH server
    /// offers no SFTP.
    SftpTransfer(SshSession& session, std::function<void(std::size_t)> moved);

    void upload_content(std::string_view content, const std::string& remote_path, unsigned mode);
    void upload_file(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    );
    void upload_directory(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    );
    bool is_directory(const std::string& remote_path);
    void download_file(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    );
    void download_directory(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    );

private:
    struct FreeSftp {
        void operator()(sftp_session session) const { sftp_free(session); }
    };
    struct CloseFile {
        void operator()(sftp_file file) const { sftp_close(file); }
    };
    using File = std::unique_ptr<sftp_file_struct, CloseFile>;

    File create(const std::string& path, const std::string& doing);
    void write(sftp_file file, std::string_view bytes, const std::string& doing);
    /// Ends the file with its mode: until then nobody but the user may read it.
    void finish(File file, const std::string& path, unsigned mode, const std::string& doing);
    void upload_tree(
        const std::filesystem::path& local,
        const std::string& path,
        int depth,
        const std::stop_token& stop
    );
    void make_folder(const std::string& path, unsigned mode, const std::string& doing);
    void download_tree(
        const std::string& path,
        const std::filesystem::path& local,
        int depth,
        const std::stop_token& stop
    );
    [[noreturn]] void fail(const std::string& doing);

    SshSession& session_;
    std::function<void(std::size_t)> moved_;
    std::unique_ptr<sftp_session_struct, FreeSftp> sftp_;
};

/// A path of the machine as SFTP takes it, which begins in the user's home: "a" for "~/a".
std::string sftp_path(const std::string& path);

}  // namespace kiln::exec
