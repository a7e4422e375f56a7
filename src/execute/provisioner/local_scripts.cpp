#include "execute/provisioner/local_scripts.hpp"

#include "execute/output_lines.hpp"
#include "execute/provisioner/exit_codes.hpp"
#include "execute/provisioner/local_script.hpp"
#include "execute/provisioner/script_variables.hpp"
#include "execute/run_text.hpp"
#include "execute/stop.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

using Options = plan::ShellLocalOptions;

// Go's name of the only system kiln runs on.
constexpr const char* kThisSystem = "linux";

bool runs_here(const Options& options) {
    const auto& systems = options.only_on;
    return systems.empty() ||
           std::find(systems.begin(), systems.end(), kThisSystem) != systems.end();
}

std::string variables_text(const BuildContext& context, const Options& options) {
    ScriptVariables variables = script_variables(context, options.environment_vars, options.env);
    for (auto& [name, value] : variables) {
        value = render_at_run(context, "variable " + name, value);
    }
    return format_variables(variables, options.env_var_format.value_or("%s='%s' "));
}

std::vector<std::string> command_for(
    const BuildContext& context, const Options& options, const std::filesystem::path& script
) {
    std::vector<std::string> words = options.execute_command;
    if (words.empty()) {
        words = {"/bin/sh", "-c", "{{.Vars}} {{.Script}}"};
    } else if (words.size() == 1) {
        words.insert(words.begin(), {"sh", "-c"});
    }
    const std::string variables = variables_text(context, options);
    const tmpl::TextMap fields = {
        {"Vars", variables},
        {"FlattenedVars", variables},
        {"Script", script.string()},
        {"Command", script.string()}};
    for (std::string& word : words) {
        word = render_at_run(context, "execute_command", word, fields);
    }
    return words;
}

void run_script(BuildContext& context, const Options& options, const std::filesystem::path& path) {
    throw_if_stopped(context.stop);
    context.say("Running local shell script: " + path.string());
    sys::Command command;
    // A script is found where kiln was started, also when its name has no slash.
    command.argv = command_for(
        context,
        options,
        (std::filesystem::path(context.build.text.working_directory) / path).lexically_normal()
    );
    command.environment = context.effects.environment;
    command.environment["PACKER_RUN_UUID"] = context.options.run_uuid;
    OutputLines lines(context);
    sys::ExitStatus status;
    try {
        status = context.effects.processes.run(command, lines.sink(), context.stop);
    } catch (...) {
        lines.finish();
        throw;
    }
    lines.finish();
    check_script_exit(status, options.valid_exit_codes);
}

void run_inline(
    BuildContext& context, const Options& options, const std::vector<std::string>& commands
) {
    const std::string text = render_at_run(
        context, "inline", script_text(options.inline_shebang.value_or("/bin/sh -e"), commands)
    );
    const LocalScript script(context, text, options.tempfile_extension);
    run_script(context, options, script.path());
}

}  // namespace

void run_local_scripts(BuildContext& context, const Options& options) {
    if (!runs_here(options)) {
        context.say("Skipping shell-local due to runtime OS");
        return;
    }
    if (options.command) {
        run_inline(context, options, {*options.command});
    }
    if (!options.inline_commands.empty()) {
        run_inline(context, options, options.inline_commands);
    }
    if (options.script) {
        run_script(context, options, *options.script);
    }
    for (const std::string& script : options.scripts) {
        run_script(context, options, script);
    }
}

}  // namespace kiln::exec
