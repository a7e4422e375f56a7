#include "plan/options/goss.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void tests_exist(const GossOptions& goss, const CheckContext& context) {
    for (const std::string& path : goss.tests) {
        check_local_file("tests", path, context);
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
        option<&O::version>("version", {.help = "version of goss to install"}),
        option<&O::arch>("arch", {.help = "architecture of it"}),
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
        rule<&tests_exist>("`tests` exist."),
    });
    return table;
}

}  // namespace kiln::plan
