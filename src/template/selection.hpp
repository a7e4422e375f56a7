#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl {

/// How a pattern is compared with a name: legacy JSON knows no globs.
enum class NameMatch { glob, exact };

/// -only and -except: globs over full build names ("k8s.amazon-ebs.base"), or names of builders;
/// -except also over names and types of post-processors. An empty list does not filter.
struct Selection {
    std::vector<std::string> only;
    std::vector<std::string> except;

    bool selects_build(std::string_view name, NameMatch match = NameMatch::glob) const;
    /// False when -except names the post-processor: it and the rest of its chain are left out.
    bool selects_post_processor(
        std::string_view name, std::string_view type, NameMatch match = NameMatch::glob
    ) const;
};

/// Those of `patterns` that match none of `names`, in order.
std::vector<std::string> unmatched_patterns(
    const std::vector<std::string>& patterns,
    const std::vector<std::string>& names,
    NameMatch match = NameMatch::glob
);

}  // namespace kiln::tmpl
