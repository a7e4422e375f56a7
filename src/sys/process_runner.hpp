#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sys {

enum class OutputStream { out, err };

/// Receives what a process writes, in pieces as they come: any bytes, lines cut anywhere. Called
/// on the thread that runs the command. An exception from it ends the command and goes on out.
using OutputSink = std::function<void(OutputStream, std::string_view)>;

/// How a process ended: by itself with a code, or by a signal (then `code` is 128 + signal, as a
/// shell shows it).
struct ExitStatus {
    int code = 0;
    int signal = 0;

    bool ok() const { return code == 0; }
    bool operator==(const ExitStatus&) const = default;
};

/// "exit status 3", "killed by signal 9 (Killed)".
std::string describe(ExitStatus status);

struct Command {
    /// argv[0] is looked up in the PATH of `environment` when it has no slash.
    std::vector<std::string> argv;
    /// All of it: nothing is inherited.
    std::map<std::string, std::string> environment;
    /// Empty: that of kiln (of the sandbox: /root).
    std::filesystem::path working_directory;
    /// What the process reads from standard input; without it, /dev/null.
    std::optional<std::string> input;
    /// Named in the message when the program is missing: "install the Debian package X".
    std::string debian_package;
    /// Between SIGTERM and SIGKILL when the command is stopped.
    std::chrono::milliseconds stop_grace{3000};
    /// Keeps what the command left running in the background of its process group. Otherwise it is
    /// killed when the command has ended.
    bool keep_background = false;
    /// The file mode creation mask of the process.
    unsigned umask = 022;

    bool operator==(const Command&) const = default;
};

/// The door to processes.
class ProcessRunner {
public:
    virtual ~ProcessRunner() = default;

    /// Runs `command` in its own process group and waits until it has ended. Its output is passed
    /// on as it comes and never gathered. On a stop its group gets SIGTERM, after `stop_grace`
    /// SIGKILL, and Error{interrupted} is thrown. A program that can not be started is an Error,
    /// a command that ends with a failure is a result. The process dies with kiln.
    virtual ExitStatus run(
        const Command& command, const OutputSink& output, std::stop_token stop
    ) = 0;
};

class RealProcessRunner final : public ProcessRunner {
public:
    ExitStatus run(const Command& command, const OutputSink& output, std::stop_token stop) override;
};

/// What a command left, its streams kept apart.
struct CapturedRun {
    ExitStatus status;
    std::string out;
    std::string err;
    bool truncated = false;  ///< a stream was longer than the limit; what came later is dropped
};
CapturedRun run_and_capture(
    ProcessRunner& runner,
    const Command& command,
    std::stop_token stop,
    std::size_t limit_bytes = 16 << 20
);

/// Standard output of a command that must succeed. Otherwise Error{command} with the command, how
/// it ended and the last lines it wrote to standard error.
std::string run_checked(ProcessRunner& runner, const Command& command, std::stop_token stop);

/// The same command in PID and mount namespaces of its own, by means of unshare(1): what it starts
/// and what it mounts is gone when it is, also when kiln is killed. Needs root. Without it only the
/// process itself dies with kiln, not those that it started.
Command in_own_namespaces(Command command);

/// The first executable file `program` in the folders of `path_variable` ("/usr/bin:/bin").
std::optional<std::filesystem::path> find_program(
    const std::string& program, std::string_view path_variable
);

/// For tools that kiln runs on the host: PATH of kiln itself with the sbin folders added, HOME,
/// LC_ALL=C.UTF-8, TZ=UTC, SOURCE_DATE_EPOCH and proxy variables when they are set; nothing else.
std::map<std::string, std::string> tool_environment();

}  // namespace kiln::sys
