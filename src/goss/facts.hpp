#pragma once

#include "goss/spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::goss {

/// One thing that is asked of a machine: a piece of POSIX shell, and the name that its answer has.
struct FactRequest {
    std::string key;
    std::string shell;
    /// Runs beside others, in a process of its own that is killed after so long. 0: in line, for
    /// what takes no time.
    std::int64_t timeout_ms = 0;
};

struct Fact {
    std::string out, err;
    int status = 0;
    bool timed_out = false;

    bool ok() const { return status == 0 && !timed_out; }
};
using Facts = std::map<std::string, Fact, std::less<>>;

/// Everything that must be known of the machine to judge these tests, each thing once; many of one
/// kind (stat of files, packages, services) are one request. Nothing is asked for what is skipped.
std::vector<FactRequest> fact_requests(const Spec& spec);

/// Environment of the machine and files that templates read, for MachineView.
FactRequest environment_request();
FactRequest file_request(const std::string& path);

// Keys, shared with what reads the answers.
std::string contents_key(const std::string& path);
std::string command_key(const Resource& command);
std::string network_key(const Resource& resource);
/// Types of record that a dns resource asks a server for: what stands before the colon, or A and
/// AAAA.
std::vector<std::string> record_types(const Resource& dns);
/// The name without the type.
std::string host_of(const Resource& dns);

}  // namespace kiln::goss
