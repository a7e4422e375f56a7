#pragma once

#include "execute/communicator/communicator.hpp"

namespace kiln::exec {

/// communicator = "none": there is nothing to reach; every use is an Error{unsupported} that says
/// so.
class NoneCommunicator final : public Communicator {
public:
    sys::ExitStatus run(
        const std::string& command_line, const sys::OutputSink& output, std::stop_token stop
    ) override;
    sys::ExitStatus run_with_input(
        const std::string& command_line,
        std::string_view input,
        const sys::OutputSink& output,
        std::stop_token stop
    ) override;
    void upload_content(std::string_view content, const std::string& remote_path, unsigned mode)
        override;
    void upload_file(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    ) override;
    void upload_directory(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    ) override;
    bool is_directory(const std::string& remote_path) override;
    void download_file(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    ) override;
    void download_directory(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    ) override;
};

}  // namespace kiln::exec
