#include "base/strings.hpp"
#include "prove/hygiene.hpp"
#include "prove/tree_look.hpp"

namespace kiln::prove {
namespace {

using contents::Entry;
using Files = std::vector<const Entry*>;

void add_content_below(const contents::ImageTree& tree, const std::string& folder, Files& files) {
    for (const Entry& entry : tree.below(folder)) {
        if (has_content(&entry)) {
            files.push_back(&entry);
        }
    }
}

Findings as_warning(const std::string& subject, const Files& files, const std::string& remedy) {
    if (files.empty()) {
        return {};
    }
    return {{Status::warn, subject, list_files(files), remedy}};
}

Findings find_logs(Subject& subject) {
    Files logs;
    Files journals;
    for (const Entry& entry : subject.tree().below("var/log")) {
        if (!has_content(&entry)) {
            continue;
        }
        const bool is_journal = entry.path.find("/journal/") != std::string::npos;
        // Not all that lies there is a log: packages put files named README there.
        if (contents::file_name(entry.path) != "README") {
            (is_journal ? journals : logs).push_back(&entry);
        }
    }
    Findings found = as_warning(
        "/var/log", logs, "find /var/log -type f -not -path '*/journal/*' -exec truncate -s 0 {} +"
    );
    for (const Finding& one :
         as_warning("/var/log/journal", journals, "rm -rf /var/log/journal/*")) {
        found.push_back(one);
    }
    return found;
}

Findings find_caches(Subject& subject) {
    const contents::ImageTree& tree = subject.tree();
    Files apt;
    for (const Entry& entry : tree.below("var/cache/apt")) {
        if (has_content(&entry) && (entry.path.ends_with(".deb") || entry.path.ends_with(".bin"))) {
            apt.push_back(&entry);
        }
    }
    add_content_below(tree, "var/lib/apt/lists", apt);
    Files rpm;
    for (const char* folder :
         {"var/cache/dnf", "var/cache/yum", "var/cache/libdnf5", "var/cache/zypp"}) {
        add_content_below(tree, folder, rpm);
    }
    Findings found = as_warning("apt", apt, "apt-get clean && rm -rf /var/lib/apt/lists/*");
    for (const Finding& one : as_warning("dnf", rpm, "dnf clean all")) {
        found.push_back(one);
    }
    return found;
}

Findings find_temporary_files(Subject& subject) {
    Findings found;
    for (const char* folder : {"tmp", "var/tmp"}) {
        const Files files = subject.tree().children(folder);
        if (!files.empty()) {
            std::vector<std::string> names;
            for (std::size_t i = 0; i < files.size() && i < 3; ++i) {
                names.push_back(shown(files[i]->path));
            }
            found.push_back(
                {Status::warn,
                 shown(folder),
                 "holds " + join(names, ", ") +
                     (files.size() > 3 ? " and " + std::to_string(files.size() - 3) + " more" : ""),
                 "find " + shown(folder) + " -mindepth 1 -delete"}
            );
        }
    }
    return found;
}

}  // namespace

std::vector<Check> leaving_checks() {
    return {
        {"", "logs", "no logs with content", find_logs},
        {"", "package-caches", "no caches of packages", find_caches},
        {"", "temporary-files", "no temporary files", find_temporary_files},
    };
}

}  // namespace kiln::prove
