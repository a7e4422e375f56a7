#pragma once

#include "plan/option_table.hpp"
#include "plan/options/communicator.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Logging in to a registry.
struct DockerLoginOptions {
    bool login = false;
    std::optional<std::string> login_username;
    std::optional<std::string> login_password;
    std::optional<std::string> login_server;
    bool ecr_login = false;
    std::optional<std::string> aws_access_key;
    std::optional<std::string> aws_secret_key;
    std::optional<std::string> aws_token;
    std::optional<std::string> aws_profile;
    bool aws_force_use_public_ecr = false;
    std::string docker_path = "docker";
    std::optional<std::string> platform;

    bool operator==(const DockerLoginOptions&) const = default;

    static const OptionTable& options();
};

/// Make the image to start from of a Dockerfile.
struct DockerfileOptions {
    std::string path = "";
    std::optional<std::string> build_dir;
    std::map<std::string, std::string> arguments;
    std::optional<bool> pull;
    bool compress = false;

    bool operator==(const DockerfileOptions&) const = default;

    static const OptionTable& options();
};

/// Builder `docker`: a container image.
struct DockerOptions {
    DockerOptions() { communicator.communicator = "docker"; }
    std::optional<std::string> image;
    std::optional<DockerfileOptions> build;
    std::optional<bool> pull;
    bool commit = false;
    bool discard = false;
    std::optional<std::string> export_path;
    std::vector<std::string> changes;
    std::optional<std::string> author;
    std::optional<std::string> message;
    std::vector<std::string> run_command;
    std::string container_dir = "/packer-files";
    std::optional<std::string> exec_user;
    bool fix_upload_owner = true;
    bool pty = false;
    bool privileged = false;
    std::optional<std::string> runtime;
    std::vector<std::string> cap_add;
    std::vector<std::string> cap_drop;
    std::vector<std::string> device;
    std::vector<std::string> tmpfs;
    std::map<std::string, std::string> volumes;
    bool windows_container = false;
    DockerLoginOptions docker_login;
    CommunicatorOptions communicator;

    bool operator==(const DockerOptions&) const = default;

    static const OptionTable& options();
};

/// Post-processor `docker-import`: an image of a tar archive.
struct DockerImportOptions {
    std::string repository = "";
    std::optional<std::string> tag;
    std::vector<std::string> changes;
    std::string docker_path = "docker";
    std::optional<std::string> platform;

    bool operator==(const DockerImportOptions&) const = default;

    static const OptionTable& options();
};

/// Post-processor `docker-tag`.
struct DockerTagOptions {
    std::string repository = "";
    std::vector<std::string> tags;
    std::vector<std::string> tag;
    bool force = false;
    std::string docker_path = "docker";

    bool operator==(const DockerTagOptions&) const = default;

    static const OptionTable& options();
};

/// Post-processor `docker-save`: the image as a tar archive.
struct DockerSaveOptions {
    std::string path = "";
    std::string docker_path = "docker";

    bool operator==(const DockerSaveOptions&) const = default;

    static const OptionTable& options();
};

/// Post-processor `docker-push`.
struct DockerPushOptions {
    DockerLoginOptions login;

    bool operator==(const DockerPushOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
