#include "execute/provisioner/goss_program.hpp"

#include "base/strings.hpp"
#include "execute/output_lines.hpp"
#include "execute/stop.hpp"
#include "goss/value.hpp"
#include "sys/file_system.hpp"

namespace kiln::exec {

namespace {

// A word of a netrc file; quotes are for blanks, as older readers know none.
std::string netrc_word(const std::string& text) {
    if (text.find_first_of(" \t\"\\") == std::string::npos) {
        return text;
    }
    return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

class GossProgram {
public:
    GossProgram(BuildContext& context, Communicator& communicator, const plan::GossOptions& options)
        : context_(context), communicator_(communicator), options_(options) {}

    bool run() {
        must("mkdir -p " + shell_quote(folder()), "Error creating directory " + folder());
        install();
        upload();
        render("render > " + std::string(kSpec), kSpec);
        render("render -d > " + std::string(kDebugSpec), kDebugSpec);
        const bool passed = output_of(validate_command()).ok();
        if (!options_.skip_download) {
            download(kSpec, "goss-spec.yaml");
            download(kDebugSpec, "debug-goss-spec.yaml");
        }
        return passed;
    }

private:
    static constexpr const char* kSpec = "/tmp/goss-spec.yaml";
    static constexpr const char* kDebugSpec = "/tmp/debug-goss-spec.yaml";

    std::string version() const { return options_.version.value_or("0.4.2"); }
    std::string arch() const { return options_.arch.value_or("amd64"); }
    std::string folder() const {
        return options_.remote_path.value_or(options_.remote_folder + "/goss");
    }
    std::string program() const {
        return options_.download_path.value_or("/tmp/goss-" + version() + "-linux-" + arch());
    }
    std::string url() const {
        return options_.url.value_or(
            "https://github.com/goss-org/goss/releases/download/v" + version() + "/goss-linux-" +
            arch()
        );
    }

    sys::ExitStatus output_of(const std::string& command) {
        throw_if_stopped(context_.stop);
        OutputLines lines(context_);
        const sys::ExitStatus status = communicator_.run(command, lines.sink(), context_.stop);
        lines.finish();
        return status;
    }
    void must(const std::string& command, const std::string& failure) {
        const sys::ExitStatus status = output_of(command);
        if (!status.ok()) {
            throw Error(ErrorKind::command, failure + ": " + sys::describe(status));
        }
    }

    void install() {
        if (options_.skip_install) {
            context_.say("Skipping Goss installation");
            return;
        }
        context_.say("Installing Goss from " + url());
        const std::string to = shell_quote(program());
        std::string curl = std::string("curl -fsL") + (options_.skip_ssl ? " -k" : "");
        std::string wget =
            std::string("wget -q") + (options_.skip_ssl ? " --no-check-certificate" : "");
        // The password goes through a file of the machine's user alone: a process list shows none.
        const bool login = options_.username || options_.password;
        const std::string secret = program() + ".netrc";
        if (login) {
            const std::string user = options_.username.value_or("");
            const std::string password = options_.password.value_or("");
            communicator_.upload_content(
                "default login " + netrc_word(user) + " password " + netrc_word(password) + "\n",
                secret,
                kOwnerOnly
            );
            curl += " --netrc-file " + shell_quote(secret);
            wget = "HOME=" + shell_quote(secret + ".d") + " " + wget;
        }
        std::string command = curl + " -o " + to + " " + shell_quote(url()) + " || ";
        if (login) {
            command += "(mkdir -p -m 700 " + shell_quote(secret + ".d") + " && cp " +
                       shell_quote(secret) + " " + shell_quote(secret + ".d/.netrc") + " && ";
        }
        command += wget + " -O " + to + " " + shell_quote(url());
        if (login) {
            command += "); k_status=$?; rm -rf " + shell_quote(secret) + " " +
                       shell_quote(secret + ".d") + "; exit $k_status";
        }
        must(command, "unable to download Goss from " + url());
        must("chmod 555 " + to + " && " + to + " --help >/dev/null", "unable to install Goss");
    }

    void upload() {
        if (options_.vars_file) {
            const std::string to = folder() + "/" + std::string(base_name(*options_.vars_file));
            context_.say("Uploading vars file " + *options_.vars_file + " => " + to);
            communicator_.upload_file(*options_.vars_file, to, context_.stop);
        }
        for (const std::string& test : options_.tests) {
            const std::string trimmed =
                test.ends_with('/') ? test.substr(0, test.size() - 1) : test;
            const std::string to = folder() + "/" + std::string(base_name(trimmed));
            context_.say("Uploading " + test + " => " + to);
            const auto status = context_.effects.files.status_followed(test);
            if (status && status->type == sys::FileType::directory) {
                communicator_.upload_directory(test, to, context_.stop);
            } else {
                communicator_.upload_file(test, to, context_.stop);
            }
        }
    }

    std::string goss_command(const std::string& sudo) const {
        std::string command = "cd " + shell_quote(folder()) + " && " + sudo;
        for (const auto& [name, value] : options_.vars_env) {
            command += name + "=" + shell_quote(value) + " ";
        }
        command += shell_quote(program()) + " ";
        if (options_.goss_file) {
            command += "--gossfile " + shell_quote(*options_.goss_file) + " ";
        }
        if (options_.vars_file) {
            command += "--vars " +
                       shell_quote(folder() + "/" + std::string(base_name(*options_.vars_file))) +
                       " ";
        }
        if (!options_.vars_inline.empty()) {
            goss::Value::Map vars;
            for (const auto& [name, value] : options_.vars_inline) {
                vars.insert_or_assign(name, value);
            }
            command += "--vars-inline " + shell_quote(goss::to_json(vars)) + " ";
        }
        return command;
    }

    void render(const std::string& arguments, const std::string& to) {
        must(goss_command("") + arguments, "goss can not render the tests to " + to);
    }

    // The plugin's own two formats are options of goss's to "json" and "nagios".
    std::string validate_command() const {
        std::string format = options_.format.value_or("");
        std::string format_options = options_.format_options.value_or("");
        if (format == "json_oneline") {
            format = "json";
        } else if (format == "nagios_verbose") {
            format = "nagios";
            format_options += format_options.empty() ? "verbose" : "";
        }
        std::string command = goss_command(options_.use_sudo ? "sudo " : "") +
                              "validate --retry-timeout " + shell_quote(options_.retry_timeout) +
                              " --sleep " + shell_quote(options_.sleep);
        command += format.empty() ? "" : " -f " + format;
        command += format_options.empty() ? "" : " -o " + format_options;
        return command;
    }

    void download(const char* remote, const char* local) {
        context_.say(std::string("Downloading spec file ") + remote + " => " + local);
        communicator_.download_file(remote, local, context_.stop);
    }

    static constexpr unsigned kOwnerOnly = 0600;

    BuildContext& context_;
    Communicator& communicator_;
    const plan::GossOptions& options_;
};

}  // namespace

bool run_goss_program(
    BuildContext& context, Communicator& communicator, const plan::GossOptions& options
) {
    return GossProgram(context, communicator, options).run();
}

}  // namespace kiln::exec
