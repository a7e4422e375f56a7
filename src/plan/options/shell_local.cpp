#include "plan/options/shell_local.hpp"

#include "plan/options/script_rules.hpp"

namespace kiln::plan {

const OptionTable& ShellLocalOptions::options() {
    using O = ShellLocalOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::inline_commands>(
            "inline",
            {.help = "commands, run in order as one script", .render = Render::at_prepare_and_run}
        ),
        option<&O::script>("script", {.help = "path of a script to run"}),
        option<&O::scripts>("scripts", {.help = "paths of scripts, run in order"}),
        option<&O::command>(
            "command",
            {.help = "one command; an older spelling of inline",
             .render = Render::at_prepare_and_run}
        ),
        option<&O::inline_shebang>(
            "inline_shebang",
            {.help = "interpreter of the inline script, without #!",
             .default_text = "\"/bin/sh -e\""}
        ),
        option<&O::environment_vars>(
            "environment_vars",
            {.help = "environment of the scripts, as \"NAME=value\"",
             .render = Render::at_prepare_and_run}
        ),
        option<&O::env>(
            "env",
            {.help = "environment of the scripts; wins over environment_vars",
             .render = Render::at_prepare_and_run}
        ),
        option<&O::env_var_format>(
            "env_var_format",
            {.help = "how one variable is written: name and value for two %s",
             .default_text = "\"%s='%s' \""}
        ),
        option<&O::execute_command>(
            "execute_command",
            {.help = "program and arguments that run a script; knows .Vars, .Script, .Command "
                     "and .FlattenedVars",
             .render = Render::at_run,
             .default_text = R"(["/bin/sh", "-c", "{{.Vars}} {{.Script}}"])"}
        ),
        option<&O::use_linux_pathing>(
            "use_linux_pathing", {.help = "accepted; of use on Windows only"}
        ),
        option<&O::tempfile_extension>(
            "tempfile_extension", {.help = "ending of the inline script's temporary file"}
        ),
        option<&O::valid_exit_codes>("valid_exit_codes", {.help = "exit codes that mean success"}),
        option<&O::only_on>(
            "only_on", {.help = "systems to run on (\"linux\"); elsewhere nothing is done"}
        ),
        exactly_one({"inline", "script", "scripts", "command"}),
        scripts_exist<O>(),
        environment_is_written<O>(),
    });
    return table;
}

}  // namespace kiln::plan
