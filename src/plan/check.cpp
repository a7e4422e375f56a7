#include "plan/check.hpp"

#include "plan/private_key.hpp"

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

void CheckContext::add(Diagnostic diagnostic) const {
    diagnostics_.add(std::move(diagnostic));
}

bool CheckContext::is_missing(const std::string& path) const {
    return kind_of(path) == hcl::FileKind::missing;
}

std::optional<hcl::FileKind> CheckContext::kind_of(const std::string& path) const {
    return is_unknown(path) ? std::nullopt : std::optional(facts_.file_kind(path));
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

void check_regular_file(
    const std::string& option, const std::string& path, const CheckContext& context
) {
    const std::optional<hcl::FileKind> kind = context.kind_of(path);
    if (kind == hcl::FileKind::missing) {
        context.error(option, "there is no file \"" + path + "\"");
    } else if (kind == hcl::FileKind::directory) {
        context.error(option, "\"" + path + "\" is a folder, and a file is needed");
    }
}

void check_directory(
    const std::string& option, const std::string& path, const CheckContext& context
) {
    const std::optional<hcl::FileKind> kind = context.kind_of(path);
    if (kind == hcl::FileKind::missing) {
        context.error(option, "there is no folder \"" + path + "\"");
    } else if (kind && kind != hcl::FileKind::directory) {
        context.error(option, "\"" + path + "\" is a file, and a folder is needed");
    }
}

void check_private_key(
    const std::string& option, const std::string& path, const CheckContext& context
) {
    const std::string& home = context.facts().home_directory;
    const std::string real = path.starts_with("~/") && !home.empty() ? home + path.substr(1) : path;
    if (context.is_missing(real)) {
        context.error(option, "there is no key file \"" + real + "\"");
        return;
    }
    if (is_unknown(path) || !context.facts().read_file) {
        return;
    }
    const std::optional<std::string> text = context.facts().read_file(real);
    const std::string problem = text ? private_key_problem(*text) : "it can not be read";
    if (!problem.empty()) {
        context.error(option, "key file \"" + real + "\" can not be used: " + problem);
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
