#pragma once

#include <string>
#include <vector>

namespace kiln::node {

/// How a check came out. `info` tells and judges nothing.
enum class CheckStatus { pass, info, warn, fail };
std::string name_of(CheckStatus status);

/// One check of a node: what was looked at, what was there, what should be, what to do.
struct CheckResult {
    std::string id;  ///< "huge.node0", "host.cpu_cores"
    CheckStatus status = CheckStatus::pass;
    std::string path;  ///< where it was read
    std::string found;
    std::string expected;
    std::string remedy;  ///< "" when it passed

    bool operator==(const CheckResult&) const = default;
};
using CheckResults = std::vector<CheckResult>;

/// Gathers results; each check says its rule once.
class Checks {
public:
    /// `status` is what it is when the rule does not hold.
    void expect(
        bool holds,
        CheckStatus status,
        std::string id,
        std::string path,
        std::string found,
        std::string expected,
        std::string remedy
    );
    void info(std::string id, std::string path, std::string found);

    CheckResults results;
};

CheckStatus worst(const CheckResults& results);

/// For people: one line a check, and for those that did not pass what to do.
std::string print_checks_text(const CheckResults& results);
std::string print_checks_json(const CheckResults& results);
/// JUnit's XML, as CI servers read it: failures for `fail`, skipped for `info`.
std::string print_checks_junit(const CheckResults& results);
/// For node_exporter's textfile collector: kiln_node_check{id,status} 1 or 0, and sums.
std::string print_checks_prometheus(const CheckResults& results);

}  // namespace kiln::node
