#include "sys/sandbox_setup.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace kiln::sys {

namespace {

using namespace setup;

// Descriptors are named by number in the options of the overlay, so they are fixed. 3 and 4 are
// the pipes of the sandbox, 5 keeps the root of the namespace while inside of the tree.
constexpr int kNamespaceRootFd = 5;
constexpr int kUpperFd = 6;
constexpr int kWorkFd = 7;
constexpr int kFirstBindFd = 10;
constexpr int kFirstLowerFd = 100;

// mount(2) takes one page of options; each layer takes "/proc/self/fd/NNN:".
constexpr std::size_t kMaxLayers = 200;

constexpr unsigned long kNoSetuid = MS_NOSUID | MS_NODEV | MS_NOEXEC;

std::string fd_path(int fd) {
    return "/proc/self/fd/" + std::to_string(fd);
}

// Layers stay plain folders that can be read without the kernel's help: no redirects, no
// metadata-only copies, no index. `volatile` spares the disk every sync: a tree that a crash cut
// short is thrown away in any case.
MountOverlay overlay_at(const std::string& at, std::size_t lower_count) {
    std::string lower;
    for (std::size_t i = 0; i < lower_count; ++i) {
        lower += (i == 0 ? "" : ":") + fd_path(kFirstLowerFd + static_cast<int>(i));
    }
    const std::string options = "lowerdir=" + lower + ",upperdir=" + fd_path(kUpperFd) +
                                ",workdir=" + fd_path(kWorkFd) +
                                ",redirect_dir=off,metacopy=off,index=off";
    return {at, options + ",volatile", options};
}

void add_layers(
    std::vector<Step>& steps,
    const SandboxSpec& spec,
    const SandboxFacts& facts,
    const std::string& at
) {
    std::vector<std::string> lowers;
    if (!facts.guest_layer.empty()) {
        lowers.push_back(facts.guest_layer);
    }
    for (const std::filesystem::path& lower : spec.lower_directories) {
        lowers.push_back(lower);
    }
    if (lowers.size() > kMaxLayers) {
        throw Error(
            ErrorKind::unsupported,
            "a tree of " + std::to_string(lowers.size()) + " layers; at most " +
                std::to_string(kMaxLayers) + " can be stacked"
        )
            .set_hint("join some of the template's provisioners into one");
    }
    for (std::size_t i = 0; i < lowers.size(); ++i) {
        steps.push_back(OpenFolder{lowers[i], kFirstLowerFd + static_cast<int>(i)});
    }
    steps.push_back(OpenFolder{spec.upper_directory, kUpperFd});
    steps.push_back(OpenFolder{facts.overlay_work, kWorkFd});
    steps.push_back(overlay_at(at, lowers.size()));
}

void add_devices(std::vector<Step>& steps) {
    struct Device {
        const char* path;
        unsigned major, minor;
    };
    // Documentation/admin-guide/devices.txt of Linux.
    constexpr Device kDevices[] = {
        {"/dev/null", 1, 3},
        {"/dev/zero", 1, 5},
        {"/dev/full", 1, 7},
        {"/dev/random", 1, 8},
        {"/dev/urandom", 1, 9},
        {"/dev/tty", 5, 0}};
    steps.push_back(Mount{"tmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k"});
    for (const Device& device : kDevices) {
        steps.push_back(MakeDevice{device.path, device.major, device.minor});
    }
    steps.push_back(MakeFolder{"/dev/pts", 0755});
    steps.push_back(MakeFolder{"/dev/shm", 01777});
    steps.push_back(MakeLink{"pts/ptmx", "/dev/ptmx"});
    steps.push_back(MakeLink{"/proc/self/fd", "/dev/fd"});
    steps.push_back(MakeLink{"/proc/self/fd/0", "/dev/stdin"});
    steps.push_back(MakeLink{"/proc/self/fd/1", "/dev/stdout"});
    steps.push_back(MakeLink{"/proc/self/fd/2", "/dev/stderr"});
    steps.push_back(Mount{
        "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5"});
    steps.push_back(Mount{"tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777"});
    // A script can not make nodes for the host's loop devices and disks, for what it attached
    // there would outlive the sandbox.
    steps.push_back(RemountReadOnly{"/dev", MS_NOSUID | MS_NOEXEC});
}

void add_kernel_file_systems(std::vector<Step>& steps) {
    for (const char* folder : {"/proc", "/sys", "/dev", "/run"}) {
        steps.push_back(MakeFolder{folder, 0755});
    }
    steps.push_back(Mount{"proc", "/proc", kNoSetuid, ""});
    // What is set here is set on the host: a script that loads the image's sysctls must not.
    for (const char* path : {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"}) {
        steps.push_back(MakeReadOnly{path});
    }
    steps.push_back(Mount{"sysfs", "/sys", kNoSetuid | MS_RDONLY, ""});
    // Whether the host booted with UEFI must not show in the image.
    steps.push_back(Hide{"/sys/firmware"});
    add_devices(steps);
    steps.push_back(Mount{"tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755"});
    steps.push_back(MakeFolder{"/run/lock", 01777});
}

void add_parents(std::vector<Step>& steps, const std::string& path) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        steps.push_back(MakeFolder{path.substr(0, slash), 0755});
    }
}

bool is_folder(const std::filesystem::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

int result_of(long returned) {
    return returned < 0 ? errno : 0;
}

int open_as(int fd, int wanted) {
    if (fd < 0) {
        return errno;
    }
    if (fd == wanted) {
        return 0;
    }
    const int problem = result_of(::dup3(fd, wanted, O_CLOEXEC));
    ::close(fd);
    return problem;
}

int read_only_bind(const char* path, const char* source) {
    if (::mount(source, path, nullptr, MS_BIND, nullptr) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    return result_of(
        ::mount(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | kNoSetuid, nullptr)
    );
}

// One overload a step. They run between fork and exec of a process with threads.
struct Perform {
    int operator()(const SetHostname& step) const {
        return result_of(::sethostname(step.name.c_str(), step.name.size()));
    }
    int operator()(const MakeMountsPrivate&) const {
        return result_of(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
    }
    int operator()(const OpenFolder& step) const {
        return open_as(::open(step.path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), step.fd);
    }
    int operator()(const CopyMount& step) const {
        return open_as(
            ::open_tree(AT_FDCWD, step.path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), step.fd
        );
    }
    int operator()(const AttachMount& step) const {
        if (::move_mount(step.fd, "", AT_FDCWD, step.at.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
            return errno;
        }
        ::close(step.fd);
        const unsigned long flags = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV;
        return step.read_only
                   ? result_of(::mount(nullptr, step.at.c_str(), nullptr, flags, nullptr))
                   : 0;
    }
    int operator()(const Mount& step) const {
        return result_of(::mount(
            step.type.c_str(), step.at.c_str(), step.type.c_str(), step.flags, step.options.c_str()
        ));
    }
    int operator()(const MountOverlay& step) const {
        for (const std::string* options : {&step.options, &step.fallback_options}) {
            // No device node of the tree works: nothing in it is meant for this host.
            if (::mount("overlay", step.at.c_str(), "overlay", MS_NODEV, options->c_str()) == 0) {
                return 0;
            }
            if (errno != EINVAL) {
                break;
            }
        }
        return errno;
    }
    int operator()(const MakeReadOnly& step) const {
        return read_only_bind(step.path.c_str(), step.path.c_str());
    }
    int operator()(const Hide& step) const {
        struct stat status {};
        if (::stat(step.path.c_str(), &status) != 0) {
            return 0;
        }
        return result_of(
            ::mount("tmpfs", step.path.c_str(), "tmpfs", kNoSetuid | MS_RDONLY, "mode=555,size=4k")
        );
    }
    int operator()(const MakeFolder& step) const {
        if (::mkdir(step.path.c_str(), 0700) != 0) {
            return errno == EEXIST ? 0 : errno;
        }
        return result_of(::chmod(step.path.c_str(), step.mode));  // mkdir heeds the umask
    }
    int operator()(const MakeFile& step) const {
        const int fd = ::open(step.path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        return fd < 0 ? errno : result_of(::close(fd));
    }
    int operator()(const MakeDevice& step) const {
        const dev_t device = makedev(step.major, step.minor);
        if (::mknod(step.path.c_str(), S_IFCHR | 0666, device) != 0) {
            return errno;
        }
        return result_of(::chmod(step.path.c_str(), 0666));
    }
    int operator()(const MakeLink& step) const {
        return result_of(::symlink(step.target.c_str(), step.path.c_str()));
    }
    int operator()(const RemountReadOnly& step) const {
        return result_of(::mount(
            nullptr,
            step.path.c_str(),
            nullptr,
            MS_BIND | MS_REMOUNT | MS_RDONLY | step.flags,
            nullptr
        ));
    }
    int operator()(const PivotRoot& step) const {
        // The old root comes to lie under the new one at the same place (pivot_root(2)).
        if (::chdir(step.path.c_str()) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
            ::umount2(".", MNT_DETACH) != 0) {
            return errno;
        }
        return result_of(::chdir("/"));
    }
    int operator()(const EnterTree& step) const {
        const int root = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (const int problem = open_as(root, kNamespaceRootFd)) {
            return problem;
        }
        if (::chroot(step.path.c_str()) != 0) {
            return errno;
        }
        return result_of(::chdir("/"));
    }
    int operator()(const LeaveTree&) const {
        if (::fchdir(kNamespaceRootFd) != 0 || ::chroot(".") != 0) {
            return errno;
        }
        return result_of(::close(kNamespaceRootFd));
    }
};

struct Describe {
    std::string operator()(const SetHostname& step) const {
        return "setting hostname " + step.name;
    }
    std::string operator()(const MakeMountsPrivate&) const { return "making the mounts private"; }
    std::string operator()(const OpenFolder& step) const { return "opening " + step.path; }
    std::string operator()(const CopyMount& step) const { return "opening " + step.path; }
    std::string operator()(const AttachMount& step) const { return "binding " + step.at; }
    std::string operator()(const Mount& step) const {
        return "mounting " + step.type + " at " + step.at;
    }
    std::string operator()(const MountOverlay&) const { return "mounting the layers (overlayfs)"; }
    std::string operator()(const MakeReadOnly& step) const {
        return "making " + step.path + " read-only";
    }
    std::string operator()(const Hide& step) const { return "hiding " + step.path; }
    std::string operator()(const MakeFolder& step) const { return "making folder " + step.path; }
    std::string operator()(const MakeFile& step) const { return "making file " + step.path; }
    std::string operator()(const MakeDevice& step) const { return "making device " + step.path; }
    std::string operator()(const MakeLink& step) const { return "making symlink " + step.path; }
    std::string operator()(const RemountReadOnly& step) const {
        return "making " + step.path + " read-only";
    }
    std::string operator()(const PivotRoot& step) const { return "changing root to " + step.path; }
    std::string operator()(const EnterTree&) const { return "entering the tree"; }
    std::string operator()(const LeaveTree&) const { return "leaving the tree"; }
};

}  // namespace

std::vector<Step> plan_sandbox_setup(const SandboxSpec& spec, const SandboxFacts& facts) {
    std::vector<Step> steps;
    steps.push_back(SetHostname{spec.hostname});
    steps.push_back(MakeMountsPrivate{});

    std::vector<SandboxBind> binds = facts.guest_binds;
    binds.insert(binds.end(), spec.binds.begin(), spec.binds.end());
    for (std::size_t i = 0; i < binds.size(); ++i) {
        steps.push_back(CopyMount{binds[i].source, kFirstBindFd + static_cast<int>(i)});
    }

    const std::string tree = facts.mount_point + kTreeInNamespace;
    steps.push_back(Mount{"tmpfs", facts.mount_point, kNoSetuid, "mode=755,size=64k"});
    steps.push_back(MakeFolder{tree, 0755});
    if (facts.overlay_work.empty()) {
        const int fd = kFirstBindFd + static_cast<int>(binds.size());
        steps.push_back(CopyMount{spec.upper_directory, fd});
        steps.push_back(AttachMount{fd, tree, false});
    } else {
        add_layers(steps, spec, facts, tree);
    }
    steps.push_back(PivotRoot{facts.mount_point});
    // From here on the host's files are out of reach.
    steps.push_back(EnterTree{kTreeInNamespace});
    add_kernel_file_systems(steps);
    for (std::size_t i = 0; i < binds.size(); ++i) {
        const SandboxBind& bind = binds[i];
        add_parents(steps, bind.target);
        if (is_folder(bind.source)) {
            steps.push_back(MakeFolder{bind.target, 0755});
        } else {
            steps.push_back(MakeFile{bind.target});
        }
        steps.push_back(AttachMount{kFirstBindFd + static_cast<int>(i), bind.target, bind.read_only}
        );
    }
    steps.push_back(LeaveTree{});
    return steps;
}

int perform_setup_step(const Step& step) {
    return std::visit(Perform{}, step);
}

std::string describe(const Step& step) {
    return std::visit(Describe{}, step);
}

}  // namespace kiln::sys
