#include "plan/options/shell.hpp"

#include "plan/options/script_rules.hpp"

namespace kiln::plan {

const OptionTable& ShellOptions::options() {
    using O = ShellOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::inline_commands>(
            "inline",
            {.help = "commands, run in order as one script", .render = Render::at_prepare_and_run}
        ),
        option<&O::script>("script", {.help = "local path of a script to upload and run"}),
        option<&O::scripts>("scripts", {.help = "local paths of scripts, run in order"}),
        option<&O::inline_shebang>(
            "inline_shebang",
            {.help = "interpreter of the inline script, without #!",
             .default_text = "\"/bin/sh -e\""}
        ),
        option<&O::binary>(
            "binary", {.help = "upload scripts as they are, without turning CRLF into LF"}
        ),
        option<&O::valid_exit_codes>("valid_exit_codes", {.help = "exit codes that mean success"}),
        option<&O::environment_vars>(
            "environment_vars", {.help = "environment of the scripts, as \"NAME=value\""}
        ),
        option<&O::env>("env", {.help = "environment of the scripts; wins over environment_vars"}),
        option<&O::env_var_format>(
            "env_var_format",
            {.help = "how one variable is written: name and value for two %s",
             .default_text = "\"%s='%s' \""}
        ),
        option<&O::execute_command>(
            "execute_command",
            {.help = "command line that runs a script; knows .Vars, .Path and .EnvVarFile",
             .render = Render::at_run,
             .default_text = "\"chmod +x {{.Path}}; {{.Vars}} {{.Path}}\""}
        ),
        option<&O::use_env_var_file>(
            "use_env_var_file", {.help = "upload the environment as a file of its own"}
        ),
        option<&O::remote_folder>("remote_folder", {.help = "where scripts are uploaded to"}),
        option<&O::remote_file>(
            "remote_file",
            {.help = "name of the uploaded script", .default_text = "\"script_N.sh\""}
        ),
        option<&O::remote_path>(
            "remote_path",
            {.help = "whole path of the uploaded script",
             .default_text = "remote_folder/remote_file"}
        ),
        option<&O::start_retry_timeout>(
            "start_retry_timeout", {.help = "how long starting a script is tried again"}
        ),
        option<&O::expect_disconnect>(
            "expect_disconnect", {.help = "a lost connection is no failure"}
        ),
        option<&O::skip_clean>("skip_clean", {.help = "leave uploaded scripts on the machine"}),
        option<&O::pause_after>("pause_after", {.help = "how long to wait afterwards"}),
        exactly_one({"inline", "script", "scripts"}),
        scripts_exist<O>(),
        environment_is_written<O>(),
    });
    return table;
}

}  // namespace kiln::plan
