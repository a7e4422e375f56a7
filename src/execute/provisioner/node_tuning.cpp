#include "execute/provisioner/node_tuning.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/output_lines.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <utility>

namespace kiln::exec {

namespace {

constexpr const char* kProgram = "/usr/sbin/kiln-node";
constexpr const char* kSettings = "/etc/kiln-node";
constexpr const char* kUpload = "/tmp/kiln-node-upload";

class NodeTuningProvisioner final : public Provisioner {
public:
    explicit NodeTuningProvisioner(plan::NodeTuningOptions options)
        : options_(std::move(options)) {}

    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& machine) override;

private:
    std::string program(const BuildContext& context) const;
    std::string tuning_command() const;

    plan::NodeTuningOptions options_;
};

/// Runs as root on any machine: a communicator's user may be another.
std::string as_root(const std::string& command) {
    return "if [ \"$(id -u)\" = 0 ]; then set --; else set -- sudo -n; fi; \"$@\" sh -c " +
           shell_quote(command);
}

void run_checked(
    BuildContext& context, Communicator& communicator, const std::string& command, const char* what
) {
    throw_if_stopped(context.stop);
    OutputLines lines(context);
    const sys::ExitStatus status = communicator.run(as_root(command), lines.sink(), context.stop);
    lines.finish();
    if (!status.ok()) {
        throw Error(ErrorKind::command, std::string(what) + ": " + sys::describe(status));
    }
}

/// Puts a local file to its place, through a name that the communicator's user may write.
void install(
    BuildContext& context,
    Communicator& communicator,
    const std::string& local,
    const std::string& remote,
    const char* mode
) {
    communicator.upload_file(local, kUpload, context.stop);
    run_checked(
        context,
        communicator,
        "install -D -o root -g root -m " + std::string(mode) + " " + kUpload + " " + remote +
            " && rm -f " + kUpload,
        ("installing " + remote).c_str()
    );
}

std::string NodeTuningProvisioner::program(const BuildContext& context) const {
    if (options_.kiln_node) {
        return *options_.kiln_node;
    }
    sys::FileSystem& files = context.effects.files;
    const std::filesystem::path own = files.read_symlink("/proc/self/exe");
    for (const std::filesystem::path& place :
         {own.parent_path() / "kiln-node", own.parent_path() / "../node/kiln-node"}) {
        if (files.status_followed(place)) {
            return place.lexically_normal();
        }
    }
    throw Error(ErrorKind::not_found, "there is no kiln-node beside " + own.string())
        .set_hint("name the program with kiln_node");
}

std::vector<StepInput> NodeTuningProvisioner::inputs(const BuildContext& context) const {
    sys::FileSystem& files = context.effects.files;
    std::vector<StepInput> inputs = {
        {"kiln-node", sha256_hex(files.read_file(program(context)))},
        {"command", tuning_command()},
        {"modules", join(options_.modules, " ")}};
    for (const auto& file : {options_.profile, options_.plan_file}) {
        if (file) {
            inputs.push_back({*file, sha256_hex(files.read_file(*file))});
        }
    }
    return inputs;
}

/// What is known at build time goes into the image; the rest is decided at the first boot.
std::string NodeTuningProvisioner::tuning_command() const {
    if (options_.plan_file) {
        return std::string(kProgram) + " apply --image";
    }
    if (options_.profile) {
        return std::string(kProgram) + " units --image";
    }
    std::string command;
    for (const auto& [name, value] :
         {std::pair<const char*, std::string>{
              "HUGEPAGES_GB", std::to_string(options_.hugepages_gb)},
          {"ISOLATED_CORES", options_.isolated_cores.value_or("")},
          {"HOUSEKEEPING_CORES", options_.housekeeping_cores.value_or("")},
          {"HUGEPAGES_NODE", options_.hugepages_node},
          {"KERNEL_ARGUMENTS", join(options_.kernel_command_line, " ")}}) {
        command += std::string(name) + "=" + shell_quote(value) + " ";
    }
    return command + kProgram + " bootstrap --image";
}

void NodeTuningProvisioner::run(BuildContext& context, Machine& machine) {
    Communicator& communicator = machine.communicator();
    const std::string local = program(context);
    context.say("Installing " + local + " => " + kProgram);
    install(context, communicator, local, kProgram, "0755");
    if (options_.profile) {
        install(
            context,
            communicator,
            *options_.profile,
            std::string(kSettings) + "/profile.yaml",
            "0644"
        );
    }
    if (options_.plan_file) {
        install(
            context,
            communicator,
            *options_.plan_file,
            std::string(kSettings) + "/plan.json",
            "0644"
        );
    }
    run_checked(context, communicator, tuning_command(), "tuning the image failed");
    if (!options_.modules.empty()) {
        run_checked(
            context,
            communicator,
            std::string(kProgram) + " modules --image " + join(options_.modules, " "),
            "a kernel module is missing"
        );
    }
}

}  // namespace

std::unique_ptr<Provisioner> make_node_tuning_provisioner(plan::NodeTuningOptions options) {
    return std::make_unique<NodeTuningProvisioner>(std::move(options));
}

}  // namespace kiln::exec
