#include "plan/check.hpp"

#include <utility>

namespace kiln::plan {

SourceRange CheckContext::range_of(const std::string& option) const {
    const auto found = ranges_.find(path_ + option);
    return found == ranges_.end() ? subject_ : found->second;
}

bool CheckContext::is_set(std::string_view option) const {
    return ranges_.contains(path_ + std::string(option));
}

Diagnostic& CheckContext::error(const std::string& option, std::string summary, std::string hint)
    const {
    return diagnostics_.error(range_of(option), std::move(summary), std::move(hint));
}

Diagnostic& CheckContext::warning(const std::string& option, std::string summary, std::string hint)
    const {
    return diagnostics_.warning(range_of(option), std::move(summary), std::move(hint));
}

bool CheckContext::is_missing(const std::string& path) const {
    return !is_unknown(path) && facts_.file_kind(path) == hcl::FileKind::missing;
}

bool is_unknown(std::string_view text) {
    return text.find(kUnknownValue) != std::string_view::npos;
}

void check_local_file(
    const std::string& option, const std::string& path, const CheckContext& context
) {
    if (context.is_missing(path)) {
        context.error(option, "Bad source path \"" + path + "\": there is no such file or folder");
    }
}

void check_environment(
    const std::string& option, const std::vector<std::string>& entries, const CheckContext& context
) {
    for (const std::string& entry : entries) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos || equals == 0) {
            context.error(
                option, "environment variable \"" + entry + "\" is not of the form \"NAME=value\""
            );
        }
    }
}

}  // namespace kiln::plan
