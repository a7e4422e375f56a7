#include "lint/findings.hpp"

#include <utility>

namespace kiln::lint {

void Findings::add(SourceRange at, std::string summary, std::string hint) {
    if (!at || seen_.emplace(rule_, at.file, at.begin, at.end).second) {
        list_.push_back({rule_, {rule_->severity, std::move(summary), at, std::move(hint), {}}});
    }
}

}  // namespace kiln::lint
