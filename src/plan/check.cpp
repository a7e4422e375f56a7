#include "plan/check.hpp"

#include <utility>

namespace kiln::plan {

Diagnostic& CheckContext::error(
    const DecodedOptions& options, const std::string& option, std::string summary, std::string hint
) const {
    const SourceRange range = options.range_of(option);
    return diagnostics.error(range ? range : component, std::move(summary), std::move(hint));
}

bool CheckContext::is_missing(const std::string& path) const {
    // What only a running build knows can not be looked at yet.
    return path.find(kUnknownValue) == std::string::npos &&
           facts.file_kind(path) == hcl::FileKind::missing;
}

void check_local_file(
    const DecodedOptions& options,
    const std::string& option,
    const std::string& path,
    const CheckContext& context
) {
    if (context.is_missing(path)) {
        context.error(
            options, option, "Bad source path \"" + path + "\": there is no such file or folder"
        );
    }
}

void check_environment(
    const DecodedOptions& options,
    const std::string& option,
    const std::vector<std::string>& entries,
    const CheckContext& context
) {
    for (const std::string& entry : entries) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos || equals == 0) {
            context.error(
                options,
                option,
                "environment variable \"" + entry + "\" is not of the form \"NAME=value\""
            );
        }
    }
}

}  // namespace kiln::plan
