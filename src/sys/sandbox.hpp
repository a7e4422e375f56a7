#pragma once

#include "sys/process_runner.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <sys/types.h>
#include <vector>

namespace kiln::sys {

/// A folder or file of the host that the sandbox sees at `target` (absolute, in its own terms;
/// made when it is missing).
struct SandboxBind {
    std::filesystem::path source;
    std::string target;
    bool read_only = false;
};

/// What the sandbox takes for "/". With layers, they are read-only and every change goes to
/// `upper_directory`. Without layers, `upper_directory` itself is the tree and is changed in place.
struct SandboxSpec {
    std::vector<std::filesystem::path> lower_directories;  ///< topmost first
    std::filesystem::path upper_directory;
    /// An empty folder for the sandbox alone, on the file system of `upper_directory`. Removed when
    /// the sandbox is closed.
    std::filesystem::path scratch_directory;
    std::string hostname = "localhost";
    std::vector<SandboxBind> binds;
    /// Where the host's resolver settings are read from.
    std::filesystem::path resolv_conf = "/etc/resolv.conf";
};

/// A tree of files in which commands run as root, apart from the host: own mounts, processes,
/// hostname and IPC, the network of the host. See sandbox.cpp for how.
///
/// Nothing of it survives: all processes and mounts are gone after close(), and soon after kiln
/// itself was killed. What appears in the tree only while the sandbox is there (/dev, /proc, /sys,
/// /run, the resolver settings, /usr/sbin/policy-rc.d) never enters `upper_directory`, unless a
/// command changes it.
///
/// One thread at a time may use an object.
class Sandbox {
public:
    /// Throws Error{permission} when not root and Error{unsupported} when the host can not
    /// (no overlayfs, or `upper_directory` on a file system that can not hold a layer); nothing is
    /// left then.
    static Sandbox start(const SandboxSpec& spec);
    /// What start() can tell without any effect: throws as it does.
    static void check_host(const std::filesystem::path& upper_parent);

    Sandbox(Sandbox&&) noexcept;
    Sandbox& operator=(Sandbox&&) noexcept;
    /// Closes; a failure is lost.
    ~Sandbox();

    /// Runs a command inside; see ProcessRunner::run. Names are those of the inside. What it
    /// leaves in the background stays until kill_processes or close.
    ExitStatus run(const Command& command, const OutputSink& output, std::stop_token stop);

    /// Kills every process of the sandbox and returns when they are gone.
    void kill_processes();

    /// The root folder of the tree as the inside sees it (O_PATH). Resolve names under it with
    /// open_in_root only: a symlink of the tree must not lead to the host.
    int root_fd() const;
    /// The first process of the sandbox, in the host's terms.
    pid_t init_pid() const;

    /// Ends everything and waits until processes and mounts are gone. Idempotent.
    void close();

private:
    struct State;
    explicit Sandbox(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// The environment of a command in a sandbox: PATH, HOME, USER, LOGNAME, SHELL, LANG, TERM; nothing
/// of the host.
std::map<std::string, std::string> sandbox_environment();

}  // namespace kiln::sys
