#pragma once

#include "aws/credential_source.hpp"
#include "aws/endpoint.hpp"
#include "aws/roles_by_code.hpp"
#include "net/http.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::aws {

/// The doors that asking for credentials goes through.
struct CredentialWorld {
    net::HttpTransport& transport;
    sys::Clock& clock;
    sys::FileSystem& files;
    sys::ProcessRunner& processes;
    std::map<std::string, std::string> environment;  ///< of credential_process
    EndpointSettings endpoints;
    std::string region;  ///< whose STS lends roles
    std::function<double()> random;
    RolesByCode& roles_by_code;  ///< of the whole run
};

/// Asks one source. Nothing when it has no keys for us (no instance metadata here, no such file);
/// an Error that names the source when it should have and fails.
std::optional<Credentials> fetch_credentials(
    const CredentialSource& source, const CredentialWorld& world, std::stop_token stop
);

/// The keys of the first of `sources` that has some. Error{permission} that lists what was asked
/// when none has.
Credentials fetch_first(
    const std::vector<CredentialSource>& sources, const CredentialWorld& world, std::stop_token stop
);

}  // namespace kiln::aws
