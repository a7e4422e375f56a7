#include "execute/builder/rootfs/finishing.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/rootfs/package_setup.hpp"
#include "sys/open_in_root.hpp"
#include "sys/tree_walk.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::exec::rootfs {

namespace {

// What update-initramfs reads besides programs and libraries (initramfs-tools(7)).
const std::vector<std::string> kInitramfsInputs = {
    "etc/crypttab",
    "etc/initramfs-tools",
    "etc/modprobe.d",
    "etc/modules",
    "etc/modules-load.d",
    "etc/udev/rules.d",
    "usr/lib/modprobe.d",
    "usr/lib/modules",
    "usr/share/initramfs-tools",
};

// What update-grub reads, and what it lists: kernels come and go in /boot.
const std::vector<std::string> kGrubInputs = {
    "boot", "etc/default/grub", "etc/default/grub.d", "etc/grub.d", "etc/lsb-release"};

// What belongs to the build: package lists and archives, logs, histories, temporary files; and what
// every node must have of its own: its id, random seeds, host keys. Also what packages that take
// over name resolution keep aside, which are the resolver settings of this host. Directories stay,
// and of logs that programs expect to find, the empty file. Says nothing of a file that is as it
// should be, so that nothing is copied up for nothing.
constexpr const char* kSeal = R"(
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb
rm -rf /var/cache/apt/archives/partial/* /tmp/* /tmp/.[!.]* /var/tmp/* /var/tmp/.[!.]*
rm -f /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old /var/lib/dpkg/*-old
rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/dbus/machine-id
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
rm -f /root/.bash_history /root/.lesshst /root/.viminfo /root/.wget-hsts /home/*/.bash_history
rm -rf /root/.cache /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data
rm -rf /var/lib/cloud/sem /var/lib/cloud/seed/nocloud /var/lib/cloud/seed/nocloud-net
rm -f /etc/.resolv.conf.systemd-resolved.bak /etc/resolvconf/resolv.conf.d/original
for log in dpkg.log alternatives.log bootstrap.log fontconfig.log; do rm -f "/var/log/$log"; done
rm -rf /var/log/apt/* /var/log/journal/* /var/log/cloud-init*.log
find /var/log -type f -size +0 -exec truncate -s 0 {} +
if [ -s /etc/machine-id ]; then : > /etc/machine-id; fi
# No day of the build in the accounts.
today=$(($(date +%s) / 86400))
day=$((EPOCH / 86400))
for file in /etc/shadow; do
    if [ -e "$file" ] && awk -F: -v day=$day '$3 > day { found = 1 } END { exit !found }' "$file"; then
        awk -F: -v OFS=: -v day=$day '$3 > day { $3 = day } { print }' "$file" > "$file.kiln"
        cat "$file.kiln" > "$file"
        rm "$file.kiln"
    fi
done
)";

constexpr const char* kUpdateInitramfs = R"(
for version in $(ls /lib/modules); do
    if [ -e "/boot/vmlinuz-$version" ]; then
        update-initramfs -c -k "$version"
    fi
done
)";

void add_entry(Digest& digest, int parent_fd, const std::string& name, const struct stat& status) {
    digest.field(std::to_string(status.st_mode)).field(std::to_string(status.st_rdev));
    if (S_ISLNK(status.st_mode)) {
        std::array<char, 4096> target{};
        const ssize_t length = ::readlinkat(parent_fd, name.c_str(), target.data(), target.size());
        digest.field({target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))});
    } else if (S_ISREG(status.st_mode)) {
        digest.field(std::to_string(status.st_size));
        const sys::UniqueFd file(
            ::openat(parent_fd, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        );
        std::array<char, 65536> piece{};
        ssize_t count = 0;
        while (file && (count = ::read(file.get(), piece.data(), piece.size())) > 0) {
            digest.update({piece.data(), static_cast<std::size_t>(count)});
        }
    }
}

sys::UniqueFd open_tree_folder(const std::filesystem::path& tree) {
    sys::UniqueFd fd(::open(tree.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        throw system_error("opening layer " + tree.string(), errno);
    }
    return fd;
}

// The folder that holds `path` in the layer, when the layer has one.
sys::UniqueFd open_parent(int tree, const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
    return sys::UniqueFd(sys::try_open_in_root(tree, folder, O_RDONLY | O_DIRECTORY));
}

// Layers whose step called update-initramfs.
std::vector<std::string> wishes(const RootfsMachine& machine) {
    std::vector<std::string> ids;
    for (const HeldLayer& layer : machine.chain()) {
        if (layer.record.facts.contains(kInitramfsWanted)) {
            ids.push_back(layer.record.id);
        }
    }
    return ids;
}

// The layer depends on what the steps did to the inputs and on nothing else they did, so that a
// change elsewhere finds it again: it does not count what lies directly below it.
LayerRecord initramfs_record(const RootfsMachine& machine) {
    LayerRecord record;
    record.parent = machine.chain()[kBootstrapLayer].record.id;
    record.step = "initramfs";
    record.inputs = {{"inputs", digest_of_paths(machine.chain(), kSystemLayer, kInitramfsInputs)}};
    for (const std::string& id : wishes(machine)) {
        record.inputs.push_back({"wish", id});
    }
    record.key = layer_key(record.parent, record.step, record.inputs);
    return record;
}

}  // namespace

std::vector<std::string> touched_paths(
    const std::vector<HeldLayer>& chain, std::size_t first, const std::vector<std::string>& paths
) {
    std::vector<std::string> touched;
    for (const std::string& path : paths) {
        for (std::size_t i = first; i < chain.size(); ++i) {
            const sys::UniqueFd tree = open_tree_folder(chain[i].tree());
            const sys::UniqueFd parent = open_parent(tree.get(), path);
            struct stat status {};
            if (parent.get() >= 0 &&
                ::fstatat(parent.get(), base_name(path).c_str(), &status, AT_SYMLINK_NOFOLLOW) ==
                    0) {
                touched.push_back(path);
                break;
            }
        }
    }
    return touched;
}

std::string digest_of_paths(
    const std::vector<HeldLayer>& chain, std::size_t first, const std::vector<std::string>& paths
) {
    Digest digest;
    for (std::size_t i = first; i < chain.size(); ++i) {
        const sys::UniqueFd tree = open_tree_folder(chain[i].tree());
        for (const std::string& path : paths) {
            const sys::UniqueFd parent = open_parent(tree.get(), path);
            struct stat status {};
            if (parent.get() < 0 ||
                ::fstatat(parent.get(), base_name(path).c_str(), &status, AT_SYMLINK_NOFOLLOW) !=
                    0) {
                continue;
            }
            digest.field(path);
            add_entry(digest, parent.get(), base_name(path), status);
            if (!S_ISDIR(status.st_mode)) {
                continue;
            }
            const sys::UniqueFd folder(::openat(
                parent.get(),
                base_name(path).c_str(),
                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            ));
            sys::walk_tree(folder.get(), path, [&](const sys::TreeEntry& entry) {
                digest.field(entry.path);
                add_entry(digest, entry.parent_fd, entry.name, entry.status);
                return sys::Descend::yes;
            });
        }
    }
    return digest.finish_hex();
}

void finish_tree(RootfsMachine& machine, const FinishRequest& request, BuildContext& context) {
    const std::vector<HeldLayer>& chain = machine.chain();
    const bool new_initramfs =
        request.has_initramfs &&
        (!wishes(machine).empty() || !touched_paths(chain, kSystemLayer, kInitramfsInputs).empty());
    const bool new_grub_menu =
        request.has_grub && !touched_paths(chain, kSystemLayer + 1, kGrubInputs).empty();
    if (new_initramfs) {
        machine.extend(initramfs_record(machine), {}, [&](sys::Sandbox& sandbox) {
            context.say("Making the initramfs again: what it is made from changed in a step");
            run_in_tree(sandbox, {"/bin/sh", "-ec", kUpdateInitramfs}, request.epoch, context.stop);
        });
    }
    std::string script = "EPOCH=" + std::to_string(request.epoch) + "\n" + kSeal;
    if (new_grub_menu) {
        script = "grub-mkconfig -o /boot/grub/grub.cfg\n" + script;
    }
    std::vector<StepInput> inputs = {{"script", script}};
    for (const auto& [path, content] : request.grub_stand_ins) {
        inputs.push_back({path, content});
    }
    machine.extend(
        machine.next_record("finish", inputs),
        request.grub_stand_ins,
        [&](sys::Sandbox& sandbox) {
            run_in_tree(sandbox, {"/bin/sh", "-ec", script}, request.epoch, context.stop);
        }
    );
}

}  // namespace kiln::exec::rootfs
