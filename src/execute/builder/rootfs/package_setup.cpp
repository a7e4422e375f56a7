#include "execute/builder/rootfs/package_setup.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/rootfs/deferred_programs.hpp"

#include <algorithm>
#include <deque>
#include <string_view>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

constexpr std::size_t kShownLines = 15;

// openssh-server makes keys only where there is no file. Keys are a node's own and never belong in
// an image; making them takes seconds and differs every time.
constexpr const char* kHoldHostKeys = R"(
[ -e /usr/sbin/sshd ] || exit 0
mkdir -p /etc/ssh
for kind in rsa dsa ecdsa ed25519; do
    touch "/etc/ssh/ssh_host_${kind}_key"
done
)";

constexpr const char* kDropHostKeys = "rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub";

// The disk and the network of EC2 (Nitro and Xen) and of QEMU. A driver may also be built in.
constexpr const char* kCheckDrivers = R"(
version=$1
listed=$(lsinitramfs "/boot/initrd.img-$version")
builtin=$(cat "/lib/modules/$version/modules.builtin")
for driver in nvme ena virtio_pci virtio_blk virtio_net xen-blkfront; do
    case "$listed $builtin" in
        *"/$driver.ko"*) ;;
        *) echo "missing driver: $driver"; exit 1 ;;
    esac
done
)";

std::vector<std::string> shell(const char* script) {
    return {"/bin/sh", "-ec", script};
}

}  // namespace

std::map<std::string, std::string> package_environment(std::int64_t epoch) {
    std::map<std::string, std::string> environment = sys::sandbox_environment();
    environment["DEBIAN_FRONTEND"] = "noninteractive";
    environment["DEBCONF_NONINTERACTIVE_SEEN"] = "true";
    environment["DEBCONF_NOWARNINGS"] = "yes";
    environment["LC_ALL"] = "C.UTF-8";
    environment["SOURCE_DATE_EPOCH"] = std::to_string(epoch);
    environment["PYTHONHASHSEED"] = "0";  // the order of sets in compiled Python files
    return environment;
}

void run_in_tree(
    sys::Sandbox& sandbox,
    const std::vector<std::string>& argv,
    std::int64_t epoch,
    std::stop_token stop,
    const std::function<void(std::string_view line)>& on_line
) {
    std::deque<std::string> last_lines;
    std::string line;
    const auto take = [&](sys::OutputStream, std::string_view piece) {
        for (const char c : piece) {
            if (c != '\n') {
                line += c;
                continue;
            }
            if (on_line) {
                on_line(line);
            }
            last_lines.push_back(to_valid_utf8(line));
            if (last_lines.size() > kShownLines) {
                last_lines.pop_front();
            }
            line.clear();
        }
    };
    const sys::ExitStatus status = sandbox.run(
        {.argv = argv, .environment = package_environment(epoch), .working_directory = "/"},
        take,
        stop
    );
    if (!status.ok()) {
        if (!line.empty()) {
            last_lines.push_back(to_valid_utf8(line));
        }
        throw Error(
            ErrorKind::command,
            argv.front() + " in the tree ended with " + sys::describe(status) + ":\n" +
                join({last_lines.begin(), last_lines.end()}, "\n")
        );
    }
}

void configure_packages(
    sys::Sandbox& sandbox,
    const std::vector<UnpackedPackage>& packages,
    std::int64_t epoch,
    BuildContext& context
) {
    run_in_tree(sandbox, shell(kHoldHostKeys), epoch, context.stop);

    // dpkg would run each before it unpacks the package; all files being there already, only their
    // effects matter. debconf would read the package's name from what dpkg unpacks; here it is
    // told. One shell runs them all: starting a process takes longer than most of them.
    std::string preinsts;
    for (const UnpackedPackage& package : packages) {
        if (package.control_files.contains("preinst")) {
            preinsts += "DPKG_MAINTSCRIPT_NAME=preinst DPKG_MAINTSCRIPT_ARCH=" +
                        package.stanza.get("Architecture") +
                        " DPKG_MAINTSCRIPT_PACKAGE=" + package.name() +
                        " DEBCONF_PACKAGE=" + package.name() + " /var/lib/dpkg/info/" +
                        package.info_name() + ".preinst install\n";
        }
    }
    run_in_tree(sandbox, shell(preinsts.c_str()), epoch, context.stop);

    Progressed progress{
        context.build.name,
        "configuring packages",
        0,
        static_cast<std::int64_t>(packages.size()),
        Progressed::Unit::packages,
        false};
    const auto follow = [&](std::string_view line) {
        if (line.starts_with("Setting up ")) {
            ++progress.done;
            context.events.on_event(progress);
        }
    };
    run_in_tree(
        sandbox,
        {"/usr/bin/dpkg",
         "--force-confdef",
         "--force-confold",
         "--force-unsafe-io",
         "--configure",
         "-a"},
        epoch,
        context.stop,
        follow
    );
    progress.finished = true;
    context.events.on_event(progress);

    run_in_tree(sandbox, shell(kDropHostKeys), epoch, context.stop);
}

void catch_up(sys::Sandbox& sandbox, std::int64_t epoch, BuildContext& context) {
    context.say("Making the initramfs");
    run_in_tree(sandbox, shell(DeferredPrograms::catch_up_script().c_str()), epoch, context.stop);
}

std::string check_kernel(sys::Sandbox& sandbox, std::int64_t epoch, BuildContext& context) {
    std::string newest;
    run_in_tree(
        sandbox,
        shell("ls /lib/modules 2>/dev/null | sort -V || true"),
        epoch,
        context.stop,
        [&](std::string_view line) { newest = line; }
    );
    if (!newest.empty()) {
        run_in_tree(sandbox, {"/bin/sh", "-ec", kCheckDrivers, "sh", newest}, epoch, context.stop);
    }
    return newest;
}

}  // namespace kiln::exec::rootfs
