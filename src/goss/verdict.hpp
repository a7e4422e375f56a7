#pragma once

#include "goss/facts.hpp"
#include "goss/matcher.hpp"
#include "goss/spec.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace kiln::goss {

enum class Outcome { pass, fail, skip };

/// Of one expectation.
struct TestResult {
    Outcome outcome = Outcome::pass;
    std::string resource_type, resource_id, property, title;
    Value meta;
    Value expected;
    std::optional<std::string> error;  ///< the fact could not be had, or is of no fitting type
    std::optional<Mismatch> mismatch;  ///< why it failed, when there is no error
    Value actual;
};

/// The results of one resource, in goss's order.
using ResultGroup = std::vector<TestResult>;

/// Judges every resource. Pure: facts that are missing are errors of what needs them.
std::vector<ResultGroup> judge(const Spec& spec, const Facts& facts);

struct Counts {
    std::size_t all = 0, failed = 0, skipped = 0;
};
Counts count(const std::vector<ResultGroup>& groups);

}  // namespace kiln::goss
