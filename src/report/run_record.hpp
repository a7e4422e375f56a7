#pragma once

#include "execute/events.hpp"
#include "report/time_text.hpp"
#include "report/treemap.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::report {

/// What a report shows of one run: plain data, as run_recorder.hpp gathers it and as it is kept.
/// All durations are in nanoseconds; offsets count from the begin of the run.
using Offset = std::chrono::nanoseconds;

struct StepRecord {
    exec::BuildStep step;
    Offset begin{};
    Offset duration{};
    exec::StepEnded::Outcome outcome = exec::StepEnded::Outcome::failed;
    std::string reason;      ///< as StepEnded has it
    std::int64_t bytes = 0;  ///< that were moved, as far as the step told
    bool operator==(const StepRecord&) const = default;
};

struct ArtifactRecord {
    struct File {
        std::string path;
        std::int64_t bytes = 0;
        bool operator==(const File&) const = default;
    };
    std::string builder_id;
    std::string id;
    std::string text;
    std::vector<File> files;
    ImageSizes sizes = {};  ///< empty where nothing has read the image
    bool operator==(const ArtifactRecord&) const = default;
};

/// What a build in a cloud has cost, and what it leaves: an estimate.
struct CostRecord {
    std::vector<exec::CostPart> once;
    std::vector<exec::CostPart> monthly;
    bool operator==(const CostRecord&) const = default;
};

struct BuildRecord {
    std::string name;
    Offset begin{};
    Offset duration{};
    std::string error;  ///< "" for a build that went well
    std::vector<StepRecord> steps;
    std::vector<std::string> warnings;
    std::vector<ArtifactRecord> artifacts;
    std::optional<CostRecord> costs{};  ///< absent where nothing is charged for
    bool operator==(const BuildRecord&) const = default;
};

/// A line of the run's output.
struct LogLine {
    Offset when{};
    std::int32_t build = -1;  ///< index in RunRecord::builds; -1 for the run itself
    bool is_error = false;
    std::string text;
    bool operator==(const LogLine&) const = default;
};

struct RunRecord {
    std::string id;  ///< UUID, PACKER_RUN_UUID of the run
    std::string template_path;
    std::string version;  ///< of kiln
    WallTime start{};     ///< to the millisecond
    Offset duration{};
    bool interrupted = false;
    std::vector<BuildRecord> builds;
    std::vector<LogLine> log;
    bool operator==(const RunRecord&) const = default;

    bool is_good() const;
};

/// JSON, without the log: run_log.hpp keeps that.
std::string to_json(const RunRecord& run);
/// Error{input} for what to_json did not write.
RunRecord read_run_record(std::string_view json);

}  // namespace kiln::report
