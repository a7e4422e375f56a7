#pragma once

#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace kiln::exec {

/// A real sshd on 127.0.0.1 with keys of its own, for tests; the user is the one who runs them.
/// Stopped by the destructor with every session it started.
class SshServer {
public:
    /// `extra` is added to its configuration. Throws where sshd is missing: scripts/test installs
    /// it.
    explicit SshServer(const std::string& extra = "");
    ~SshServer();
    SshServer(const SshServer&) = delete;
    SshServer& operator=(const SshServer&) = delete;

    int port() const { return port_; }
    std::string username() const;
    std::filesystem::path client_key() const { return folder_.path() / "client"; }
    /// "ssh-ed25519 AAAA...".
    std::string host_key() const;
    /// What the next start shows instead.
    void change_host_key();
    void stop();
    void start();
    /// Cuts every open connection, as a network does.
    void cut_connections();

private:
    sys::RealFileSystem files_;
    sys::TempDirectory folder_;
    std::string extra_;
    int port_ = 0;
    pid_t process_ = -1;
};

}  // namespace kiln::exec
