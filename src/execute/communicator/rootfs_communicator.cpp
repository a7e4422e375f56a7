#include "execute/communicator/rootfs_communicator.hpp"

#include "base/error.hpp"
#include "execute/communicator/tree_transfer.hpp"

namespace kiln::exec {

namespace {

constexpr const char* kHome = "/root";

// As a login shell of root reads it: "~" and what is relative start at home.
std::string absolute(const std::string& remote_path) {
    if (remote_path.empty()) {
        throw Error(ErrorKind::input, "an empty path on the machine");
    }
    if (remote_path.starts_with('/')) {
        return remote_path;
    }
    if (remote_path == "~" || remote_path.starts_with("~/")) {
        return kHome + remote_path.substr(1);
    }
    return std::string(kHome) + "/" + remote_path;
}

sys::Command shell_command(const std::string& command_line) {
    sys::Command command;
    command.argv = {"/bin/sh", "-c", command_line};
    command.environment = sys::sandbox_environment();
    // What it starts in the background may be meant for the next command of the step.
    command.keep_background = true;
    return command;
}

}  // namespace

sys::ExitStatus RootfsCommunicator::run(
    const std::string& command_line, const sys::OutputSink& output, std::stop_token stop
) {
    return sandbox_.run(shell_command(command_line), output, std::move(stop));
}

sys::ExitStatus RootfsCommunicator::run_with_input(
    const std::string& command_line,
    std::string_view input,
    const sys::OutputSink& output,
    std::stop_token stop
) {
    sys::Command command = shell_command(command_line);
    command.input = std::string(input);
    return sandbox_.run(command, output, std::move(stop));
}

void RootfsCommunicator::upload_content(
    std::string_view content, const std::string& remote_path, unsigned mode
) {
    TreeTransfer(sandbox_.root_fd(), {}).write_file(content, absolute(remote_path), mode);
}

void RootfsCommunicator::upload_file(
    const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
) {
    TreeTransfer(sandbox_.root_fd(), std::move(stop)).upload_file(local, absolute(remote_path));
}

void RootfsCommunicator::upload_directory(
    const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
) {
    TreeTransfer(sandbox_.root_fd(), std::move(stop))
        .upload_directory(local, absolute(remote_path));
}

bool RootfsCommunicator::is_directory(const std::string& remote_path) {
    return TreeTransfer(sandbox_.root_fd(), {}).is_directory(absolute(remote_path));
}

void RootfsCommunicator::download_file(
    const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
) {
    TreeTransfer(sandbox_.root_fd(), std::move(stop)).download_file(absolute(remote_path), local);
}

void RootfsCommunicator::download_directory(
    const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
) {
    TreeTransfer(sandbox_.root_fd(), std::move(stop))
        .download_directory(absolute(remote_path), local);
}

}  // namespace kiln::exec
