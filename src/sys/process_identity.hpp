#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

namespace kiln::sys {

/// One process among all that ever had its number: the start time tells it from later ones, the
/// boot from those before a restart.
struct ProcessIdentity {
    pid_t pid = 0;
    std::uint64_t start_ticks = 0;  ///< since boot; field 22 of /proc/<pid>/stat
    std::string boot_id;            ///< /proc/sys/kernel/random/boot_id

    bool operator==(const ProcessIdentity&) const = default;
};

/// Nothing when there is no such process.
std::optional<ProcessIdentity> identify_process(pid_t pid);
ProcessIdentity identify_self();

/// True while that very process runs; a zombie does not.
bool is_running(const ProcessIdentity& identity);

/// Kills that very process and waits for its end (at most ten seconds). False when it was gone.
bool kill_process(const ProcessIdentity& identity);

/// "<pid> <start ticks> <boot id>" and back; nothing when the text is no identity.
std::string to_string(const ProcessIdentity& identity);
std::optional<ProcessIdentity> parse_process_identity(const std::string& text);

}  // namespace kiln::sys
