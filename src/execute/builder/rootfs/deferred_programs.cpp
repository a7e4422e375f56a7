#include "execute/builder/rootfs/deferred_programs.hpp"

#include "sys/file_system.hpp"

#include <array>

namespace kiln::exec::rootfs {

namespace {

constexpr const char* kNotesInTree = "/run/kiln-deferred";

constexpr std::array<const char*, 3> kPrograms = {
    "/usr/sbin/update-initramfs", "/usr/sbin/update-ca-certificates", "/usr/bin/py3compile"};

// A line for each call: its arguments, each ended by the unit separator of ASCII.
constexpr const char* kStandIn = R"(#!/bin/sh
{
    for argument; do printf '%s\037' "$argument"; done
    printf '\n'
} >> "/run/kiln-deferred/${0##*/}"
)";

// Two processes share the calls of py3compile, for each compiles files of its own package. Within
// one the interpreter is started and its modules are loaded only once.
constexpr const char* kCatchUp = R"(
notes=/run/kiln-deferred
if [ -e "$notes/py3compile" ]; then
    for part in 0 1; do
        python3 -c '
import runpy, sys
part, notes = int(sys.argv[1]), sys.argv[2]
calls = open(notes).read().splitlines()
failed = []
for call in calls[part::2]:
    sys.argv = ["py3compile"] + call.split("\x1f")[:-1]
    try:
        runpy.run_path("/usr/bin/py3compile", run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            failed.append(" ".join(sys.argv))
if failed:
    sys.exit("failed: " + "; ".join(failed))
' "$part" "$notes/py3compile" &
        jobs="$jobs $!"
    done
fi
if [ -e "$notes/update-ca-certificates" ]; then
    update-ca-certificates >/dev/null &
    jobs="$jobs $!"
fi
if [ -x /usr/sbin/update-initramfs ]; then
    for kernel in /lib/modules/*; do
        version=${kernel##*/}
        if [ -e "/boot/vmlinuz-$version" ]; then
            update-initramfs -c -k "$version"
        fi
    done
fi
for job in $jobs; do wait "$job"; done
)";

}  // namespace

DeferredPrograms::DeferredPrograms(
    sys::FileSystem& files, const std::filesystem::path& tree, const std::filesystem::path& folder
)
    : notes_(folder / "notes") {
    files.make_directories(notes_);
    binds_ = binds_to_catch_up();
    for (const std::string program : kPrograms) {
        if (!files.status(tree / program.substr(1))) {
            continue;
        }
        const std::filesystem::path stand_in = folder / std::filesystem::path(program).filename();
        files.write_file_atomic(stand_in, kStandIn, 0755);
        binds_.push_back({stand_in, program, true});
    }
}

std::vector<sys::SandboxBind> DeferredPrograms::binds_to_catch_up() const {
    return {{notes_, kNotesInTree, false}};
}

std::string DeferredPrograms::catch_up_script() {
    return std::string("jobs=\n") + kCatchUp;
}

}  // namespace kiln::exec::rootfs
