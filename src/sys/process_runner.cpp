#include "sys/process_runner.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/child_process.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::sys {

namespace {

void append_up_to(std::string& text, std::string_view piece, std::size_t limit, bool& truncated) {
    const std::size_t room = limit - std::min(limit, text.size());
    truncated = truncated || piece.size() > room;
    text.append(piece.substr(0, room));
}

// Long enough to hold what went wrong, short enough to be read.
constexpr std::size_t kShownErrorBytes = 2000;

std::string last_part(const std::string& text) {
    std::string_view shown = trim(text);
    if (shown.size() > kShownErrorBytes) {
        shown.remove_prefix(shown.size() - kShownErrorBytes);
        shown.remove_prefix(std::min(shown.size(), shown.find('\n') + 1));
    }
    return to_valid_utf8(shown);
}

// Variables of the user that a tool may need to do its work and that do not change its results.
constexpr const char* kPassedOn[] = {
    "HOME",
    "TMPDIR",
    "SOURCE_DATE_EPOCH",
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY"};

}  // namespace

std::string describe(ExitStatus status) {
    if (status.signal != 0) {
        return "killed by signal " + std::to_string(status.signal) + " (" +
               ::strsignal(status.signal) + ")";
    }
    return "exit status " + std::to_string(status.code);
}

ExitStatus RealProcessRunner::run(
    const Command& command, const OutputSink& output, std::stop_token stop
) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::interrupted, "interrupted");
    }
    return ChildProcess(command, {}).supervise(output, std::move(stop));
}

CapturedRun run_and_capture(
    ProcessRunner& runner, const Command& command, std::stop_token stop, std::size_t limit_bytes
) {
    CapturedRun run;
    const auto gather = [&](OutputStream stream, std::string_view piece) {
        std::string& text = stream == OutputStream::out ? run.out : run.err;
        append_up_to(text, piece, limit_bytes, run.truncated);
    };
    run.status = runner.run(command, gather, std::move(stop));
    return run;
}

std::string run_checked(ProcessRunner& runner, const Command& command, std::stop_token stop) {
    CapturedRun run = run_and_capture(runner, command, std::move(stop));
    if (run.status.ok()) {
        return std::move(run.out);
    }
    std::string message = command.argv.front() + " failed: " + describe(run.status);
    const std::string said = last_part(run.err);
    if (!said.empty()) {
        message += "\n" + said;
    }
    throw Error(ErrorKind::command, message).add_context("running " + join(command.argv, " "));
}

Command in_own_namespaces(Command command) {
    const std::vector<std::string> prefix = {
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"};
    command.argv.insert(command.argv.begin(), prefix.begin(), prefix.end());
    return command;
}

std::optional<std::filesystem::path> find_program(
    const std::string& program, std::string_view path_variable
) {
    for (const std::string& folder : split(path_variable, ':')) {
        const std::filesystem::path candidate = std::filesystem::path(folder) / program;
        struct stat status {};
        if (!folder.empty() && ::stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
            ::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return std::nullopt;
}

std::map<std::string, std::string> tool_environment() {
    std::map<std::string, std::string> environment = {{"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}};
    for (const char* name : kPassedOn) {
        if (const char* value = std::getenv(name)) {
            environment.emplace(name, value);
        }
    }
    const char* path = std::getenv("PATH");
    environment["PATH"] = std::string(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin") +
                          ":/usr/local/sbin:/usr/sbin:/sbin";
    return environment;
}

}  // namespace kiln::sys
