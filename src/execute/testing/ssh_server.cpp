#include "execute/testing/ssh_server.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace kiln::exec {

namespace {

constexpr const char* kServer = "/usr/sbin/sshd";
constexpr const char* kKeygen = "/usr/bin/ssh-keygen";

pid_t spawn(const std::vector<std::string>& argv) {
    std::vector<char*> pointers;
    for (const std::string& word : argv) {
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves no server behind
        const int null = ::open("/dev/null", O_RDWR);
        ::dup2(null, 0);
        ::dup2(null, 1);
        ::dup2(null, 2);
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    return child;
}

void make_key(const std::filesystem::path& path) {
    int status = 0;
    ::waitpid(
        spawn({kKeygen, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path.string()}), &status, 0
    );
}

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd, generic, size) != 0 || ::getsockname(fd, generic, &size) != 0) {
        throw system_error("looking for a free port on 127.0.0.1", errno);
    }
    ::close(fd);
    return ntohs(address.sin_port);
}

bool answers(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool up = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return up;
}

/// Processes whose parent is `parent`, from /proc.
std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    sys::RealFileSystem files;
    const std::string path =
        "/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children";
    try {
        for (const std::string& word : split(trim(files.read_file(path)), ' ')) {
            if (!word.empty()) {
                found.push_back(static_cast<pid_t>(std::stol(word)));
            }
        }
    } catch (const Error&) {
        // It ended meanwhile, and has none.
    }
    return found;
}

}  // namespace

SshServer::SshServer(const std::string& extra)
    : folder_(files_, sys::default_temp_parent()), extra_(extra), port_(free_port()) {
    if (::access(kServer, X_OK) != 0) {
        throw Error(ErrorKind::not_found, "there is no sshd: install openssh-server");
    }
    make_key(folder_.path() / "host");
    make_key(client_key());
    files_.rename(client_key().string() + ".pub", folder_.path() / "authorized_keys");
    start();
}

SshServer::~SshServer() {
    stop();
}

std::string SshServer::username() const {
    return ::getpwuid(::getuid())->pw_name;
}

std::string SshServer::host_key() const {
    sys::RealFileSystem files;
    return std::string(trim(files.read_file(folder_.path() / "host.pub")));
}

void SshServer::change_host_key() {
    files_.remove_file(folder_.path() / "host");
    files_.remove_file(folder_.path() / "host.pub");
    make_key(folder_.path() / "host");
}

void SshServer::start() {
    const std::string folder = folder_.path().string();
    const std::string config = "ListenAddress 127.0.0.1:" + std::to_string(port_) + "\nHostKey " +
                               folder + "/host\nAuthorizedKeysFile " + folder +
                               "/authorized_keys\nStrictModes no\nUsePAM no\nPidFile none\n"
                               "PermitRootLogin yes\nMaxStartups 100\n"
                               "Subsystem sftp internal-sftp\n" +
                               extra_;
    files_.write_file_atomic(folder_.path() / "config", config, 0600);
    if (::getuid() == 0) {
        files_.make_directories("/run/sshd", 0755);  // sshd does not start without it
    }
    process_ = spawn({kServer, "-D", "-f", folder + "/config"});
    constexpr int kTries = 500;
    for (int i = 0; i < kTries && !answers(port_); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void SshServer::cut_connections() {
    for (const pid_t child : children_of(process_)) {
        const std::vector<pid_t> below = children_of(child);
        // The server's end first: a command that dies before it would be told of, which no network
        // does.
        ::kill(child, SIGKILL);
        for (const pid_t grandchild : below) {
            ::kill(grandchild, SIGKILL);
        }
    }
}

void SshServer::stop() {
    if (process_ < 0) {
        return;
    }
    cut_connections();
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

}  // namespace kiln::exec
