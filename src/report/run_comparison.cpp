#include "report/run_comparison.hpp"

#include "report/step_names.hpp"
#include "report/timeline.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::report {

namespace {

using ComparisonJson = nlohmann::ordered_json;

// Less is no news of a machine that does other things too.
constexpr std::chrono::milliseconds kTooLittle{50};

/// A build as a step of its own, and its steps.
std::vector<StepRecord> rows_of(const BuildRecord& build) {
    StepRecord whole;
    whole.duration = build.duration;
    whole.outcome =
        build.error.empty() ? exec::StepEnded::Outcome::done : exec::StepEnded::Outcome::failed;
    std::vector<StepRecord> rows = {whole};
    rows.insert(rows.end(), build.steps.begin(), build.steps.end());
    return rows;
}

/// The two captures and starts of a build have their builder's name; their kind tells them apart.
std::string name_of_row(const StepRecord& row) {
    return row.step.name.empty() ? "" : std::string(to_string(row.step.kind)) + " " + row.step.name;
}

// A name that a build has twice is matched by its turn.
void add_row(
    std::vector<ComparedStep>& rows, const std::string& build, const StepRecord& row, bool is_after
) {
    const std::string name = name_of_row(row);
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const ComparedStep& one) {
        return one.build == build && one.step == name && !(is_after ? one.in_after : one.in_before);
    });
    ComparedStep& target = same != rows.end() ? *same : rows.emplace_back();
    target.build = build;
    target.step = name;
    (is_after ? target.in_after : target.in_before) = true;
    (is_after ? target.after : target.before) = row;
}

std::string side_text(bool is_there, const StepRecord& step) {
    if (!is_there) {
        return "-";
    }
    const bool is_done = step.outcome == exec::StepEnded::Outcome::done;
    return short_duration(step.duration) +
           (is_done ? "" : std::string(" ") + to_string(step.outcome));
}

std::string change_text(const ComparedStep& row) {
    if (!row.in_before) {
        return "new";
    }
    if (!row.in_after) {
        return "gone";
    }
    const auto change = row.after.duration - row.before.duration;
    const auto size = change < change.zero() ? -change : change;
    if (size < kTooLittle) {
        return "";
    }
    std::string text = (change < change.zero() ? "-" : "+") + short_duration(size);
    if (row.before.duration > kTooLittle) {
        text += fmt::format(
            " ({:.2f})",
            static_cast<double>(row.after.duration.count()) /
                static_cast<double>(row.before.duration.count())
        );
    }
    return text;
}

ComparisonJson side_json(bool is_there, const StepRecord& step) {
    if (!is_there) {
        return nullptr;
    }
    return {
        {"seconds", std::chrono::duration<double>(step.duration).count()},
        {"outcome", to_string(step.outcome)},
        {"bytes", step.bytes}};
}

ComparisonJson run_json(const RunRecord& run) {
    return {
        {"id", run.id},
        {"template", run.template_path},
        {"start", rfc3339_local(run.start)},
        {"seconds", std::chrono::duration<double>(run.duration).count()},
        {"good", run.is_good()}};
}

}  // namespace

std::vector<ComparedStep> compare_runs(const RunRecord& before, const RunRecord& after) {
    std::vector<ComparedStep> rows;
    for (const BuildRecord& build : after.builds) {
        for (const StepRecord& row : rows_of(build)) {
            add_row(rows, build.name, row, true);
        }
    }
    for (const BuildRecord& build : before.builds) {
        for (const StepRecord& row : rows_of(build)) {
            add_row(rows, build.name, row, false);
        }
    }
    // What is gone stands behind its build's other steps.
    std::vector<std::string> order;
    for (const ComparedStep& row : rows) {
        if (std::find(order.begin(), order.end(), row.build) == order.end()) {
            order.push_back(row.build);
        }
    }
    const auto place = [&](const ComparedStep& row) {
        return std::find(order.begin(), order.end(), row.build) - order.begin();
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const ComparedStep& a, const ComparedStep& b) {
        return place(a) < place(b);
    });
    return rows;
}

std::string comparison_text(const RunRecord& before, const RunRecord& after) {
    std::string text = fmt::format(
        "before: {}, {}, {}\nafter:  {}, {}, {}\n\n{:<44} {:>18} {:>18}  {}\n",
        before.template_path,
        rfc3339_local(before.start),
        short_duration(before.duration),
        after.template_path,
        rfc3339_local(after.start),
        short_duration(after.duration),
        "",
        "BEFORE",
        "AFTER",
        "CHANGE (RATIO)"
    );
    for (const ComparedStep& row : compare_runs(before, after)) {
        const std::string line = fmt::format(
            "{:<44} {:>18} {:>18}  {}",
            row.step.empty() ? row.build : "  " + row.step,
            side_text(row.in_before, row.before),
            side_text(row.in_after, row.after),
            change_text(row)
        );
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

std::string comparison_json(const RunRecord& before, const RunRecord& after) {
    ComparisonJson steps = ComparisonJson::array();
    for (const ComparedStep& row : compare_runs(before, after)) {
        steps.push_back(
            {{"build", row.build},
             {"step", row.step.empty() ? ComparisonJson(nullptr) : ComparisonJson(row.step)},
             {"before", side_json(row.in_before, row.before)},
             {"after", side_json(row.in_after, row.after)}}
        );
    }
    const ComparisonJson root = {
        {"before", run_json(before)}, {"after", run_json(after)}, {"steps", steps}};
    return root.dump(2, ' ', false, ComparisonJson::error_handler_t::replace) + "\n";
}

}  // namespace kiln::report
