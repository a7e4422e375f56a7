#pragma once

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/sandbox.hpp"
#include "sys/temp_directory.hpp"

#include <optional>
#include <string>

namespace kiln::sys {

/// A tree for sandboxes of tests that needs no distribution: the programs of this host's merged
/// /usr are bound into it, all else is its own.
class HostTree {
public:
    HostTree() {
        for (const char* folder : {"etc", "root", "tmp", "usr/sbin", "var"}) {
            files_.make_directories(lower() / folder, 0755);
        }
        for (const char* folder : {"bin", "lib", "lib64"}) {
            files_.make_symlink("usr/" + std::string(folder), lower() / folder);
        }
        files_.write_file_atomic(lower() / "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", 0644);
        files_.write_file_atomic(resolv_conf(), "nameserver 192.0.2.1\n", 0644);
        files_.make_directories(upper(), 0755);
    }

    /// A sandbox of `lower` and `upper`. Each call has a scratch folder of its own.
    SandboxSpec layered() {
        SandboxSpec spec = in_place();
        spec.lower_directories = {lower()};
        spec.upper_directory = upper();
        return spec;
    }
    /// One that changes `lower` itself.
    SandboxSpec in_place() {
        SandboxSpec spec;
        spec.upper_directory = lower();
        spec.scratch_directory = files_.make_temporary_directory(folder_.path(), "scratch-");
        spec.hostname = "kiln-test";
        spec.resolv_conf = resolv_conf();
        for (const char* folder : {"/usr/bin", "/usr/lib", "/usr/lib64"}) {
            spec.binds.push_back({folder, folder, true});
        }
        return spec;
    }

    std::filesystem::path folder() const { return folder_.path(); }
    std::filesystem::path lower() const { return folder_.path() / "lower"; }
    std::filesystem::path upper() const { return folder_.path() / "upper"; }
    std::filesystem::path resolv_conf() const { return folder_.path() / "host-resolv.conf"; }

    /// Why sandboxes can not be tested here, for GTEST_SKIP.
    static std::optional<std::string> missing() {
        try {
            Sandbox::check_host(default_temp_parent());
            return std::nullopt;
        } catch (const Error& error) {
            return error.message();
        }
    }

private:
    RealFileSystem files_;
    TempDirectory folder_{files_, default_temp_parent(), "kiln-tree-"};
};

/// A shell command line to be run in a sandbox.
inline Command in_shell(const std::string& script) {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    command.environment = sandbox_environment();
    return command;
}

}  // namespace kiln::sys
