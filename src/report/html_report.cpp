#include "report/html_report.hpp"

#include "base/base64.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "report/costs.hpp"
#include "report/page_parts.hpp"
#include "report/run_log.hpp"
#include "report/step_names.hpp"
#include "report/timeline.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace kiln::report {

namespace {

constexpr std::string_view kKinds[] = {"start", "provisioner", "capture", "post-processor"};

std::string outcome_text(const StepRecord& step) {
    const bool is_bad = step.outcome == exec::StepEnded::Outcome::failed;
    std::string text =
        fmt::format("<span class=\"{}\">{}</span>", is_bad ? "bad" : "", to_string(step.outcome));
    if (!step.reason.empty()) {
        text += ": " + html_escaped(step.reason);
    }
    return text;
}

std::string bytes_or_nothing(std::int64_t bytes) {
    return bytes > 0 ? format_bytes(bytes) : "";
}

/// The page from its top to its end, section by section.
class Page {
public:
    explicit Page(const RunRecord& run) : run_(run) {}

    std::string write() {
        head();
        timeline();
        steps();
        warnings();
        artifacts();
        out_ += costs_section(run_);
        output();
        return std::move(out_);
    }

private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
    }

    void head() {
        const std::string title = run_.template_path + ", " + rfc3339_local(run_.start);
        add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
            "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
            html_escaped(title),
            page_style());
        add("<header>\n<h1>{}</h1>\n<p class=\"facts\">{} · <strong class=\"{}\">{}</strong> · {} "
            "· "
            "kiln {} · run {}</p>\n",
            html_escaped(run_.template_path),
            rfc3339_local(run_.start),
            run_.is_good() ? "good" : "bad",
            verdict(),
            short_duration(run_.duration),
            html_escaped(run_.version),
            html_escaped(run_.id));
        add("<nav aria-label=\"Sections\"><a href=\"#timeline\">Timeline</a><a "
            "href=\"#steps\">Steps</a>"
            "<a href=\"#warnings\">Warnings</a><a href=\"#artifacts\">Artifacts</a>"
            "<a href=\"#output\">Output</a></nav>\n</header>\n<main>\n");
    }

    std::string verdict() const {
        if (run_.interrupted) {
            return "interrupted";
        }
        const auto failed =
            std::count_if(run_.builds.begin(), run_.builds.end(), [](const BuildRecord& build) {
                return !build.error.empty();
            });
        return failed == 0 ? fmt::format("{} built", run_.builds.size())
                           : fmt::format("{} of {} failed", failed, run_.builds.size());
    }

    void timeline() {
        add("<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n"
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
            "aria-label=\"Timeline\">\n{}</div>\n"
            "<p class=\"legend\">",
            timeline_svg(run_));
        for (const std::string_view kind : kKinds) {
            add("<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"step-{0}\" "
                "width=\"10\" height=\"10\" rx=\"2\"/></svg>{0}</span>",
                kind);
        }
        const int critical = critical_build(run_);
        add("<span>pale: from the cache</span></p>\n");
        if (critical >= 0 && run_.builds.size() > 1) {
            const BuildRecord& last = run_.builds[static_cast<std::size_t>(critical)];
            add("<p class=\"facts\">The run is as long as <strong>{}</strong>, which ends "
                "last{}.</p>\n",
                html_escaped(last.name),
                longest_step(last));
        }
        add("</section>\n");
    }

    static std::string longest_step(const BuildRecord& build) {
        const auto longest = std::max_element(
            build.steps.begin(),
            build.steps.end(),
            [](const StepRecord& a, const StepRecord& b) { return a.duration < b.duration; }
        );
        return longest == build.steps.end() ? std::string()
                                            : fmt::format(
                                                  "; most of that is {} ({})",
                                                  html_escaped(longest->step.name),
                                                  short_duration(longest->duration)
                                              );
    }

    void steps() {
        add("<section aria-labelledby=\"steps\">\n<h2 id=\"steps\">Steps</h2>\n");
        for (const BuildRecord& build : run_.builds) {
            const auto cached =
                std::count_if(build.steps.begin(), build.steps.end(), [](const StepRecord& step) {
                    return step.outcome == exec::StepEnded::Outcome::cached;
                });
            add("<h3>{}</h3>\n<p class=\"facts\">{}, {} of {} steps from the cache</p>\n",
                html_escaped(build.name),
                short_duration(build.duration),
                cached,
                build.steps.size());
            if (!build.error.empty()) {
                add("<pre class=\"bad\">{}</pre>\n", html_escaped(build.error));
            }
            step_table(build);
        }
        add("</section>\n");
    }

    void step_table(const BuildRecord& build) {
        if (build.steps.empty()) {
            return;
        }
        add("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Steps of "
            "{}\"><table>\n"
            "<tr><th class=\"number\">#</th><th>Step</th><th>Kind</th><th>Outcome</th>"
            "<th class=\"number\">Took</th><th class=\"number\">Moved</th></tr>\n",
            html_escaped(build.name));
        for (const StepRecord& step : build.steps) {
            add("<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
                "<td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
                step.step.number,
                html_escaped(step.step.name),
                to_string(step.step.kind),
                outcome_text(step),
                short_duration(step.duration),
                bytes_or_nothing(step.bytes));
        }
        add("</table></div>\n");
    }

    void warnings() {
        add("<section aria-labelledby=\"warnings\">\n<h2 id=\"warnings\">Warnings</h2>\n");
        bool any = false;
        for (const BuildRecord& build : run_.builds) {
            for (const std::string& warning : build.warnings) {
                any = true;
                add("<p><span class=\"warn\">{}</span>: {}</p>\n",
                    html_escaped(build.name),
                    html_escaped(warning));
            }
        }
        add("{}</section>\n", any ? "" : "<p class=\"facts\">None.</p>\n");
    }

    void artifacts() {
        add("<section aria-labelledby=\"artifacts\">\n<h2 id=\"artifacts\">Artifacts</h2>\n");
        bool any = false;
        for (const BuildRecord& build : run_.builds) {
            ImageSizes drawn;
            for (const ArtifactRecord& artifact : build.artifacts) {
                any = true;
                add("<h3>{}</h3>\n<pre>{}</pre>\n",
                    html_escaped(build.name),
                    html_escaped(artifact.text));
                file_table(artifact);
                // Post-processors hand the same image on.
                if (artifact.sizes != drawn) {
                    drawn = artifact.sizes;
                    add("{}", size_maps(drawn));
                }
            }
        }
        add("{}</section>\n", any ? "" : "<p class=\"facts\">None.</p>\n");
    }

    void file_table(const ArtifactRecord& artifact) {
        if (artifact.files.empty()) {
            return;
        }
        add("<table>\n<tr><th>File</th><th class=\"number\">Size</th></tr>\n");
        for (const ArtifactRecord::File& file : artifact.files) {
            add("<tr><td>{}</td><td class=\"number\">{}</td></tr>\n",
                html_escaped(file.path),
                bytes_or_nothing(file.bytes));
        }
        add("</table>\n");
    }

    void output() {
        add("<section aria-labelledby=\"output\">\n<h2 id=\"output\">Output</h2>\n"
            "<div class=\"controls\"><label>Of <select id=\"log-build\"><option "
            "value=\"\">all</option>"
            "<option value=\"errors\">errors only</option>");
        nlohmann::ordered_json names = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < run_.builds.size(); ++i) {
            names.push_back(run_.builds[i].name);
            add("<option value=\"{}\">{}</option>", i, html_escaped(run_.builds[i].name));
        }
        add("</select></label><label>with <input id=\"log-words\" type=\"search\" "
            "placeholder=\"any words\"></label><span id=\"log-count\" class=\"facts\" "
            "role=\"status\"></span></div>\n"
            "<div id=\"log\" tabindex=\"0\" role=\"group\" aria-label=\"Output of the run\">"
            "<div></div><ol></ol></div>\n<noscript><p>Showing the output takes "
            "scripts.</p></noscript>\n"
            "</section>\n</main>\n");
        // A name could end the element, or begin a comment in it; JSON may write "<" otherwise.
        const std::string json = replace_all(
            names.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
            "<",
            "\\u003c"
        );
        add("<script id=\"build-names\" type=\"application/json\">{}</script>\n"
            "<script id=\"log-data\" type=\"text/plain\">{}</script>\n<script>\n{}</script>\n"
            "</body>\n</html>\n",
            json,
            encode_base64(pack_log(run_.log)),
            page_script());
    }

    const RunRecord& run_;
    std::string out_;
};

}  // namespace

std::string html_report(const RunRecord& run) {
    return Page(run).write();
}

}  // namespace kiln::report
