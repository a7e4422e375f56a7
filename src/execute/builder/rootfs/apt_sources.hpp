#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec::rootfs {

/// Where apt finds binary packages: one `deb` line, or one stanza of a .sources file
/// (sources.list(5)).
struct AptSource {
    std::vector<std::string> uris;
    std::vector<std::string> suites;
    std::vector<std::string> components;
    /// Keyring files, or one ASCII-armoured key as a stanza may hold it; "" leaves it to apt's
    /// trusted keyrings.
    std::string signed_by;
    bool trusted = false;

    bool operator==(const AptSource&) const = default;
};

/// The `deb` lines of a sources.list; comments, deb-src and what cannot be read are dropped.
std::vector<AptSource> parse_one_line_sources(std::string_view text);
/// The enabled stanzas with Types: deb of a .sources file.
std::vector<AptSource> parse_deb822_sources(std::string_view text);

/// Those of `sources` that belong to `suite`: the suite itself and its -updates, -security and
/// "/updates" companions, with no other suites left in them.
std::vector<AptSource> sources_of_suite(
    const std::vector<AptSource>& sources, const std::string& suite
);

/// A .sources file that says the same.
std::string render_deb822(const std::vector<AptSource>& sources);

}  // namespace kiln::exec::rootfs
