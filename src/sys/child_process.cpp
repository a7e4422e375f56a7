#include "sys/child_process.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/pidfd.hpp"
#include "sys/pipe.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace kiln::sys {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long output is still waited for from processes that a command left behind with its pipes
// open (`exec > >(tee log)` ends a moment after its shell).
constexpr milliseconds kDrainGrace{1000};

enum class StartStage { enter, change_directory, execute };

struct StartFailure {
    StartStage stage;
    int error_number;
};

// A file in memory rather than a pipe: there is no one to feed it while it runs, and a program
// that does not read it sends no SIGPIPE.
UniqueFd make_input(const std::optional<std::string>& input) {
    if (!input) {
        UniqueFd null = above_standard_streams(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!null) {
            throw system_error("opening /dev/null", errno);
        }
        return null;
    }
    UniqueFd file = above_standard_streams(::memfd_create("kiln-input", MFD_CLOEXEC));
    std::string_view rest = *input;
    while (file && !rest.empty()) {
        const ssize_t count = ::write(file.get(), rest.data(), rest.size());
        if (count < 0 && errno != EINTR) {
            break;
        }
        rest.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    if (!file || !rest.empty() || ::lseek(file.get(), 0, SEEK_SET) != 0) {
        throw system_error("preparing the input of a command", errno);
    }
    return file;
}

// Everything exec needs, laid out before the fork.
class ExecImage {
public:
    explicit ExecImage(const Command& command) {
        for (const auto& [name, value] : command.environment) {
            environment_.push_back(name + "=" + value);
        }
        arguments_ = command.argv;
        const std::string& program = arguments_.front();
        if (program.find('/') != std::string::npos) {
            candidates_ = {program};
        } else {
            const auto path = command.environment.find("PATH");
            const std::string folders =
                path == command.environment.end() ? "/usr/bin:/bin" : path->second;
            for (const std::string& folder : split(folders, ':')) {
                candidates_.push_back((folder.empty() ? "." : folder) + "/" + program);
            }
        }
        point_to(arguments_, argv_);
        point_to(environment_, envp_);
    }
    ExecImage(const ExecImage&) = delete;
    ExecImage& operator=(const ExecImage&) = delete;

    // Returns only the errno of the failure: that of a file which is there rather than "not found".
    int execute() const {
        int problem = ENOENT;
        for (const std::string& candidate : candidates_) {
            ::execve(candidate.c_str(), argv_.data(), envp_.data());
            if (errno != ENOENT && errno != ENOTDIR) {
                problem = errno;
            }
        }
        return problem;
    }

private:
    static void point_to(std::vector<std::string>& texts, std::vector<char*>& pointers) {
        for (std::string& text : texts) {
            pointers.push_back(text.data());
        }
        pointers.push_back(nullptr);
    }

    std::vector<std::string> arguments_;
    std::vector<std::string> environment_;
    std::vector<std::string> candidates_;
    std::vector<char*> argv_;
    std::vector<char*> envp_;
};

struct ChildPlan {
    const Command& command;
    const ChildHook& hook;
    const ExecImage& image;
    pid_t parent;
    int in;
    int out;
    int err;
    int failure;
};

void reset_signals() {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
        ::sigaction(signal, &standard, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void fail_child(const ChildPlan& plan, StartStage stage, int error_number) {
    const StartFailure failure{stage, error_number};
    [[maybe_unused]] const ssize_t written = ::write(plan.failure, &failure, sizeof failure);
    ::_exit(127);
}

// The child's life up to exec. System calls only: other threads may have held any lock at the fork.
[[noreturn]] void become(const ChildPlan& plan) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const pid_t parent = ::getppid();
    if (parent != plan.parent && parent != 0) {  // 0: it is outside of our PID namespace
        ::_exit(127);                            // kiln died before the line above
    }
    ::setsid();
    reset_signals();
    ::dup2(plan.in, STDIN_FILENO);
    ::dup2(plan.out, STDOUT_FILENO);
    ::dup2(plan.err, STDERR_FILENO);
    ::umask(plan.command.umask);
    if (plan.hook.enter != nullptr) {
        if (const int problem = plan.hook.enter(plan.hook.data)) {
            fail_child(plan, StartStage::enter, problem);
        }
    }
    const std::filesystem::path& directory = plan.command.working_directory;
    if (!directory.empty() && ::chdir(directory.c_str()) != 0) {
        fail_child(plan, StartStage::change_directory, errno);
    }
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    fail_child(plan, StartStage::execute, plan.image.execute());
}

void set_non_blocking(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// Becomes readable when the stop is requested.
class StopSignal {
public:
    explicit StopSignal(std::stop_token stop)
        : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(std::move(stop), Raise{*this}) {
        if (!fd_) {
            throw system_error("making an event descriptor", errno);
        }
    }
    int fd() const { return fd_.get(); }

private:
    struct Raise {
        StopSignal& signal;
        void operator()() const {
            const std::uint64_t one = 1;
            [[maybe_unused]] const ssize_t n = ::write(signal.fd_.get(), &one, sizeof one);
        }
    };
    UniqueFd fd_;
    std::stop_callback<Raise> callback_;
};

}  // namespace

ChildProcess::ChildProcess(const Command& command, const ChildHook& hook) : command_(command) {
    if (command.argv.empty() || command.argv.front().empty()) {
        throw Error(ErrorKind::input, "a command without a program");
    }
    const ExecImage image(command);
    const UniqueFd in = make_input(command.input);
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    Pipe failure = make_pipe();
    const ChildPlan plan{
        command,
        hook,
        image,
        ::getpid(),
        in.get(),
        out.write.get(),
        err.write.get(),
        failure.write.get()};
    pid_ = ::fork();
    if (pid_ < 0) {
        throw system_error("starting a process for " + command.argv.front(), errno);
    }
    if (pid_ == 0) {
        become(plan);
    }
    out_ = std::move(out.read);
    err_ = std::move(err.read);
    failure.write.reset();
    pid_fd_ = open_pidfd(pid_);
    report_failed_start(std::move(failure.read));
    set_non_blocking(out_.get());
    set_non_blocking(err_.get());
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        ::kill(-pid_, SIGKILL);
        ::kill(pid_, SIGKILL);
        reap();
    }
}

// Waits for the exec: it closes the pipe.
void ChildProcess::report_failed_start(UniqueFd failure) {
    StartFailure what{};
    ssize_t count = 0;
    do {
        count = ::read(failure.get(), &what, sizeof what);
    } while (count < 0 && errno == EINTR);
    if (count != sizeof what) {
        return;
    }
    reap();
    const std::string& program = command_.argv.front();
    switch (what.stage) {
        case StartStage::enter:
            throw system_error("entering the sandbox to run " + program, what.error_number);
        case StartStage::change_directory:
            throw system_error(
                "running " + program + " in " + command_.working_directory.string(),
                what.error_number
            );
        case StartStage::execute:
            break;
    }
    if (what.error_number != ENOENT) {
        throw system_error("running " + program, what.error_number);
    }
    Error error(ErrorKind::not_found, "there is no program " + program);
    if (!command_.debian_package.empty()) {
        error.set_hint("install the Debian package " + command_.debian_package);
    }
    throw error;
}

ExitStatus ChildProcess::reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFSIGNALED(status)) {
        return {128 + WTERMSIG(status), WTERMSIG(status)};
    }
    return {WEXITSTATUS(status), 0};
}

namespace {

// One supervised run: the poll loop and what it has seen so far.
class Supervision {
public:
    Supervision(
        const Command& command,
        pid_t pid,
        int pid_fd,
        UniqueFd& out,
        UniqueFd& err,
        const OutputSink& output,
        const std::stop_token& stop
    )
        : command_(command),
          pid_(pid),
          out_(out),
          err_(err),
          output_(output),
          stop_(stop),
          polled_{
              {{out.get(), POLLIN, 0},
               {err.get(), POLLIN, 0},
               {pid_fd, POLLIN, 0},
               {stop_.fd(), POLLIN, 0}}} {}

    // Returns when the process has ended and its output is read; it is not reaped yet, so that its
    // number still means its group.
    void run() {
        while (!done()) {
            const int ready = ::poll(polled_.data(), polled_.size(), timeout_ms());
            if (ready < 0 && errno != EINTR) {
                throw system_error("waiting for " + command_.argv.front(), errno);
            }
            if (ready > 0) {
                handle_events();
            }
            handle_deadline();
        }
    }
    bool stopped() const { return stopping_; }

private:
    bool at_end_of_output() const { return polled_[0].fd < 0 && polled_[1].fd < 0; }
    bool done() const { return ended_ && (at_end_of_output() || stopping_ || drained_); }

    int timeout_ms() const {
        if (!deadline_) {
            return -1;
        }
        const auto left = std::chrono::ceil<milliseconds>(*deadline_ - steady_clock::now());
        return static_cast<int>(std::max(left, milliseconds(0)).count());
    }

    void handle_events() {
        pass_on(polled_[0], out_, OutputStream::out);
        pass_on(polled_[1], err_, OutputStream::err);
        if (polled_[2].revents != 0) {
            ended_ = true;
            polled_[2].fd = -1;
            deadline_ = steady_clock::now() + kDrainGrace;
        }
        if (polled_[3].revents != 0) {
            polled_[3].fd = -1;
            stopping_ = true;
            ::kill(-pid_, SIGTERM);
            ::kill(-pid_, SIGCONT);
            deadline_ = steady_clock::now() + command_.stop_grace;
        }
    }

    void handle_deadline() {
        if (!deadline_ || steady_clock::now() < *deadline_) {
            return;
        }
        if (ended_) {
            drained_ = true;
        } else {
            ::kill(-pid_, SIGKILL);
            ::kill(pid_, SIGKILL);
        }
        deadline_.reset();
    }

    // One piece at a time: however fast a command writes, a stop is seen between two pieces and no
    // more than one is held.
    void pass_on(pollfd& polled, UniqueFd& fd, OutputStream stream) {
        if (polled.fd < 0 || polled.revents == 0) {
            return;
        }
        const ssize_t count = ::read(fd.get(), buffer_.data(), buffer_.size());
        if (count > 0) {
            if (output_) {
                output_(stream, {buffer_.data(), static_cast<std::size_t>(count)});
            }
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            fd.reset();
            polled.fd = -1;
        }
    }

    const Command& command_;
    pid_t pid_;
    UniqueFd& out_;
    UniqueFd& err_;
    const OutputSink& output_;
    StopSignal stop_;
    std::array<pollfd, 4> polled_;
    std::array<char, std::size_t{64} << 10U> buffer_;
    std::optional<steady_clock::time_point> deadline_;
    bool ended_ = false;
    bool stopping_ = false;
    bool drained_ = false;
};

}  // namespace

ExitStatus ChildProcess::supervise(const OutputSink& output, std::stop_token stop) {
    Supervision supervision(command_, pid_, pid_fd_.get(), out_, err_, output, stop);
    supervision.run();
    if (!command_.keep_background || supervision.stopped()) {
        ::kill(-pid_, SIGKILL);
    }
    const ExitStatus status = reap();
    if (supervision.stopped()) {
        throw Error(ErrorKind::interrupted, "interrupted while running " + command_.argv.front());
    }
    return status;
}

}  // namespace kiln::sys
