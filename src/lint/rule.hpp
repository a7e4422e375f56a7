#pragma once

#include "base/diagnostics.hpp"

#include <string_view>
#include <vector>

namespace kiln::lint {

class Subject;
class Findings;

/// One trap that kiln lint knows. Its page is docs/lint/ID.md.
struct Rule {
    std::string_view id;
    Severity severity = Severity::warning;  ///< error: it can not do what was meant
    std::string_view summary;               ///< one line, lower case, no full stop
    void (*check)(const Subject& subject, Findings& findings) = nullptr;
    bool on_request = false;  ///< looked for only when it is named: matters to some
};

/// All of them, by id.
const std::vector<Rule>& rules();
/// Null when there is none of that name.
const Rule* find_rule(std::string_view id);

}  // namespace kiln::lint
