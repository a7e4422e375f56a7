#pragma once

#include "sys/process_runner.hpp"

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace kiln::exec {

struct SshTarget;

/// How deep folders that are copied may be nested: deeper than any tree that is meant. A symlink
/// that leads to a folder above itself is not.
constexpr int kMaxTreeDepth = 200;

/// How a machine being built is reached. Paths of the machine are strings in its own terms and may
/// begin with "~"; paths of the engineer's host are std::filesystem::path.
class Communicator {
public:
    virtual ~Communicator() = default;

    /// Runs `command_line` with the machine's /bin/sh -c and streams what it writes.
    virtual sys::ExitStatus run(
        const std::string& command_line, const sys::OutputSink& output, std::stop_token stop
    ) = 0;

    /// The same for a command that reads `input`. It gets no terminal, also where others do.
    virtual sys::ExitStatus run_with_input(
        const std::string& command_line,
        std::string_view input,
        const sys::OutputSink& output,
        std::stop_token stop
    ) = 0;

    /// How ssh(1) would log in to the machine; null when it is not reached over SSH.
    virtual const SshTarget* ssh_target() const { return nullptr; }

    /// Writes `content` to exactly `remote_path`; an existing directory there is an error.
    virtual void upload_content(
        std::string_view content, const std::string& remote_path, unsigned mode
    ) = 0;
    /// Copies a file with its mode to exactly `remote_path`.
    virtual void upload_file(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    ) = 0;
    /// Copies the contents of the folder `local` into the folder `remote_path`, which is made when
    /// it is missing (its parent is not).
    virtual void upload_directory(
        const std::filesystem::path& local, const std::string& remote_path, std::stop_token stop
    ) = 0;
    virtual bool is_directory(const std::string& remote_path) = 0;

    /// Copies a file of the machine to exactly `local` (mode 0644; parents are made, 0755).
    virtual void download_file(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    ) = 0;
    /// Copies the contents of a folder of the machine into `local`.
    virtual void download_directory(
        const std::string& remote_path, const std::filesystem::path& local, std::stop_token stop
    ) = 0;
};

}  // namespace kiln::exec
