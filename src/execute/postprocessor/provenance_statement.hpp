#pragma once

#include "artifact/artifact.hpp"
#include "execute/build_inputs.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

class SigningKey;

/// What a statement of provenance tells.
struct ProvenanceFacts {
    std::vector<Resource> subjects;
    std::vector<Resource> dependencies;
    RunInputs run;
    std::string build;         ///< full name
    std::string builder_type;  ///< "rootfs"
    std::string builder_id;    ///< URI
    std::string run_id;        ///< UUID
    std::chrono::system_clock::time_point started{};
    std::chrono::system_clock::time_point finished{};
    std::map<std::string, std::string> parameters;  ///< kiln's own: "force", SOURCE_DATE_EPOCH
};

/// The artifact as subjects: its files by name, with what `digest_of` gives (SHA-256 in hex); its
/// AMIs, snapshots and volumes as URIs. Empty when it has none of these.
std::vector<Resource> subjects_of(
    const artifact::Artifact& artifact,
    const std::function<std::string(const std::filesystem::path&)>& digest_of
);

/// An in-toto Statement (v1) with a predicate of SLSA Provenance (v1), as JSON. Secrets of the run
/// are masked wherever they stand.
std::string provenance_statement(const ProvenanceFacts& facts);

/// A DSSE envelope (v1) of a statement with one signature, as JSON.
std::string signed_envelope(
    const std::string& statement, const SigningKey& key, const std::string& key_id
);

}  // namespace kiln::exec
