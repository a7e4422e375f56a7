// The first program of a machine that is started in a hurry: no udev, no scripts. It loads the
// modules that stand beside it, in the order of their names, mounts the root file system and goes
// on with its init.
#include <algorithm>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr const char* kRootDevice = "/dev/vda3";
constexpr int kTriesOfTenMs = 500;

void load_modules() {
    std::vector<std::string> paths;
    if (DIR* folder = ::opendir("/modules")) {
        while (const dirent* entry = ::readdir(folder)) {
            if (entry->d_name[0] != '.') {
                paths.push_back(std::string("/modules/") + entry->d_name);
            }
        }
        ::closedir(folder);
    }
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0 || ::syscall(SYS_finit_module, fd, "", 0) != 0) {
            std::perror(path.c_str());
        }
        ::close(fd);
    }
}

}  // namespace

int main() {
    ::mount("devtmpfs", "/dev", "devtmpfs", 0, nullptr);
    load_modules();
    for (int i = 0; i < kTriesOfTenMs && ::access(kRootDevice, F_OK) != 0; ++i) {
        ::usleep(10'000);
    }
    if (::mount(kRootDevice, "/root", "ext4", MS_RDONLY, nullptr) != 0) {
        std::perror("mounting the root file system");
        return 1;
    }
    ::mount("/dev", "/root/dev", nullptr, MS_MOVE, nullptr);
    if (::chdir("/root") != 0 || ::mount(".", "/", nullptr, MS_MOVE, nullptr) != 0 ||
        ::chroot(".") != 0) {
        std::perror("changing to the root file system");
        return 1;
    }
    ::execl("/sbin/init", "/sbin/init", nullptr);
    std::perror("/sbin/init");
    return 1;
}
