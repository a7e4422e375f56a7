#pragma once

#include <set>
#include <string>
#include <string_view>

namespace kiln::node {

/// Puts a tar archive together in memory. Equal contents give equal archives.
class TarWriter {
public:
    /// Names are relative: "proc/cmdline". Folders above are added once, by themselves. A name
    /// that is there already is left out.
    void add_file(const std::string& name, std::string_view content);
    void add_link(const std::string& name, const std::string& target);

    /// The whole archive; the object is spent.
    std::string finish();

private:
    bool add_parents(const std::string& name);

    std::string archive_;
    std::set<std::string> names_;
};

}  // namespace kiln::node
