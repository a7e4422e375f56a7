#include "sys/process_identity.hpp"

#include "base/error.hpp"
#include "sys/pidfd.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <poll.h>
#include <sstream>

namespace kiln::sys {

namespace {

std::string first_line(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

struct ProcessLine {
    char state = 0;
    std::uint64_t start_ticks = 0;
};

// /proc/<pid>/stat: "pid (name) state ppid ..."; the name may hold spaces and parentheses. The
// state is field 3, the start time field 22 (proc(5)).
std::optional<ProcessLine> read_process_line(pid_t pid) {
    const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) {
        return std::nullopt;
    }
    std::istringstream fields(line.substr(name_end + 1));
    ProcessLine result;
    std::string skipped;
    fields >> result.state;
    for (int field = 4; field < 22; ++field) {
        fields >> skipped;
    }
    fields >> result.start_ticks;
    return fields ? std::optional(result) : std::nullopt;
}

}  // namespace

std::optional<ProcessIdentity> identify_process(pid_t pid) {
    const std::optional<ProcessLine> line = read_process_line(pid);
    if (!line) {
        return std::nullopt;
    }
    return ProcessIdentity{pid, line->start_ticks, first_line("/proc/sys/kernel/random/boot_id")};
}

ProcessIdentity identify_self() {
    const std::optional<ProcessIdentity> self = identify_process(::getpid());
    if (!self) {
        throw Error(ErrorKind::unsupported, "/proc is not mounted");
    }
    return *self;
}

bool is_running(const ProcessIdentity& identity) {
    const std::optional<ProcessLine> line = read_process_line(identity.pid);
    return line && line->state != 'Z' && line->state != 'X' &&
           identify_process(identity.pid) == identity;
}

bool kill_process(const ProcessIdentity& identity) {
    // The descriptor first: whatever it means, it means the same process from here on.
    const UniqueFd process = open_pidfd(identity.pid);
    if (!process || !is_running(identity)) {
        return false;
    }
    const std::string name = "process " + std::to_string(identity.pid);
    if (!send_signal(process, SIGKILL)) {
        if (errno == ESRCH) {
            return false;
        }
        throw system_error("killing " + name, errno);
    }
    pollfd ended{process.get(), POLLIN, 0};
    if (::poll(&ended, 1, 10'000) <= 0) {
        throw Error(ErrorKind::timeout, name + " is still there ten seconds after SIGKILL");
    }
    return true;
}

std::string to_string(const ProcessIdentity& identity) {
    return std::to_string(identity.pid) + " " + std::to_string(identity.start_ticks) + " " +
           identity.boot_id;
}

std::optional<ProcessIdentity> parse_process_identity(const std::string& text) {
    std::istringstream fields(text);
    ProcessIdentity identity;
    fields >> identity.pid >> identity.start_ticks >> identity.boot_id;
    if (!fields || identity.pid <= 1 || !(fields >> std::ws).eof()) {
        return std::nullopt;
    }
    return identity;
}

}  // namespace kiln::sys
