#include "execute/builder/qemu/base_inputs.hpp"

#include "artifact/digest_memo.hpp"
#include "base/duration.hpp"
#include "base/strings.hpp"

#include <utility>

namespace kiln::exec::qemu {

namespace {

void add_files(
    const std::string& option, const std::vector<MediaFile>& files, std::vector<StepInput>& inputs
) {
    artifact::DigestMemo memo;
    for (const MediaFile& file : files) {
        inputs.push_back(
            {option + "/" + file.target,
             file.source.empty() ? file.text
                                 : memo.file_digest(file.source, DigestAlgorithm::sha256)}
        );
    }
}

}  // namespace

std::vector<StepInput> base_inputs(const BaseIngredients& ingredients) {
    const plan::QemuOptions& options = ingredients.options;
    const plan::SshOptions& ssh = options.communicator.ssh;
    std::vector<StepInput> inputs = {
        {"the source image", ingredients.source_digest},
        {"the source image's place", ingredients.source_file},
        {"QEMU", ingredients.qemu_version},
        {"QEMU's arguments",
         join(qemu_arguments(options, ingredients.parts, ingredients.qemuargs), "\n")},
        {"disk_image", options.disk_image ? "true" : "false"},
        {"disk_size", options.skip_resize_disk ? "" : options.disk_size},
        {"disk_additional_size", join(options.disk_additional_size, "\n")},
        {"boot_wait", format_go_duration(options.boot.boot_wait)},
        {"how to log in",
         ssh.ssh_username.value_or("") + "\n" + ssh.ssh_password.value_or("") + "\n" +
             ssh.ssh_private_key_file.value_or("")}};
    if (options.qemu_img_args) {
        inputs.push_back({"qemu_img_args", join(options.qemu_img_args->create, "\n")});
    }
    std::string typed;
    for (const BootStep& step : ingredients.boot_steps) {
        typed += step.text + "\n";
    }
    inputs.push_back({options.boot.boot_steps.empty() ? "boot_command" : "boot_steps", typed});
    add_files("CD", ingredients.cd, inputs);
    add_files("floppy disk", ingredients.floppy, inputs);
    add_files("HTTP", ingredients.http, inputs);
    return inputs;
}

std::string obstacle_to_layers(const plan::QemuOptions& options) {
    if (options.communicator.communicator == "none") {
        return "no step reaches the machine (communicator \"none\")";
    }
    if (options.firmware_options.vtpm) {
        return "the state of a TPM is kept outside of the machine (vtpm)";
    }
    if (options.net_bridge) {
        return "its address belongs to the network of net_bridge";
    }
    for (const char* name :
         {"-drive",
          "-blockdev",
          "-hda",
          "-hdb",
          "-hdc",
          "-hdd",
          "-snapshot",
          "-incoming",
          "-S",
          "-pflash"}) {
        if (replaces(options.qemuargs, name)) {
            return std::string("qemuargs gives the disks itself (") + name + ")";
        }
    }
    return "";
}

}  // namespace kiln::exec::qemu
