#pragma once

#include "execute/communicator/communicator.hpp"
#include "sys/sandbox.hpp"

namespace kiln::exec {

/// Reaches a tree of files through a sandbox. Files go in and out by names that are resolved inside
/// the tree: no symlink of it leads to the host. "~" is /root. Uploaded files belong to root.
class RootfsCommunicator final : public Communicator {
public:
    /// The sandbox must outlive the object.
    explicit RootfsCommunicator(sys::Sandbox& sandbox) : sandbox_(sandbox) {}

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

private:
    sys::Sandbox& sandbox_;
};

}  // namespace kiln::exec
