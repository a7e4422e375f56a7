// A sandbox is a process, its "init", that is the first of its own PID namespace and has mount, UTS
// and IPC namespaces of its own. The kernel ties everything to it: when init ends, the kernel kills
// all other processes of the PID namespace, and with the last of them the mount namespace and all
// its mounts are gone. So the only thing that must be right is that init ends:
//
//  - close() kills it and waits;
//  - when kiln dies, however it dies, the kernel closes the "liveness" pipe whose one writing end
//    only kiln has, and init, which waits for nothing else, exits. While init is still being set up
//    it does not yet wait; then PR_SET_PDEATHSIG does the same. (Not later: that signal comes when
//    the *thread* that forked ends, and a sandbox may outlive the thread that started it.)
//
// The root of the mount namespace is an empty tmpfs, in which the tree is mounted at /tree. Init
// stays in the tmpfs; commands are chrooted into the tree. Thus for programs inside, the root of
// process 1 is not theirs: this is how systemctl, ischroot and the maintainer scripts of packages
// find that they are in a chroot, and leave services alone.
//
// A command is a direct child of kiln: the thread that runs it lets its next child be born in the
// PID namespace of the sandbox (setns affects only children there), and the child enters the other
// namespaces itself before exec.
#include "sys/sandbox.hpp"

#include "base/error.hpp"
#include "sys/capabilities.hpp"
#include "sys/child_process.hpp"
#include "sys/file_system.hpp"
#include "sys/guest_files.hpp"
#include "sys/pidfd.hpp"
#include "sys/pipe.hpp"
#include "sys/sandbox_host.hpp"
#include "sys/sandbox_setup.hpp"
#include "sys/start_strings.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>

namespace kiln::sys {

namespace {

constexpr int kLivenessFd = 3;
constexpr int kReportFd = 4;
constexpr int kOwnNamespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;

// Until all killed processes are gone. One in the midst of a slow disk write can not be killed.
constexpr std::chrono::seconds kKillTimeout{30};

struct SetupFailure {
    std::size_t step;
    int error_number;
};

UniqueFd open_own_pid_namespace() {
    UniqueFd fd(::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC));
    if (!fd) {
        throw system_error("opening /proc/self/ns/pid", errno);
    }
    return fd;
}

// While it lives, children of this thread are born in another PID namespace. No thread can be
// started then.
class BirthNamespace {
public:
    /// A new one.
    BirthNamespace() : own_(open_own_pid_namespace()) {
        if (::unshare(CLONE_NEWPID) != 0) {
            throw system_error("making a PID namespace", errno);
        }
    }
    /// That of a process.
    explicit BirthNamespace(int process_fd) : own_(open_own_pid_namespace()) {
        if (::setns(process_fd, CLONE_NEWPID) != 0) {
            throw system_error("entering the PID namespace of the sandbox", errno);
        }
    }
    ~BirthNamespace() { ::setns(own_.get(), CLONE_NEWPID); }
    BirthNamespace(const BirthNamespace&) = delete;
    BirthNamespace& operator=(const BirthNamespace&) = delete;

private:
    UniqueFd own_;
};

// ---- between fork and exec, or fork and _exit: system calls only ----

void close_all_but_pipes(int liveness, int report) {
    // Both ends first go where neither can be in the other's way.
    const int high_liveness = ::fcntl(liveness, F_DUPFD, 10);
    const int high_report = ::fcntl(report, F_DUPFD, 10);
    ::dup2(high_liveness, kLivenessFd);
    ::dup2(high_report, kReportFd);
    ::close_range(5, ~0U, 0);
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; ++fd) {
        ::dup2(null, fd);
    }
    if (null > kReportFd) {
        ::close(null);
    }
}

void ignore_signals_of_init() {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
        ::sigaction(signal, &standard, nullptr);
    }
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGCHLD, &ignore, nullptr);  // the kernel reaps the orphans that init inherits
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

struct InitPlan {
    const std::vector<setup::Step>& steps;
    StartStrings start_strings;  // of kiln: inside, process 1 would show its variables and flags
    int liveness;
    int report;
};

[[noreturn]] void run_init(const InitPlan& plan) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    erase_start_strings(plan.start_strings, "kiln-init");
    ::prctl(PR_SET_NAME, "kiln-init");
    ::setsid();
    ignore_signals_of_init();
    close_all_but_pipes(plan.liveness, plan.report);
    ::umask(022);

    SetupFailure result{0, ::unshare(kOwnNamespaces) == 0 ? 0 : errno};
    for (; result.error_number == 0 && result.step < plan.steps.size(); ++result.step) {
        result.error_number = perform_setup_step(plan.steps[result.step]);
        if (result.error_number != 0) {
            break;
        }
    }
    // Before the report: the thread that waits for it may end as soon as it has it.
    ::prctl(PR_SET_PDEATHSIG, 0);
    [[maybe_unused]] const ssize_t written = ::write(kReportFd, &result, sizeof result);
    if (result.error_number != 0) {
        ::_exit(1);
    }
    ::close(kReportFd);
    char nothing = 0;
    while (::read(kLivenessFd, &nothing, 1) < 0 && errno == EINTR) {
    }
    ::_exit(0);
}

struct Entry {
    int init_fd;
    bool has_directory;
};

int enter_sandbox(const void* data) {
    const Entry& entry = *static_cast<const Entry*>(data);
    if (::setns(entry.init_fd, kOwnNamespaces) != 0 || ::chroot(kTreeInNamespace) != 0 ||
        ::chdir("/") != 0) {
        return errno;
    }
    if (!entry.has_directory) {
        // As a login would; a tree without /root is worked in from "/".
        [[maybe_unused]] const int result = ::chdir("/root");
    }
    return drop_sandbox_capabilities();
}

// ---- end of that ----

ssize_t read_report(int fd, SetupFailure& report) {
    ssize_t count = 0;
    do {
        count = ::read(fd, &report, sizeof report);
    } while (count < 0 && errno == EINTR);
    return count;
}

void wait_for_child(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// Changes of a tree's root folder show in the upper directory only, which begins with attributes
// of its own.
void copy_root_attributes(const SandboxSpec& spec) {
    struct stat status {};
    if (spec.lower_directories.empty() ||
        ::stat(spec.lower_directories.front().c_str(), &status) != 0) {
        return;
    }
    RealFileSystem real;
    if (!real.list_directory(spec.upper_directory).empty()) {
        return;
    }
    const char* upper = spec.upper_directory.c_str();
    const timespec times[] = {status.st_atim, status.st_mtim};
    if (::chown(upper, status.st_uid, status.st_gid) != 0 ||
        ::chmod(upper, status.st_mode & 07777U) != 0 ||
        ::utimensat(AT_FDCWD, upper, times, 0) != 0) {
        throw system_error("preparing " + spec.upper_directory.string(), errno);
    }
}

Error setup_error(const setup::Step& step, const SandboxSpec& spec, int error_number) {
    Error error = system_error(describe(step), error_number);
    if (std::holds_alternative<setup::MountOverlay>(step)) {
        error = Error(ErrorKind::unsupported, error.message());
        error.set_hint("set XDG_CACHE_HOME to a folder on ext4, xfs, btrfs or tmpfs");
        error.add_context("stacking layers in " + spec.upper_directory.string());
    }
    error.add_context("setting up the sandbox");
    return error;
}

}  // namespace

struct Sandbox::State {
    SandboxSpec spec;
    std::optional<GuestFilesInPlace> in_place;
    pid_t init = -1;
    UniqueFd init_fd;
    UniqueFd liveness;
    UniqueFd root;
    UniqueFd proc;

    ~State() {
        try {
            close();
        } catch (const Error&) {
            // The journal remembers the scratch folder; processes and mounts are gone.
        }
    }

    SandboxFacts prepare();
    void start();
    void open_tree_fds();
    bool has_processes() const;
    void kill_all_once();
    void end_init();
    void close();
};

SandboxFacts Sandbox::State::prepare() {
    RealFileSystem real;
    const std::filesystem::path& scratch = spec.scratch_directory;
    SandboxFacts facts;
    facts.mount_point = scratch / "root";
    real.make_directories(facts.mount_point, 0755);
    const std::filesystem::path guest = scratch / "guest";
    real.make_directories(guest, 0755);
    const std::vector<GuestFile> files = sandbox_guest_files(spec.resolv_conf);
    const std::filesystem::path resolver = scratch / "resolver";
    real.make_directories(resolver, 0755);
    facts.guest_binds = resolver_binds(resolver, files);
    if (spec.lower_directories.empty()) {
        in_place.emplace(spec.upper_directory, guest, files);
        const std::vector<SandboxBind>& binds = in_place->binds();
        facts.guest_binds.insert(facts.guest_binds.end(), binds.begin(), binds.end());
        return facts;
    }
    write_guest_layer(guest, spec.lower_directories, files);
    facts.guest_layer = guest;
    facts.overlay_work = scratch / "work";
    real.make_directories(facts.overlay_work, 0700);
    copy_root_attributes(spec);
    return facts;
}

void Sandbox::State::start() {
    const std::vector<setup::Step> steps = plan_sandbox_setup(spec, prepare());
    Pipe live = make_pipe();
    Pipe report = make_pipe();
    const InitPlan plan{steps, find_start_strings(), live.read.get(), report.write.get()};
    {
        const BirthNamespace birth;
        init = ::fork();
        if (init == 0) {
            run_init(plan);
        }
    }
    if (init < 0) {
        throw system_error("starting the first process of a sandbox", errno);
    }
    init_fd = open_pidfd(init);
    liveness = std::move(live.write);
    report.write.reset();
    SetupFailure result{};
    if (read_report(report.read.get(), result) != sizeof result) {
        throw Error(ErrorKind::io, "the first process of a sandbox died while it was set up");
    }
    if (result.error_number != 0) {
        throw setup_error(steps.at(result.step), spec, result.error_number);
    }
    open_tree_fds();
}

void Sandbox::State::open_tree_fds() {
    const std::string tree = "/proc/" + std::to_string(init) + "/root" + kTreeInNamespace;
    root.reset(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    proc.reset(::open((tree + "/proc").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root || !proc) {
        throw system_error("opening " + tree, errno);
    }
}

bool Sandbox::State::has_processes() const {
    const int fd = ::openat(proc.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* directory = fd < 0 ? nullptr : ::fdopendir(fd);
    if (directory == nullptr) {
        throw system_error("reading the processes of the sandbox", errno);
    }
    bool found = false;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view name = entry->d_name;
        found = found || (std::isdigit(static_cast<unsigned char>(name[0])) != 0 && name != "1");
    }
    ::closedir(directory);
    return found;
}

// From within, where -1 means all processes but this one and init. The kernel sends the signal to
// all of them in one sweep, so that none can fork out of it.
void Sandbox::State::kill_all_once() {
    pid_t killer = -1;
    {
        const BirthNamespace birth(init_fd.get());
        killer = ::fork();
        if (killer == 0) {
            ::kill(-1, SIGKILL);
            ::_exit(0);
        }
    }
    if (killer < 0) {
        throw system_error("starting a process to end the others of the sandbox", errno);
    }
    wait_for_child(killer);
}

void Sandbox::State::end_init() {
    root.reset();
    proc.reset();
    liveness.reset();
    if (init > 0) {
        ::kill(init, SIGKILL);
        // Init becomes reapable when all the others are, and the mounts are gone by then.
        wait_for_child(init);
        init = -1;
    }
    init_fd.reset();
}

void Sandbox::State::close() {
    end_init();
    if (in_place) {
        in_place->take_away();
        in_place.reset();
    }
    if (!spec.scratch_directory.empty()) {
        RealFileSystem().remove_tree(std::exchange(spec.scratch_directory, {}));
    }
}

void Sandbox::check_host(const std::filesystem::path& upper_parent) {
    require_root();
    require_overlayfs(upper_parent);
}

Sandbox Sandbox::start(const SandboxSpec& spec) {
    require_root();
    if (!spec.lower_directories.empty()) {
        require_overlayfs(spec.upper_directory);
    }
    auto state = std::make_unique<State>();
    state->spec = spec;
    state->start();
    return Sandbox(std::move(state));
}

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::Sandbox(Sandbox&&) noexcept = default;
Sandbox& Sandbox::operator=(Sandbox&&) noexcept = default;
Sandbox::~Sandbox() = default;

ExitStatus Sandbox::run(const Command& command, const OutputSink& output, std::stop_token stop) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::interrupted, "interrupted");
    }
    const Entry entry{state_->init_fd.get(), !command.working_directory.empty()};
    std::optional<BirthNamespace> birth(std::in_place, state_->init_fd.get());
    ChildProcess child(command, {enter_sandbox, &entry});
    birth.reset();
    return child.supervise(output, std::move(stop));
}

void Sandbox::kill_processes() {
    const auto deadline = std::chrono::steady_clock::now() + kKillTimeout;
    auto pause = std::chrono::microseconds(200);
    while (state_->has_processes()) {
        state_->kill_all_once();
        if (std::chrono::steady_clock::now() > deadline) {
            throw Error(ErrorKind::timeout, "processes of the sandbox do not end after SIGKILL");
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(50'000));
    }
}

int Sandbox::root_fd() const {
    return state_->root.get();
}
pid_t Sandbox::init_pid() const {
    return state_->init;
}

void Sandbox::close() {
    if (state_) {
        state_->close();
    }
}

std::map<std::string, std::string> sandbox_environment() {
    return {
        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        {"HOME", "/root"},
        {"USER", "root"},
        {"LOGNAME", "root"},
        {"SHELL", "/bin/sh"},
        {"LANG", "C.UTF-8"},
        {"TERM", "dumb"}};
}

}  // namespace kiln::sys
