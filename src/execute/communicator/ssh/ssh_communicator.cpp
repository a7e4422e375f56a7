#include "execute/communicator/ssh/ssh_communicator.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/communicator/ssh/gzip_stream.hpp"
#include "execute/communicator/ssh/remote_command.hpp"
#include "execute/communicator/ssh/remote_path.hpp"
#include "execute/communicator/ssh/sftp_transfer.hpp"
#include "execute/communicator/ssh/ssh_session.hpp"
#include "execute/communicator/ssh/ssh_tunnels.hpp"
#include "execute/communicator/ssh/tar_stream.hpp"
#include "execute/communicator/ssh/unchanged_files.hpp"
#include "sys/file_system.hpp"
#include "sys/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

constexpr std::size_t kErrorBytes = 4096;  // of what a command says went wrong

std::string octal(unsigned mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
    return text.data();
}

/// What a command must say for itself, when it failed.
class Complaint {
public:
    sys::OutputSink sink() {
        return [this](sys::OutputStream, std::string_view bytes) {
            text_.append(bytes.substr(0, kErrorBytes - std::min(kErrorBytes, text_.size())));
        };
    }
    void add(std::string_view bytes) { sink()(sys::OutputStream::err, bytes); }

    void throw_unless_ok(sys::ExitStatus status, const std::string& doing) const {
        if (!status.ok()) {
            const std::string said = to_valid_utf8(trim(text_));
            throw Error(
                ErrorKind::command, doing + ": " + (said.empty() ? sys::describe(status) : said)
            );
        }
    }

private:
    std::string text_;
};

/// Of a file; 0 for what has none that can be known.
std::int64_t size_of(const Path& local) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(local, failure);
    return failure ? 0 : static_cast<std::int64_t>(size);
}

/// Counts a transfer while it lives.
class Metered {
public:
    Metered(
        std::optional<TransferMeter>& meter,
        const TransferListener& listener,
        const std::string& what,
        std::int64_t total
    )
        : meter_(meter) {
        meter_.emplace(listener, what, total);
    }
    ~Metered() { meter_.reset(); }
    Metered(const Metered&) = delete;
    Metered& operator=(const Metered&) = delete;

private:
    std::optional<TransferMeter>& meter_;
};

/// Takes a stream into exactly the file `path`. Written under a strict mask: a secret must not be
/// readable before its mode is set.
std::string receive_file(const std::string& path, unsigned mode) {
    const std::string name = quote_remote_path(path);
    return "if [ -d " + name + " ]; then echo 'is a directory' >&2; exit 1; fi; umask 077; cat > " +
           name + " && chmod " + octal(mode) + " " + name;
}

/// Takes a tar stream, perhaps a packed one, into the folder `path`.
std::string receive_folder(const std::string& path, unsigned mode, bool is_packed) {
    const std::string name = quote_remote_path(path);
    return "{ [ -d " + name + " ] || { mkdir " + name + " && chmod " + octal(mode) + " " + name +
           "; }; } && tar " + (is_packed ? "-xzpomf" : "-xpomf") + " - -C " + name;
}

sys::UniqueFd open_local(const Path& local, const std::string& doing) {
    sys::UniqueFd file(::open(local.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        throw system_error(doing, errno);
    }
    return file;
}

}  // namespace

SshCommunicator::SshCommunicator(SshTarget target, OpenWay open_way)
    : target_(std::move(target)), open_way_(std::move(open_way)) {}

SshCommunicator::~SshCommunicator() = default;

void SshCommunicator::connect(const std::stop_token& stop) {
    session(stop);
}

SshSession& SshCommunicator::session(const std::stop_token& stop) {
    if (session_ && !session_->is_alive()) {
        sftp_.reset();
        session_.reset();
    }
    if (!session_) {
        if (open_way_) {
            target_.machine.port = open_way_(std::exchange(was_connected_, false), stop);
        }
        session_ = std::make_unique<SshSession>(target_, stop);
        target_.host_key = session_->host_key();
        was_connected_ = true;
        tunnels_.reset();
        if (!target_.local_tunnels.empty() || !target_.remote_tunnels.empty()) {
            tunnels_ = std::make_unique<SshTunnels>(target_, stop);
        }
    }
    return *session_;
}

SftpTransfer& SshCommunicator::sftp(const std::stop_token& stop) {
    SshSession& connected = session(stop);
    if (!sftp_) {
        sftp_ = std::make_unique<SftpTransfer>(connected, [this](std::size_t bytes) {
            if (meter_) {
                meter_->add(bytes);
            }
        });
    }
    return *sftp_;
}

SshCommunicator::FolderWay SshCommunicator::folder_way(const std::stop_token& stop) {
    if (goes_by_sftp()) {
        return FolderWay::sftp;
    }
    if (!folder_way_) {
        constexpr int kNoGzip = 3;
        const sys::OutputSink nothing;
        const std::string ask =
            "command -v tar >/dev/null || exit 1; command -v gzip >/dev/null || "
            "exit " +
            std::to_string(kNoGzip);
        SshSession& connected = session(stop);
        const int answer = RemoteCommand(connected, ask, nothing, stop).wait().code;
        // The way through a tunnel of its own is known to be slow, and its near end tells nothing.
        const bool is_far = open_way_ || connected.round_trip() >= target_.packs_from;
        folder_way_ = answer == 0 && is_far              ? FolderWay::packed_tar
                      : answer == 0 || answer == kNoGzip ? FolderWay::tar
                                                         : FolderWay::sftp;
    }
    return *folder_way_;
}

sys::ExitStatus SshCommunicator::run(
    const std::string& command_line, const sys::OutputSink& output, std::stop_token stop
) {
    SshSession& connected = session(stop);
    RemoteCommand command(connected, command_line, output, std::move(stop), target_.pty);
    command.close_input();
    return command.wait();
}

sys::ExitStatus SshCommunicator::run_with_input(
    const std::string& command_line,
    std::string_view input,
    const sys::OutputSink& output,
    std::stop_token stop
) {
    RemoteCommand command(session(stop), command_line, output, stop);
    command.write(input);  // one that does not read it all says by its status what it thinks of it
    command.close_input();
    return command.wait();
}

void SshCommunicator::feed(
    const std::string& command_line,
    const std::string& doing,
    const Feed& feed,
    const std::stop_token& stop
) {
    Complaint complaint;
    const sys::OutputSink output = complaint.sink();
    RemoteCommand command(session(stop), command_line, output, stop);
    bool reads_on = true;
    try {
        feed([&](std::string_view bytes) {
            if (meter_) {
                meter_->add(bytes.size());
            }
            return reads_on = reads_on && command.write(bytes);
        });
    } catch (const Error&) {
        // That nobody reads on is the command's failure, and it says why.
        if (reads_on) {
            throw;
        }
    }
    command.close_input();
    complaint.throw_unless_ok(command.wait(), doing);
}

std::string SshCommunicator::ask(
    const std::string& command, const std::string& input, const std::stop_token& stop
) {
    std::string answer;
    const sys::OutputSink output = [&](sys::OutputStream stream, std::string_view bytes) {
        if (stream == sys::OutputStream::out) {
            answer += bytes;
        }
    };
    RemoteCommand asked(session(stop), command, output, stop);
    asked.write(input);
    asked.close_input();
    asked.wait();
    return answer;
}

void SshCommunicator::upload_content(
    std::string_view content, const std::string& remote_path, unsigned mode
) {
    if (goes_by_sftp()) {
        return sftp({}).upload_content(content, remote_path, mode);
    }
    feed(
        receive_file(remote_path, mode),
        "uploading to " + remote_path,
        [content](const auto& write) { write(content); },
        {}
    );
}

void SshCommunicator::upload_file(
    const Path& local, const std::string& remote_path, std::stop_token stop
) {
    const Metered metered(meter_, listener_, "uploading " + local.string(), size_of(local));
    if (goes_by_sftp()) {
        return sftp(stop).upload_file(local, remote_path, stop);
    }
    const std::string doing = "uploading " + local.string() + " to " + remote_path;
    const sys::UniqueFd file = open_local(local, doing);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw system_error(doing, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        throw system_error(doing, EISDIR);
    }
    const unsigned mode = S_ISREG(status.st_mode) ? status.st_mode & 07777U : 0644U;
    const auto send = [&](const auto& write) {
        std::vector<char> buffer(kPieceBytes);
        ssize_t got = 0;
        while ((got = ::read(file.get(), buffer.data(), buffer.size())) > 0) {
            if (!write({buffer.data(), static_cast<std::size_t>(got)})) {
                return;
            }
        }
        if (got < 0) {
            throw system_error(doing, errno);
        }
    };
    feed(receive_file(remote_path, mode), doing, send, stop);
}

void SshCommunicator::upload_directory(
    const Path& local, const std::string& remote_path, std::stop_token stop
) {
    const Metered metered(meter_, listener_, "uploading " + local.string(), 0);
    const FolderWay way = folder_way(stop);
    if (way == FolderWay::sftp) {
        return sftp(stop).upload_directory(local, remote_path, stop);
    }
    const bool is_packed = way == FolderWay::packed_tar;
    const std::string doing = "uploading " + local.string() + " to " + remote_path;
    struct stat status {};
    if (::stat(local.c_str(), &status) != 0) {
        throw system_error(doing, errno);
    }
    const auto asked = [&](const std::string& command, const std::string& input) {
        return ask(command, input, stop);
    };
    const std::set<std::string> left_out = unchanged_files(local, remote_path, asked, stop);
    feed(
        receive_folder(remote_path, status.st_mode, is_packed),
        doing,
        [&](const StreamWriter& write) {
            if (!is_packed) {
                return write_tar(local, left_out, write, stop);
            }
            GzipStream packed(write);
            write_tar(
                local, left_out, [&](std::string_view bytes) { return packed.write(bytes); }, stop
            );
            packed.finish();
        },
        stop
    );
}

bool SshCommunicator::is_directory(const std::string& remote_path) {
    if (goes_by_sftp()) {
        return sftp({}).is_directory(remote_path);
    }
    const sys::OutputSink nothing;
    return RemoteCommand(session({}), "test -d " + quote_remote_path(remote_path), nothing, {})
        .wait()
        .ok();
}

void SshCommunicator::download_file(
    const std::string& remote_path, const Path& local, std::stop_token stop
) {
    const Metered metered(meter_, listener_, "downloading " + remote_path, 0);
    if (goes_by_sftp()) {
        return sftp(stop).download_file(remote_path, local, stop);
    }
    const std::string doing = "downloading " + remote_path + " to " + local.string();
    sys::RealFileSystem().make_directories(local.parent_path(), 0755);
    const sys::UniqueFd file(::open(local.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) {
        throw system_error(doing, errno);
    }
    Complaint complaint;
    const sys::OutputSink output = [&](sys::OutputStream stream, std::string_view bytes) {
        if (stream == sys::OutputStream::err) {
            complaint.add(bytes);
            return;
        }
        meter_->add(bytes.size());
        while (!bytes.empty()) {
            const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
            if (count < 0) {
                throw system_error(doing, errno);
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    };
    RemoteCommand command(session(stop), "cat " + quote_remote_path(remote_path), output, stop);
    complaint.throw_unless_ok(command.wait(), doing);
}

void SshCommunicator::download_directory(
    const std::string& remote_path, const Path& local, std::stop_token stop
) {
    const Metered metered(meter_, listener_, "downloading " + remote_path, 0);
    const FolderWay way = folder_way(stop);
    if (way == FolderWay::sftp) {
        return sftp(stop).download_directory(remote_path, local, stop);
    }
    const std::string doing = "downloading " + remote_path + " to " + local.string();
    Complaint complaint;
    std::string arrived;
    std::string given;
    const sys::OutputSink output = [&](sys::OutputStream stream, std::string_view bytes) {
        if (stream == sys::OutputStream::err) {
            complaint.add(bytes);
        } else {
            meter_->add(bytes.size());
            arrived.append(bytes);
        }
    };
    const std::string tar = way == FolderWay::packed_tar ? "tar -czhf - -C " : "tar -chf - -C ";
    RemoteCommand command(session(stop), tar + quote_remote_path(remote_path) + " .", output, stop);
    const StreamReader read = [&]() -> std::string_view {
        while (arrived.empty() && command.advance()) {
        }
        given = std::exchange(arrived, {});
        return given;
    };
    try {
        read_tar(local, read, stop);
    } catch (const Error&) {
        // A stream that breaks off is the fault of the far end, which says why.
        if (given.empty()) {
            complaint.throw_unless_ok(command.wait(), doing);
        }
        throw;
    }
    complaint.throw_unless_ok(command.wait(), doing);
}

}  // namespace kiln::exec
