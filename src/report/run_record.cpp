#include "report/run_record.hpp"

#include "base/error.hpp"
#include "report/costs.hpp"
#include "report/step_names.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kiln::report {

namespace {

using RecordJson = nlohmann::ordered_json;
using Kind = exec::BuildStep::Kind;
using Outcome = exec::StepEnded::Outcome;

constexpr int kForm = 1;

template <class Enum>
Enum named(const std::string& name, std::initializer_list<Enum> values) {
    for (const Enum value : values) {
        if (name == to_string(value)) {
            return value;
        }
    }
    throw Error(ErrorKind::input, "a record of a run has no \"" + name + "\"");
}

RecordJson step_record_json(const StepRecord& record) {
    return {
        {"kind", to_string(record.step.kind)},
        {"name", record.step.name},
        {"number", record.step.number},
        {"count", record.step.count},
        {"begin", record.begin.count()},
        {"duration", record.duration.count()},
        {"outcome", to_string(record.outcome)},
        {"reason", record.reason},
        {"bytes", record.bytes}};
}

StepRecord read_step_record(const RecordJson& json) {
    StepRecord record;
    record.step.kind = named(
        json.at("kind").get<std::string>(),
        {Kind::start, Kind::provisioner, Kind::capture, Kind::post_processor}
    );
    record.step.name = json.at("name");
    record.step.number = json.at("number");
    record.step.count = json.at("count");
    record.begin = Offset(json.at("begin").get<std::int64_t>());
    record.duration = Offset(json.at("duration").get<std::int64_t>());
    record.outcome = named(
        json.at("outcome").get<std::string>(), {Outcome::done, Outcome::cached, Outcome::failed}
    );
    record.reason = json.at("reason");
    record.bytes = json.at("bytes");
    return record;
}

RecordJson part_sizes_json(const std::vector<PartSize>& parts) {
    RecordJson list = RecordJson::array();
    for (const PartSize& part : parts) {
        list.push_back({{"name", part.name}, {"bytes", part.bytes}});
    }
    return list;
}

/// Nothing in a record of an earlier kiln, which has none.
std::vector<PartSize> read_part_sizes(const RecordJson& json, const char* name) {
    std::vector<PartSize> parts;
    for (const RecordJson& part : json.value(name, RecordJson::array())) {
        parts.push_back({part.at("name"), part.at("bytes")});
    }
    return parts;
}

RecordJson artifact_record_json(const ArtifactRecord& record) {
    RecordJson files = RecordJson::array();
    for (const ArtifactRecord::File& file : record.files) {
        files.push_back({{"path", file.path}, {"bytes", file.bytes}});
    }
    return {
        {"builder_id", record.builder_id},
        {"id", record.id},
        {"text", record.text},
        {"files", files},
        {"packages", part_sizes_json(record.sizes.packages)},
        {"folders", part_sizes_json(record.sizes.folders)}};
}

ArtifactRecord read_artifact_record(const RecordJson& json) {
    ArtifactRecord record{json.at("builder_id"), json.at("id"), json.at("text"), {}};
    for (const RecordJson& file : json.at("files")) {
        record.files.push_back({file.at("path"), file.at("bytes")});
    }
    record.sizes = {read_part_sizes(json, "packages"), read_part_sizes(json, "folders")};
    return record;
}

RecordJson build_record_json(const BuildRecord& build) {
    RecordJson steps = RecordJson::array();
    for (const StepRecord& step : build.steps) {
        steps.push_back(step_record_json(step));
    }
    RecordJson artifacts = RecordJson::array();
    for (const ArtifactRecord& artifact : build.artifacts) {
        artifacts.push_back(artifact_record_json(artifact));
    }
    RecordJson json = {
        {"name", build.name},
        {"begin", build.begin.count()},
        {"duration", build.duration.count()},
        {"error", build.error},
        {"steps", steps},
        {"warnings", build.warnings},
        {"artifacts", artifacts},
        {"costs", nullptr}};
    if (build.costs) {
        json["costs"] = {
            {"once", costs_json(build.costs->once)}, {"monthly", costs_json(build.costs->monthly)}};
    }
    return json;
}

BuildRecord read_build_record(const RecordJson& json) {
    BuildRecord build;
    build.name = json.at("name");
    build.begin = Offset(json.at("begin").get<std::int64_t>());
    build.duration = Offset(json.at("duration").get<std::int64_t>());
    build.error = json.at("error");
    for (const RecordJson& step : json.at("steps")) {
        build.steps.push_back(read_step_record(step));
    }
    build.warnings = json.at("warnings").get<std::vector<std::string>>();
    for (const RecordJson& artifact : json.at("artifacts")) {
        build.artifacts.push_back(read_artifact_record(artifact));
    }
    // Records of before there were costs have none.
    if (const RecordJson costs = json.value("costs", RecordJson()); !costs.is_null()) {
        build.costs = CostRecord{read_costs(costs.at("once")), read_costs(costs.at("monthly"))};
    }
    return build;
}

}  // namespace

bool RunRecord::is_good() const {
    return !interrupted && std::all_of(builds.begin(), builds.end(), [](const BuildRecord& build) {
        return build.error.empty();
    });
}

std::string to_json(const RunRecord& run) {
    RecordJson builds = RecordJson::array();
    for (const BuildRecord& build : run.builds) {
        builds.push_back(build_record_json(build));
    }
    const auto start = std::chrono::floor<std::chrono::milliseconds>(run.start.time_since_epoch());
    const RecordJson json = {
        {"form", kForm},
        {"id", run.id},
        {"template", run.template_path},
        {"version", run.version},
        {"start", start.count()},
        {"duration", run.duration.count()},
        {"interrupted", run.interrupted},
        {"builds", builds}};
    return json.dump(1, ' ', false, RecordJson::error_handler_t::replace) + "\n";
}

RunRecord read_run_record(std::string_view json) {
    try {
        const RecordJson root = RecordJson::parse(json);
        if (root.at("form") != kForm) {
            throw Error(ErrorKind::unsupported, "another kiln wrote this record of a run");
        }
        RunRecord run;
        run.id = root.at("id");
        run.template_path = root.at("template");
        run.version = root.at("version");
        run.start = WallTime(std::chrono::milliseconds(root.at("start").get<std::int64_t>()));
        run.duration = Offset(root.at("duration").get<std::int64_t>());
        run.interrupted = root.at("interrupted");
        for (const RecordJson& build : root.at("builds")) {
            run.builds.push_back(read_build_record(build));
        }
        return run;
    } catch (const RecordJson::exception& error) {
        throw Error(ErrorKind::input, std::string("not a record of a run: ") + error.what());
    }
}

}  // namespace kiln::report
