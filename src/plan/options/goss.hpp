#pragma once

#include "plan/option_table.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::goss {
struct Sources;
}  // namespace kiln::goss

namespace kiln::plan {

/// Provisioner `goss`: tests of the machine. kiln judges them itself, unless an option is set that
/// says where goss's own program comes from.
struct GossOptions {
    std::vector<std::string> tests;
    std::optional<std::string> goss_file;
    std::optional<std::string> vars_file;
    std::map<std::string, std::string> vars_inline;
    std::map<std::string, std::string> vars_env;
    std::optional<std::string> version;
    std::optional<std::string> arch;
    std::optional<std::string> url;
    std::optional<std::string> username;
    std::optional<std::string> password;
    bool skip_ssl = false;
    std::optional<std::string> download_path;
    bool skip_install = false;
    std::string target_os = "Linux";
    std::string remote_folder = "/tmp";
    std::optional<std::string> remote_path;
    std::string retry_timeout = "0s";
    std::string sleep = "1s";
    std::optional<std::string> format;
    std::optional<std::string> format_options;
    bool use_sudo = false;
    bool inspect = false;
    bool skip_download = false;
    std::optional<std::string> report_file;

    bool operator==(const GossOptions&) const = default;

    /// Whether goss's own program is to judge: one of version, arch, url, download_path, username,
    /// password, skip_ssl and skip_install is set.
    bool uses_program() const;
    goss::Sources sources() const;

    static const OptionTable& options();
};

}  // namespace kiln::plan
