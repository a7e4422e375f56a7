#pragma once

#include "report/run_record.hpp"

#include <string>
#include <vector>

namespace kiln::report {

/// A step, or a whole build where `step` is empty, in two runs.
struct ComparedStep {
    std::string build;
    std::string step;
    bool in_before = false;
    bool in_after = false;
    StepRecord before;
    StepRecord after;
};

/// Builds and steps by name, in the order of the later run; those that it has no more come last.
std::vector<ComparedStep> compare_runs(const RunRecord& before, const RunRecord& after);

/// As a table for people: what took longer or shorter, what became cached, failed, new or gone.
std::string comparison_text(const RunRecord& before, const RunRecord& after);
std::string comparison_json(const RunRecord& before, const RunRecord& after);

}  // namespace kiln::report
