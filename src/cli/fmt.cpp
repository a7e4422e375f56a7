#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "hcl/format.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";

bool is_ours(const std::string& name) {
    return name.ends_with(".pkr.hcl") || name.ends_with(".pkrvars.hcl");
}

class Fmt : public Command {
public:
    void declare(CommandLine& line) override {
        line.flag("check", check_);
        line.flag("diff", diff_);
        line.flag("write", write_);
        line.flag("recursive", recursive_);
        line.arguments("FILE-OR-FOLDER", paths_);
    }

    ExitCode run(Session& session) override {
        if (paths_.empty()) {
            throw Error(ErrorKind::usage, "kiln fmt needs FILE-OR-FOLDER")
                .set_hint("see kiln fmt --help");
        }
        for (const std::string& path : paths_) {
            if (path == kStandardInput) {
                format_standard_input(session);
                continue;
            }
            for (const fs::path& file : files_of(session, path)) {
                format_file(session, file);
            }
        }
        if (failed_) {
            return ExitCode::failed;
        }
        return check_ && changed_ ? ExitCode::would_change : ExitCode::done;
    }

private:
    std::vector<fs::path> files_of(Session& session, const fs::path& path) const {
        const auto status = session.files.status_followed(path);
        if (!status) {
            throw Error(ErrorKind::not_found, "there is no file or folder " + path.string());
        }
        if (status->type != sys::FileType::directory) {
            if (!is_ours(path.filename().string())) {
                throw Error(ErrorKind::input, "kiln fmt does not know the file " + path.string())
                    .set_hint("it lays out *.pkr.hcl and *.pkrvars.hcl; \"-\" takes any HCL");
            }
            return {path};
        }
        std::vector<fs::path> files;
        add_files_below(session, path, files);
        return files;
    }

    void add_files_below(Session& session, const fs::path& folder, std::vector<fs::path>& files)
        const {
        for (const sys::DirectoryEntry& entry : session.files.list_directory(folder)) {
            const fs::path path = folder == "." ? fs::path(entry.name) : folder / entry.name;
            if (entry.type == sys::FileType::directory) {
                if (recursive_ && !entry.name.starts_with('.')) {
                    add_files_below(session, path, files);
                }
            } else if (is_ours(entry.name)) {
                files.push_back(path);
            }
        }
    }

    /// Nothing when it can not be parsed, which is reported.
    std::optional<std::string> format(
        Session& session, const std::string& name, const std::string& text
    ) {
        Diagnostics diagnostics;
        std::optional<std::string> formatted =
            hcl::format_config(session.sources.add(name, text), diagnostics);
        failed_ = report(session, diagnostics) || failed_;
        changed_ = changed_ || (formatted && *formatted != text);
        return formatted;
    }

    void format_standard_input(Session& session) {
        const std::string text(std::istreambuf_iterator<char>(std::cin), {});
        const auto formatted = format(session, "<standard input>", text);
        if (!formatted) {
            return;
        }
        if (diff_) {
            show_difference(session, "standard input", text, *formatted);
        } else if (!check_ && !formatted->empty()) {
            print_result(session, *formatted);
        }
    }

    void format_file(Session& session, const fs::path& path) {
        const std::string text = session.files.read_file(path);
        const auto formatted = format(session, path.string(), text);
        if (!formatted || *formatted == text) {
            return;
        }
        print_result(session, path.string());
        if (diff_) {
            show_difference(session, path.string(), text, *formatted);
        }
        if (write_ && !check_) {
            // What a link leads to is written, and the link stays.
            const fs::path real = fs::canonical(path);
            session.files.write_file_atomic(
                real, *formatted, session.files.status_followed(real)->mode
            );
        }
    }

    static void show_difference(
        Session& session, const std::string& name, const std::string& old, const std::string& now
    ) {
        sys::TempDirectory folder(session.files, sys::default_temp_parent());
        session.files.write_file_atomic(folder.path() / "old", old, 0600);
        session.files.write_file_atomic(folder.path() / "new", now, 0600);
        sys::Command command;
        command.argv = {
            "diff", "-u", "--label", "old/" + name, "--label", "new/" + name, "old", "new"};
        command.environment = sys::tool_environment();
        command.working_directory = folder.path();
        command.debian_package = "diffutils";
        sys::RealProcessRunner processes;
        print_result(session, sys::run_and_capture(processes, command, {}).out);
    }

    std::vector<std::string> paths_;
    bool check_ = false;
    bool diff_ = false;
    bool write_ = true;
    bool recursive_ = false;
    bool changed_ = false;
    bool failed_ = false;
};

}  // namespace

std::unique_ptr<Command> make_fmt() {
    return std::make_unique<Fmt>();
}

}  // namespace kiln::cli
