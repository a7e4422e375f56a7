#include "report/json_lines.hpp"

#include "base/source.hpp"
#include "report/costs.hpp"
#include "report/step_names.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::report {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

double seconds(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

const char* name_of(exec::Progressed::Unit unit) {
    switch (unit) {
        case exec::Progressed::Unit::bytes:
            return "bytes";
        case exec::Progressed::Unit::packages:
            return "packages";
        case exec::Progressed::Unit::items:
            return "items";
    }
    return "";
}

Json artifact_json(const artifact::Artifact& artifact) {
    Json files = Json::array();
    for (const auto& file : artifact.files) {
        files.push_back(file.string());
    }
    return {
        {"builder_id", artifact.builder_id},
        {"builder_type", artifact.builder_type},
        {"id", artifact.id},
        {"text", artifact.text},
        {"files", std::move(files)},
        {"state", artifact.state},
    };
}

Json error_json(const Error& error) {
    return {
        {"message", error.message()},
        {"at", text_or_null(to_string(error.range()))},
        {"while", error.context()},
        {"hint", text_or_null(error.hint())},
    };
}

struct Writer {
    Json& out;

    void spoken(const char* event, const auto& e) const {
        out["event"] = event;
        out["build"] = text_or_null(e.build);
        out["component"] = text_or_null(e.component);
        out["text"] = e.text;
    }

    void operator()(const exec::RunStarted& e) const {
        out["event"] = "run-started";
        out["builds"] = e.builds;
    }
    void operator()(const exec::BuildStarted& e) const {
        out["event"] = "build-started";
        out["build"] = e.build;
    }
    void operator()(const exec::Said& e) const { spoken("said", e); }
    void operator()(const exec::SaidError& e) const { spoken("said-error", e); }
    void operator()(const exec::Warned& e) const { spoken("warned", e); }
    void operator()(const exec::OutputLine& e) const {
        spoken("output", e);
        out["stream"] = e.is_stderr ? "stderr" : "stdout";
    }
    void operator()(const exec::Progressed& e) const {
        out["event"] = "progressed";
        out["build"] = e.build;
        out["what"] = e.what;
        out["unit"] = name_of(e.unit);
        out["done"] = e.done;
        out["total"] = e.total > 0 ? Json(e.total) : Json(nullptr);
        out["finished"] = e.finished;
    }
    void step(const char* event, const auto& e) const {
        out["event"] = event;
        out["build"] = e.build;
        out["step"] = {
            {"kind", to_string(e.step.kind)},
            {"name", e.step.name},
            {"number", e.step.number},
            {"count", e.step.count},
        };
    }
    void operator()(const exec::StepBegan& e) const { step("step-began", e); }
    void operator()(const exec::StepEnded& e) const {
        step("step-ended", e);
        out["outcome"] = to_string(e.outcome);
        out["reason"] = text_or_null(e.reason);
        out["seconds"] = seconds(e.duration);
    }
    void operator()(const exec::CostEstimated& e) const {
        out["event"] = "cost-estimated";
        out["build"] = e.build;
        out["once"] = costs_json(e.once);
        out["monthly"] = costs_json(e.monthly);
    }
    void operator()(const exec::BuildFinished& e) const {
        out["event"] = "build-finished";
        out["build"] = e.build;
        out["seconds"] = seconds(e.duration);
        out["artifacts"] = Json::array();
        for (const artifact::Artifact& artifact : e.artifacts) {
            out["artifacts"].push_back(artifact_json(artifact));
        }
    }
    void operator()(const exec::BuildFailed& e) const {
        out["event"] = "build-failed";
        out["build"] = e.build;
        out["seconds"] = seconds(e.duration);
        out["error"] = error_json(e.error);
    }
    void operator()(const exec::RunFinished& e) const {
        out["event"] = "run-finished";
        out["seconds"] = seconds(e.duration);
        out["interrupted"] = e.interrupted;
    }
};

}  // namespace

std::string json_line(const exec::Event& event, WallTime time) {
    Json out = Json::object();
    out["time"] = rfc3339_local(time);
    std::visit(Writer{out}, event);
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

JsonLines::JsonLines(Output output) : output_(std::move(output)) {}

void JsonLines::on_event(const exec::Event& event) {
    const std::lock_guard lock(mutex_);
    output_.write(json_line(event, output_.now()) + "\n");
}

}  // namespace kiln::report
