#include "plan/options/goss.hpp"

#include "base/duration.hpp"
#include "base/strings.hpp"
#include "goss/load.hpp"
#include "plan/check.hpp"

#include <algorithm>

namespace kiln::plan {

namespace {

void tests_exist(const GossOptions& goss, const CheckContext& context) {
    for (const std::string& path : goss.tests) {
        check_local_file("tests", path, context);
    }
    if (goss.vars_file) {
        check_local_file("vars_file", *goss.vars_file, context);
    }
}

void linux_only(const GossOptions& goss, const CheckContext& context) {
    if (goss.target_os != "Linux") {
        context.error(
            "target_os", "kiln tests no Windows machines", "leave target_os out, or use Linux"
        );
    }
}

void durations_are_durations(const GossOptions& goss, const CheckContext& context) {
    for (const auto& [name, text] :
         {std::pair("retry_timeout", goss.retry_timeout), std::pair("sleep", goss.sleep)}) {
        if (!is_unknown(text) && !parse_go_duration(text)) {
            context.error(name, "\"" + text + "\" is no duration", "write it as 30s or 1m30s");
        }
    }
}

bool is_variable_name(const std::string& name) {
    return !name.empty() && (name[0] < '0' || name[0] > '9') &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

void variables_have_names(const GossOptions& goss, const CheckContext& context) {
    for (const auto& [name, value] : goss.vars_env) {
        if (!is_variable_name(name)) {
            context.error("vars_env", "\"" + name + "\" is no name of a variable");
        }
    }
}

bool is_known(const GossOptions& goss) {
    const auto known = [](const std::string& text) { return !is_unknown(text); };
    const auto known_value = [&](const auto& entry) { return known(entry.second); };
    return std::all_of(goss.tests.begin(), goss.tests.end(), known) &&
           known(goss.goss_file.value_or("")) && known(goss.vars_file.value_or("")) &&
           std::all_of(goss.vars_inline.begin(), goss.vars_inline.end(), known_value);
}

/// What is wrong in the files of tests is told now, with its place; what a template asks the
/// machine for waits for the machine.
void tests_are_tests(const GossOptions& goss, const CheckContext& context) {
    const Facts& facts = context.facts();
    const bool missing = std::any_of(goss.tests.begin(), goss.tests.end(), [&](const auto& path) {
        return context.is_missing(path);
    });
    if (goss.uses_program() || !facts.read_file || !facts.list_directory ||
        facts.sources == nullptr || missing ||
        (goss.vars_file && context.is_missing(*goss.vars_file)) || !is_known(goss)) {
        return;
    }
    Diagnostics mistakes;
    goss::load_spec(
        goss.sources(), {facts.read_file, facts.list_directory}, {}, *facts.sources, mistakes
    );
    for (const Diagnostic& mistake : mistakes.list()) {
        if (mistake.subject) {
            context.add(mistake);
        } else {
            context.error("tests", mistake.summary, mistake.hint);
        }
    }
}

}  // namespace

const OptionTable& GossOptions::options() {
    using O = GossOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::tests>("tests", {.help = "files and folders of tests", .required = true}),
        option<&O::goss_file>(
            "goss_file", {.help = "test file to run", .default_text = "goss.yaml"}
        ),
        option<&O::vars_file>("vars_file", {.help = "file of variables"}),
        option<&O::vars_inline>("vars_inline", {.help = "variables; win over those of the file"}),
        option<&O::vars_env>("vars_env", {.help = "environment of the tests"}),
        option<&O::version>(
            "version", {.help = "version of goss to install", .default_text = "\"0.4.2\""}
        ),
        option<&O::arch>("arch", {.help = "architecture of it", .default_text = "\"amd64\""}),
        option<&O::url>(
            "url", {.help = "where to download it from", .default_text = "its releases on GitHub"}
        ),
        option<&O::username>("username", {.help = "user for the download"}),
        option<&O::password>("password", {.help = "password of that user", .secret = true}),
        option<&O::skip_ssl>("skip_ssl", {.help = "do not check the server's certificate"}),
        option<&O::download_path>(
            "download_path",
            {.help = "where it is put on the machine",
             .default_text = "\"/tmp/goss-VERSION-linux-ARCH\""}
        ),
        option<&O::skip_install>("skip_install", {.help = "goss is there already"}),
        option<&O::target_os>(
            "target_os", {.help = "system of the machine", .allowed = {"Linux", "Windows"}}
        ),
        option<&O::remote_folder>("remote_folder", {.help = "folder of the upload"}),
        option<&O::remote_path>(
            "remote_path", {.help = "where the tests are put", .default_text = "remote_folder/goss"}
        ),
        option<&O::retry_timeout>("retry_timeout", {.help = "how long to try again what fails"}),
        option<&O::sleep>("sleep", {.help = "how long to wait between"}),
        option<&O::format>(
            "format",
            {.help = "format of the report",
             .allowed =
                 {"documentation",
                  "json",
                  "json_oneline",
                  "junit",
                  "nagios",
                  "nagios_verbose",
                  "rspecish",
                  "silent",
                  "tap"}}
        ),
        option<&O::format_options>(
            "format_options",
            {.help = "how to write it", .allowed = {"perfdata", "verbose", "pretty"}}
        ),
        option<&O::use_sudo>("use_sudo", {.help = "run as root"}),
        option<&O::inspect>("inspect", {.help = "a failed test is no failure"}),
        option<&O::skip_download>("skip_download", {.help = "do not fetch the rendered tests"}),
        option<&O::report_file>(
            "report_file",
            {.help = "file here that gets the report; .xml, .json and .tap choose its form"}
        ),
        rule<&tests_exist>("`tests` and `vars_file` exist."),
        rule<&linux_only>("`target_os` is Linux."),
        rule<&durations_are_durations>("`retry_timeout` and `sleep` are durations."),
        rule<&variables_have_names>("Names in `vars_env` are names of variables."),
        rule<&tests_are_tests>(
            "Files of tests hold no mistakes, as far as they can be rendered without the machine."
        ),
    });
    return table;
}

bool GossOptions::uses_program() const {
    return version || arch || url || download_path || username || password || skip_ssl ||
           skip_install;
}

goss::Sources GossOptions::sources() const {
    goss::Sources sources;
    sources.tests = tests;
    sources.goss_file = goss_file;
    sources.vars_file = vars_file;
    sources.vars_inline = vars_inline;
    return sources;
}

}  // namespace kiln::plan
