#include "execute/builder/rootfs/system_layer.hpp"

#include "execute/builder/rootfs/package_setup.hpp"
#include "execute/builder/rootfs/system_files.hpp"
#include "execute/communicator/rootfs_communicator.hpp"
#include "sys/open_in_root.hpp"

#include <fcntl.h>
#include <map>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

namespace {

bool is_in_tree(const sys::Sandbox& sandbox, const std::string& path) {
    const sys::UniqueFd found(sys::try_open_in_root(sandbox.root_fd(), path, O_PATH));
    return found.get() >= 0;
}

void write_files(
    sys::Sandbox& sandbox, const std::vector<SystemFile>& files, const BuildContext& context
) {
    std::string folders = "mkdir -p";
    for (const SystemFile& file : files) {
        folders += " " + file.path.substr(0, file.path.rfind('/'));
    }
    std::vector<const SystemFile*> wanted;
    for (const SystemFile& file : files) {
        if (file.needs.empty() || is_in_tree(sandbox, file.needs)) {
            wanted.push_back(&file);
        }
    }
    run_in_tree(sandbox, {"/bin/sh", "-ec", folders}, 0, context.stop);
    RootfsCommunicator communicator(sandbox);
    for (const SystemFile* file : wanted) {
        communicator.upload_content(file->content, file->path, file->mode);
    }
}

}  // namespace

void add_system_layer(RootfsMachine& machine, const SystemRequest& request, BuildContext& context) {
    const std::vector<SystemFile> files = system_files(request.options, request.disks);
    const std::string script = system_script(request.options);
    std::map<std::string, std::string> stand_ins;
    std::string boot;
    if (request.options.bootloader == "grub") {
        stand_ins["/usr/sbin/grub-probe"] = grub_probe_stand_in(request.boot);
        boot = grub_install_script(request.boot) + "grub-mkconfig -o /boot/grub/grub.cfg\n";
    }
    std::vector<StepInput> inputs = {{"system", script}, {"grub", boot}};
    for (const SystemFile& file : files) {
        inputs.push_back({file.path, file.needs + "\n" + file.content});
    }
    for (const auto& [path, content] : stand_ins) {
        inputs.push_back({path, content});
    }
    machine.extend(machine.next_record("system", inputs), stand_ins, [&](sys::Sandbox& sandbox) {
        context.say("Setting up the system");
        write_files(sandbox, files, context);
        run_in_tree(sandbox, {"/bin/sh", "-ec", script}, request.epoch, context.stop);
        if (!boot.empty()) {
            run_in_tree(sandbox, {"/bin/sh", "-ec", boot}, request.epoch, context.stop);
        }
    });
}

}  // namespace kiln::exec::rootfs
