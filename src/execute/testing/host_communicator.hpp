#pragma once

#include "execute/communicator/communicator.hpp"
#include "sys/file_system.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::exec {

/// Reaches the host itself: what a test calls the machine is a folder of its own. Remembers the
/// commands.
class HostCommunicator final : public Communicator {
public:
    HostCommunicator(sys::FileSystem& files, sys::ProcessRunner& processes)
        : files_(files), processes_(processes) {}

    sys::ExitStatus run(
        const std::string& command_line, const sys::OutputSink& output, std::stop_token stop
    ) override {
        return run_with_input(command_line, {}, output, stop);
    }
    sys::ExitStatus run_with_input(
        const std::string& command_line,
        std::string_view input,
        const sys::OutputSink& output,
        std::stop_token stop
    ) override {
        commands.push_back(command_line);
        sys::Command command;
        command.argv = {"/bin/sh", "-c", command_line};
        command.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"HOME", home}};
        command.input = input;
        return processes_.run(command, output, stop);
    }
    void upload_content(std::string_view content, const std::string& remote_path, unsigned mode)
        override {
        uploads.push_back(remote_path);
        files_.write_file_atomic(remote_path, content, mode);
    }
    void upload_file(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token
    ) override {
        uploads.push_back(remote_path);
        std::filesystem::copy_file(local, remote_path);
    }
    void upload_directory(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token
    ) override {
        uploads.push_back(remote_path + "/");
        std::filesystem::create_directory(remote_path);
        std::filesystem::copy(local, remote_path, std::filesystem::copy_options::recursive);
    }
    bool is_directory(const std::string& remote_path) override {
        return std::filesystem::is_directory(remote_path);
    }
    void download_file(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token
    ) override {
        files_.make_directories(local.parent_path());
        files_.write_file_atomic(local, files_.read_file(remote_path));
    }
    void download_directory(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token
    ) override {
        files_.make_directories(local);
        std::filesystem::copy(remote_path, local, std::filesystem::copy_options::recursive);
    }

    std::string home = "/nonexistent";  ///< of the user that commands run as
    std::vector<std::string> commands;
    std::vector<std::string> uploads;  ///< where to, in order; folders with a slash

private:
    sys::FileSystem& files_;
    sys::ProcessRunner& processes_;
};

}  // namespace kiln::exec
