#pragma once

#include "execute/communicator/communicator.hpp"
#include "execute/communicator/ssh/ssh_target.hpp"
#include "execute/communicator/ssh/transfer_meter.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace kiln::exec {

class SftpTransfer;
class SshSession;
class SshTunnels;

/// Reaches a machine over SSH. A file goes as one stream into `cat`, a folder as one tar stream
/// into `tar`: no file waits for the far end's word about the one before it, so a slow line costs
/// one round trip and not one for each file. Where the target says so, and for folders where there
/// is no tar, files go by SFTP. Of a folder that is there already only what differs is sent. Used
/// by one thread.
///
/// When the connection is lost, what was under way throws Error{network}; the next call connects
/// anew, to the host key that the machine showed first.
class SshCommunicator final : public Communicator {
public:
    /// Makes the way to the machine anew where there has to be one (a tunnel). Called before each
    /// attempt to connect; `was_lost` is true once after a connection that it led to was lost. The
    /// port to connect to. An Error is that of the attempt.
    using OpenWay = std::function<int(bool was_lost, const std::stop_token& stop)>;

    explicit SshCommunicator(SshTarget target, OpenWay open_way = {});
    ~SshCommunicator() override;

    /// Connects when there is no connection. Throws what SshSession's constructor throws.
    void connect(const std::stop_token& stop);
    /// `listener` hears of transfers that take a while.
    void tell_of_transfers(TransferListener listener) { listener_ = std::move(listener); }
    /// The host key of the machine; "" before the first connection.
    const std::string& host_key() const { return target_.host_key; }
    int port() const { return target_.machine.port; }
    /// With the host key that the machine showed, once it was connected to.
    const SshTarget* ssh_target() const override { return &target_; }

    sys::ExitStatus run(
        const std::string& command_line, const sys::OutputSink& output, std::stop_token stop
    ) override;
    sys::ExitStatus run_with_input(
        const std::string& command_line,
        std::string_view input,
        const sys::OutputSink& output,
        std::stop_token stop
    ) override;
    void upload_content(std::string_view content, const std::string& remote_path, unsigned mode)
        override;
    void upload_file(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    ) override;
    void upload_directory(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    ) override;
    bool is_directory(const std::string& remote_path) override;
    void download_file(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    ) override;
    void download_directory(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    ) override;

private:
    /// Writes the input of a command, piece by piece; each returns false when nobody reads on.
    using Feed = std::function<void(const std::function<bool(std::string_view)>&)>;
    void feed(
        const std::string& command_line,
        const std::string& doing,
        const Feed& feed,
        const std::stop_token& stop
    );
    SshSession& session(const std::stop_token& stop);
    /// What a command writes that gets `input`; how it ends does not matter.
    std::string ask(
        const std::string& command, const std::string& input, const std::stop_token& stop
    );
    /// The connection's SFTP, opened when it is first needed.
    SftpTransfer& sftp(const std::stop_token& stop);
    bool goes_by_sftp() const { return target_.transfer == SshTransfer::sftp; }
    /// How folders go to this machine, which is asked once whether it has tar and gzip.
    enum class FolderWay { sftp, tar, packed_tar };
    FolderWay folder_way(const std::stop_token& stop);

    SshTarget target_;
    OpenWay open_way_;
    bool was_connected_ = false;
    std::unique_ptr<SshSession> session_;
    std::unique_ptr<SshTunnels> tunnels_;
    std::unique_ptr<SftpTransfer> sftp_;  ///< over session_
    std::optional<FolderWay> folder_way_;
    TransferListener listener_;
    std::optional<TransferMeter> meter_;  ///< of the transfer under way
};

}  // namespace kiln::exec
