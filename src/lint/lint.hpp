#pragma once

#include "base/diagnostics.hpp"
#include "lint/findings.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace kiln::lint {

/// `-ignore ID:FILE[:LINE]`: for files that can not hold a comment.
struct IgnoredPlace {
    std::string rule;
    std::string file;      ///< as findings name it
    std::size_t line = 0;  ///< 0: the whole file
};

/// Throws Error of kind usage for what is not of that form.
IgnoredPlace parse_ignored_place(const std::string& text);

struct Choice {
    std::vector<std::string> only;      ///< ids; empty: all rules that are not on request
    std::vector<std::string> disabled;  ///< ids
    bool on_request = false;            ///< those on request too
    std::vector<IgnoredPlace> ignored;
};

/// Throws Error of kind usage when a rule of that name does not exist.
void check_rule_names(const Choice& choice);

struct Result {
    std::vector<Finding> findings;     ///< by file, in the order the files were read, and place
    std::vector<std::string> secrets;  ///< must be masked wherever a finding is shown
};

/// Every chosen rule over the subject. A finding is left out when its line, or a line above that
/// holds nothing but a comment, says "kiln:ignore ID".
Result run_rules(const Subject& subject, const Choice& choice);

}  // namespace kiln::lint
