#pragma once

#include "base/diagnostics.hpp"
#include "hcl/functions.hpp"
#include "plan/decoded_options.hpp"

#include <functional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Reads of the world that planning needs, and nothing else of it.
struct Facts {
    /// What stands at a local path (relative ones against the working directory).
    std::function<hcl::FileKind(const std::string& path)> file_kind;
};

/// What a component's own rules may look at, and where they report.
struct CheckContext {
    const Facts& facts;
    SourceRange component;  ///< header of the component's block
    Diagnostics& diagnostics;

    /// Whether nothing stands at a local path that is known by now.
    bool is_missing(const std::string& path) const;

    /// An error at an option's value; at the component when the template does not set it.
    Diagnostic& error(
        const DecodedOptions& options,
        const std::string& option,
        std::string summary,
        std::string hint = {}
    ) const;
};

/// A local file that the component will read does not exist.
void check_local_file(
    const DecodedOptions& options,
    const std::string& option,
    const std::string& path,
    const CheckContext& context
);

/// `K=V` texts: an entry without "=" or with an empty name is an error.
void check_environment(
    const DecodedOptions& options,
    const std::string& option,
    const std::vector<std::string>& entries,
    const CheckContext& context
);

}  // namespace kiln::plan
