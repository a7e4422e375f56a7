#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kiln::aws {

/// One [section]: its keys, and those that are indented below a key without a value.
struct ConfigSection {
    std::map<std::string, std::string> values;
    std::map<std::string, std::map<std::string, std::string>> nested;

    /// "" when the key is not there: AWS's tools do not tell an empty value from none.
    std::string value(const std::string& key) const;
    bool operator==(const ConfigSection&) const = default;
};

/// What ~/.aws/config and ~/.aws/credentials say.
struct SharedConfig {
    std::map<std::string, ConfigSection> profiles;     ///< [profile x] and [default] of config
    std::map<std::string, ConfigSection> credentials;  ///< [x] of credentials
    std::map<std::string, ConfigSection> sso_sessions;
    std::map<std::string, ConfigSection> services;

    bool has_profile(const std::string& name) const;
    /// A key of a profile; the credentials file is asked first.
    std::string value(const std::string& profile, const std::string& key) const;
    bool operator==(const SharedConfig&) const = default;
};

/// Adds the sections of a config file. `path` is named in the message for a line that is neither a
/// section, a key nor a comment: Error{input}. (AWS SDKs and Tools Reference Guide, "Shared config
/// and credentials files".)
void read_config_file(SharedConfig& config, const std::string& path, std::string_view text);

/// Adds the sections of a credentials file, whose profiles carry their bare names.
void read_credentials_file(SharedConfig& config, const std::string& path, std::string_view text);

}  // namespace kiln::aws
