#include "report/narration.hpp"

#include "base/diagnostics.hpp"
#include "base/duration.hpp"
#include "base/strings.hpp"
#include "report/costs.hpp"

#include <algorithm>

namespace kiln::report {

namespace {

using Channel = Line::Channel;

// "==> NAME: text" on every line of a text; Packer trims what trails.
std::string prefixed(const std::string& target, const std::string& text) {
    const std::string prefix = "==> " + target + ": ";
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n')) {
        const std::string whole = prefix + line;
        const std::size_t last = whole.find_last_not_of(" \t\r\v\f");
        lines.push_back(whole.substr(0, last + 1));
    }
    return join(lines, "\n");
}

// A post-processor speaks as "BUILD (TYPE)".
std::string target_of(const std::string& build, const std::string& component) {
    return component.empty() ? build : build + " (" + component + ")";
}

Telling build_line(
    Channel channel, const std::string& build, const std::string& component, const std::string& text
) {
    return Line{channel, build, build.empty() ? text : prefixed(target_of(build, component), text)};
}

Telling run_line(Channel channel, std::string text) {
    return Line{channel, "", std::move(text)};
}

void tell_artifact(
    std::vector<Telling>& out,
    const std::string& build,
    std::size_t index,
    const artifact::Artifact& artifact
) {
    const auto record = [&](std::vector<std::string> fields) {
        fields.insert(fields.begin(), {"artifact", std::to_string(index)});
        out.push_back(Record{build, std::move(fields)});
    };
    record({"builder-id", artifact.builder_id});
    record({"id", artifact.id});
    record({"string", artifact.text});
    record({"files-count", std::to_string(artifact.files.size())});
    for (std::size_t i = 0; i < artifact.files.size(); ++i) {
        record({"file", std::to_string(i), artifact.files[i].string()});
    }
    record({"end"});
    out.push_back(run_line(Channel::say, "--> " + build + ": " + artifact.text));
}

// Builds end in any order; the closing lines follow the order of the template.
template <class Outcome>
std::vector<Outcome> in_order(
    std::vector<Outcome> outcomes, const std::vector<std::string>& order
) {
    const auto place = [&](const Outcome& outcome) {
        return std::find(order.begin(), order.end(), outcome.build) - order.begin();
    };
    std::stable_sort(outcomes.begin(), outcomes.end(), [&](const Outcome& a, const Outcome& b) {
        return place(a) < place(b);
    });
    return outcomes;
}

}  // namespace

std::string error_text(const Error& error) {
    std::string out = error.message();
    if (error.range()) {
        out += "\n  at " + to_string(error.range()) + "\n" + render_excerpt(error.range());
    }
    for (const std::string& context : error.context()) {
        out += "\n  while " + context;
    }
    if (!error.hint().empty()) {
        out += "\n  hint: " + error.hint();
    }
    return out;
}

std::vector<Telling> Narration::tell(const exec::Event& event) {
    struct Visitor {
        Narration& self;

        std::vector<Telling> operator()(const exec::RunStarted& e) const {
            self.order_ = e.builds;
            return {};
        }
        std::vector<Telling> operator()(const exec::BuildStarted&) const { return {}; }
        std::vector<Telling> operator()(const exec::Said& e) const {
            return {build_line(Channel::say, e.build, e.component, e.text)};
        }
        std::vector<Telling> operator()(const exec::SaidError& e) const {
            return {build_line(Channel::error, e.build, e.component, e.text)};
        }
        std::vector<Telling> operator()(const exec::OutputLine& e) const {
            const Channel channel = e.is_stderr ? Channel::error : Channel::say;
            return {build_line(channel, e.build, e.component, e.text)};
        }
        std::vector<Telling> operator()(const exec::Warned& e) const {
            return {build_line(Channel::say, e.build, e.component, "Warning: " + e.text)};
        }
        std::vector<Telling> operator()(const exec::Progressed&) const { return {}; }
        std::vector<Telling> operator()(const exec::StepBegan&) const { return {}; }
        std::vector<Telling> operator()(const exec::StepEnded&) const { return {}; }
        std::vector<Telling> operator()(const exec::CostEstimated& e) const {
            return {build_line(Channel::say, e.build, "", cost_line(e.once, e.monthly))};
        }
        std::vector<Telling> operator()(const exec::BuildFinished& e) const {
            self.finished_.push_back(e);
            return {Line{
                Channel::say,
                e.build,
                "Build '" + e.build + "' finished after " + format_duration_words(e.duration) +
                    "."}};
        }
        std::vector<Telling> operator()(const exec::BuildFailed& e) const {
            self.failed_.push_back(e);
            return {Line{
                Channel::error,
                e.build,
                "Build '" + e.build + "' errored after " + format_duration_words(e.duration) +
                    ": " + error_text(e.error)}};
        }
        std::vector<Telling> operator()(const exec::RunFinished& e) const {
            return self.tell_end(e);
        }
    };
    return std::visit(Visitor{*this}, event);
}

std::vector<Telling> Narration::tell_end(const exec::RunFinished& end) const {
    std::vector<Telling> out;
    out.push_back(
        run_line(Channel::say, "\n==> Wait completed after " + format_duration_words(end.duration))
    );
    if (end.interrupted) {
        out.push_back(run_line(Channel::say, "Cleanly cancelled builds after being interrupted."));
        return out;
    }
    if (!failed_.empty()) {
        out.push_back(Record{"", {"error-count", std::to_string(failed_.size())}});
        out.push_back(run_line(
            Channel::error, "\n==> Some builds didn't complete successfully and had errors:"
        ));
    }
    for (const exec::BuildFailed& failure : in_order(failed_, order_)) {
        const std::string text = error_text(failure.error);
        out.push_back(Record{failure.build, {"error", text}});
        out.push_back(run_line(Channel::error, "--> " + failure.build + ": " + text));
    }
    const bool any = std::any_of(finished_.begin(), finished_.end(), [](const auto& finished) {
        return !finished.artifacts.empty();
    });
    out.push_back(run_line(
        Channel::say,
        any ? "\n==> Builds finished. The artifacts of successful builds are:"
            : "\n==> Builds finished but no artifacts were created."
    ));
    for (const exec::BuildFinished& finished : in_order(finished_, order_)) {
        if (finished.artifacts.empty()) {
            continue;
        }
        out.push_back(Record{
            finished.build, {"artifact-count", std::to_string(finished.artifacts.size())}});
        for (std::size_t i = 0; i < finished.artifacts.size(); ++i) {
            tell_artifact(out, finished.build, i, finished.artifacts[i]);
        }
    }
    return out;
}

}  // namespace kiln::report
