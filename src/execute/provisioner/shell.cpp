#include "execute/provisioner/shell.hpp"

#include "base/digest.hpp"
#include "base/duration.hpp"
#include "base/strings.hpp"
#include "execute/output_lines.hpp"
#include "execute/provisioner/exit_codes.hpp"
#include "execute/provisioner/local_script.hpp"
#include "execute/provisioner/script_variables.hpp"
#include "execute/run_text.hpp"
#include "execute/stop.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace kiln::exec {

namespace {

constexpr const char* kDefaultShebang = "/bin/sh -e";

// Between two tries to reach a machine that is starting again. Packer waits as long.
constexpr std::chrono::seconds kRetryInterval(2);

// What the command says for a script that ended well and could not be removed.
constexpr int kNotRemoved = 253;

/// Where the parts of one run are put on the machine.
struct RemotePaths {
    std::string script;
    std::string variables;  ///< "" without use_env_var_file
};

class ShellProvisioner final : public Provisioner {
public:
    explicit ShellProvisioner(plan::ShellOptions options) : options_(std::move(options)) {}

    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& machine) override;

private:
    std::vector<std::string> script_files() const;
    std::string unrendered_inline_text() const;
    std::string inline_text(const BuildContext& context) const;
    std::string upload_form(std::string bytes) const;
    std::string variables_text(const BuildContext& context) const;
    RemotePaths remote_paths(const BuildContext& context, Machine& machine) const;
    std::string command(const BuildContext& context, const RemotePaths& remote) const;
    std::string command_and_removal(const BuildContext& context, const RemotePaths& remote) const;

    void add_script_inputs(const BuildContext& context, std::vector<StepInput>& inputs) const;
    void run_script(
        BuildContext& context,
        Communicator& communicator,
        const RemotePaths& remote,
        const std::string& local_path,
        const std::string& content
    ) const;
    std::optional<sys::ExitStatus> start_and_wait(
        BuildContext& context, Communicator& communicator, const RemotePaths& remote
    ) const;
    void run_helper(
        BuildContext& context,
        Communicator& communicator,
        const std::string& command_line,
        const std::string& failure
    ) const;
    void reach(BuildContext& context, const std::function<void()>& work) const;

    plan::ShellOptions options_;
};

// Values may be secrets, and inputs are kept on disk: digests only.
StepInput digested(std::string name, std::string_view bytes) {
    return {std::move(name), sha256_hex(bytes)};
}

std::string flag(bool value) {
    return value ? "true" : "false";
}

std::vector<std::string> ShellProvisioner::script_files() const {
    std::vector<std::string> files = options_.scripts;
    if (options_.script) {
        files.insert(files.begin(), *options_.script);
    }
    return files;
}

std::string ShellProvisioner::unrendered_inline_text() const {
    const bool brings_its_own = !options_.inline_shebang && !options_.inline_commands.empty() &&
                                options_.inline_commands.front().starts_with("#!");
    const std::string shebang =
        brings_its_own ? "" : options_.inline_shebang.value_or(kDefaultShebang);
    return script_text(shebang, options_.inline_commands);
}

std::string ShellProvisioner::inline_text(const BuildContext& context) const {
    return render_at_run(context, "inline", unrendered_inline_text());
}

std::string ShellProvisioner::upload_form(std::string bytes) const {
    return options_.binary ? bytes : replace_all(std::move(bytes), "\r\n", "\n");
}

std::string ShellProvisioner::variables_text(const BuildContext& context) const {
    const char* usual = options_.use_env_var_file ? "export %s='%s'\n" : "%s='%s' ";
    return format_variables(
        script_variables(context, options_.environment_vars, options_.env),
        options_.env_var_format.value_or(usual)
    );
}

void ShellProvisioner::add_script_inputs(
    const BuildContext& context, std::vector<StepInput>& inputs
) const {
    for (std::size_t i = 0; i < options_.inline_commands.size(); ++i) {
        inputs.push_back(digested("inline[" + std::to_string(i) + "]", options_.inline_commands[i])
        );
    }
    // What is rendered only now is not seen in the lines.
    const std::string rendered = inline_text(context);
    if (rendered != unrendered_inline_text()) {
        inputs.push_back(digested("inline", rendered));
    }
    inputs.push_back(digested("inline_shebang", options_.inline_shebang.value_or("")));
    for (const std::string& file : script_files()) {
        inputs.push_back(digested(file, upload_form(context.effects.files.read_file(file))));
    }
}

std::vector<StepInput> ShellProvisioner::inputs(const BuildContext& context) const {
    std::vector<StepInput> inputs;
    add_script_inputs(context, inputs);
    for (const auto& [name, value] :
         script_variables(context, options_.environment_vars, options_.env)) {
        inputs.push_back(digested("env." + name, value));
    }
    inputs.push_back(digested("env_var_format", options_.env_var_format.value_or("")));
    inputs.push_back(digested("execute_command", options_.execute_command.value_or("")));
    inputs.push_back(digested("remote_folder", options_.remote_folder));
    inputs.push_back(digested("remote_file", options_.remote_file.value_or("")));
    inputs.push_back(digested("remote_path", options_.remote_path.value_or("")));
    inputs.push_back({"skip_clean", flag(options_.skip_clean)});
    inputs.push_back({"use_env_var_file", flag(options_.use_env_var_file)});
    inputs.push_back({"valid_exit_codes", go_list(options_.valid_exit_codes)});
    return inputs;
}

// Packer takes a random number below 9999. Where results are kept, the same step must show its
// script the same name each time. Elsewhere a number of its own keeps two runs apart on one
// machine: of fifty at once two would have the same of Packer's, one time in nine.
RemotePaths ShellProvisioner::remote_paths(const BuildContext& context, Machine& machine) const {
    Digest digest;
    const bool kept = machine.step_layers() != nullptr;
    if (!kept) {
        digest.field(context.options.run_uuid).field(context.build.name);
    }
    for (const StepInput& input : inputs(context)) {
        digest.field(input.name).field(input.value);
    }
    constexpr unsigned long kNumbers = 9999;
    constexpr unsigned long kManyNumbers = 1'000'000'000;
    const unsigned long drawn =
        std::stoul(digest.finish_hex().substr(0, kept ? 7 : 12), nullptr, 16);
    const std::string number = std::to_string(drawn % (kept ? kNumbers : kManyNumbers));

    RemotePaths paths;
    paths.script = options_.remote_path.value_or(
        options_.remote_folder + "/" + options_.remote_file.value_or("script_" + number + ".sh")
    );
    if (options_.use_env_var_file) {
        paths.variables = options_.remote_folder + "/varfile_" + number + ".sh";
    }
    return paths;
}

std::string ShellProvisioner::command(const BuildContext& context, const RemotePaths& remote)
    const {
    const char* usual = options_.use_env_var_file
                            ? "chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}"
                            : "chmod +x {{.Path}}; {{.Vars}} {{.Path}}";
    return render_at_run(
        context,
        "execute_command",
        options_.execute_command.value_or(usual),
        {{"Vars", variables_text(context)},
         {"Path", remote.script},
         {"EnvVarFile", remote.variables}}
    );
}

void ShellProvisioner::run(BuildContext& context, Machine& machine) {
    const RemotePaths remote = remote_paths(context, machine);
    Communicator& communicator = machine.communicator();
    if (!remote.variables.empty()) {
        constexpr unsigned kOwnerOnly = 0600;
        reach(context, [&] {
            communicator.upload_content(variables_text(context), remote.variables, kOwnerOnly);
        });
    }
    if (!options_.inline_commands.empty()) {
        const std::string text = inline_text(context);
        const LocalScript local(context, text);
        run_script(context, communicator, remote, local.path().string(), text);
    }
    for (const std::string& file : script_files()) {
        run_script(context, communicator, remote, file, context.effects.files.read_file(file));
    }
    if (!remote.variables.empty()) {
        run_helper(
            context,
            communicator,
            "rm -f " + remote.variables,
            "Error removing temporary file of variables at " + remote.variables
        );
    }
    if (options_.pause_after.count() > 0) {
        context.say(
            "Pausing " + format_go_duration(options_.pause_after) + " after this provisioner..."
        );
        if (!context.effects.clock.sleep_for(options_.pause_after, context.stop)) {
            throw cancelled();
        }
    }
}

void ShellProvisioner::run_script(
    BuildContext& context,
    Communicator& communicator,
    const RemotePaths& remote,
    const std::string& local_path,
    const std::string& content
) const {
    throw_if_stopped(context.stop);
    context.say("Provisioning with shell script: " + local_path);
    // Packer sets the mode by a command of its own: another few round trips for each script.
    constexpr unsigned kScriptMode = 0755;
    reach(context, [&] {
        communicator.upload_content(upload_form(content), remote.script, kScriptMode);
    });
    const std::optional<sys::ExitStatus> status = start_and_wait(context, communicator, remote);
    // It is gone already, unless the connection was lost before, or it could not be removed.
    if (!options_.skip_clean && (!status || status->code == kNotRemoved)) {
        const auto remove = [&] {
            run_helper(
                context,
                communicator,
                "rm -f " + remote.script,
                "Error removing temporary script at " + remote.script
            );
        };
        reach(context, remove);
    }
    if (status) {
        check_script_exit(*status, options_.valid_exit_codes);
    }
}

/// The command, and in the same breath the removal of its script when it ended well: a command of
/// its own would be another few round trips. A script that failed stays, to be looked at.
std::string ShellProvisioner::command_and_removal(
    const BuildContext& context, const RemotePaths& remote
) const {
    if (options_.skip_clean || options_.valid_exit_codes.empty()) {
        return command(context, remote);
    }
    std::vector<std::string> good;
    for (const std::int64_t code : options_.valid_exit_codes) {
        good.push_back(std::to_string(code));
    }
    return "(" + command(context, remote) + "\n); code=$?; case $code in " + join(good, "|") +
           ") rm -f " + remote.script + " || code=" + std::to_string(kNotRemoved) +
           ";; esac; exit $code";
}

/// Nothing when the script was to cut its own connection, and did.
std::optional<sys::ExitStatus> ShellProvisioner::start_and_wait(
    BuildContext& context, Communicator& communicator, const RemotePaths& remote
) const {
    OutputLines lines(context);
    sys::ExitStatus status;
    try {
        status = communicator.run(command_and_removal(context, remote), lines.sink(), context.stop);
    } catch (const Error& error) {
        lines.finish();
        if (error.kind() != ErrorKind::network) {
            throw;
        }
        if (options_.expect_disconnect) {
            return std::nullopt;
        }
        throw Error(ErrorKind::network, "Script disconnected unexpectedly. " + error.message())
            .set_hint("set expect_disconnect = true when the script restarts the machine");
    }
    lines.finish();
    return status;
}

void ShellProvisioner::run_helper(
    BuildContext& context,
    Communicator& communicator,
    const std::string& command_line,
    const std::string& failure
) const {
    OutputLines lines(context);
    const sys::ExitStatus status = communicator.run(command_line, lines.sink(), context.stop);
    lines.finish();
    if (!status.ok()) {
        throw Error(ErrorKind::command, failure + ": " + sys::describe(status));
    }
}

// A machine that a script has just restarted is out of reach for a while.
void ShellProvisioner::reach(BuildContext& context, const std::function<void()>& work) const {
    sys::Clock& clock = context.effects.clock;
    const auto deadline = clock.steady_now() + options_.start_retry_timeout;
    while (true) {
        try {
            work();
            return;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::network || clock.steady_now() >= deadline) {
                throw;
            }
        }
        if (!clock.sleep_for(kRetryInterval, context.stop)) {
            throw cancelled();
        }
    }
}

}  // namespace

std::unique_ptr<Provisioner> make_shell_provisioner(plan::ShellOptions options) {
    return std::make_unique<ShellProvisioner>(std::move(options));
}

}  // namespace kiln::exec
