#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/run_archive.hpp"
#include "cli/state.hpp"
#include "report/costs.hpp"
#include "report/run_comparison.hpp"
#include "report/timeline.hpp"
#include "sys/process_runner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

std::string result_of(const report::RunRecord& run) {
    return run.interrupted ? "interrupted" : run.is_good() ? "good" : "failed";
}

std::string names_of_builds(const report::RunRecord& run) {
    return run.builds.size() == 1 ? run.builds.front().name
                                  : std::to_string(run.builds.size()) + " builds";
}

std::string list_text(const std::vector<RunArchive::Entry>& entries) {
    std::string text = fmt::format(
        "{:<26} {:<11} {:>12}  {:<24} {}\n", "RUN", "RESULT", "TOOK", "BUILDS", "TEMPLATE"
    );
    for (const RunArchive::Entry& entry : entries) {
        text += fmt::format(
            "{:<26} {:<11} {:>12}  {:<24} {}\n",
            entry.name,
            result_of(entry.run),
            report::short_duration(entry.run.duration),
            names_of_builds(entry.run),
            entry.run.template_path
        );
    }
    return text;
}

std::string list_json(RunArchive& archive, const std::vector<RunArchive::Entry>& entries) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const RunArchive::Entry& entry : entries) {
        nlohmann::ordered_json builds = nlohmann::ordered_json::array();
        for (const report::BuildRecord& build : entry.run.builds) {
            builds.push_back(build.name);
        }
        list.push_back(
            {{"run", entry.name},
             {"id", entry.run.id},
             {"start", report::rfc3339_local(entry.run.start)},
             {"seconds", std::chrono::duration<double>(entry.run.duration).count()},
             {"result", result_of(entry.run)},
             {"template", entry.run.template_path},
             {"builds", builds},
             {"page", archive.page_of(entry).string()}}
        );
    }
    return list.dump(2) + "\n";
}

class ReportList : public Command {
public:
    void declare(CommandLine& line) override { line.flag("json", json_); }

    ExitCode run(Session& session) override {
        RunArchive archive = run_archive(session);
        const std::vector<RunArchive::Entry> entries = archive.list();
        if (json_) {
            print_result(session, list_json(archive, entries));
        } else if (entries.empty()) {
            print_result(session, "No run is on record yet.");
        } else {
            print_result(session, list_text(entries));
        }
        return ExitCode::done;
    }

private:
    bool json_ = false;
};

class ReportShow : public Command {
public:
    void declare(CommandLine& line) override {
        line.flag("open", open_);
        line.flag("costs", costs_);
        line.option("output", "FILE", output_);
        line.argument("RUN", run_, CommandLine::Needed::optional);
    }

    ExitCode run(Session& session) override {
        RunArchive archive = run_archive(session);
        const auto entry = archive.find(run_);
        if (costs_) {
            const std::string costs = report::costs_text(entry.run);
            print_result(
                session,
                costs.empty() ? "No build of this run was done where something is charged." : costs
            );
            return ExitCode::done;
        }
        const std::filesystem::path page = archive.page_of(entry);
        if (!output_.empty()) {
            constexpr unsigned kMode = 0644;
            session.files.write_file_atomic(output_, session.files.read_file(page), kMode);
        }
        print_result(session, output_.empty() ? page.string() : output_);
        if (open_) {
            open_page(session, output_.empty() ? page : std::filesystem::path(output_));
        }
        return ExitCode::done;
    }

private:
    static void open_page(const Session& session, const std::filesystem::path& page) {
        const std::string browser = session.variable("BROWSER");
        sys::RealProcessRunner processes;
        sys::Command command;
        command.argv = {browser.empty() ? "xdg-open" : browser, page.string()};
        command.environment = session.environment;
        command.keep_background = true;  // the browser
        if (!processes.run(command, [](sys::OutputStream, std::string_view) {}, {}).ok()) {
            throw Error(
                ErrorKind::command, command.argv.front() + " could not open " + page.string()
            )
                .set_hint("name a browser in BROWSER, or open the page yourself");
        }
    }

    bool open_ = false;
    bool costs_ = false;
    std::string output_;
    std::string run_;
};

class ReportCompare : public Command {
public:
    void declare(CommandLine& line) override {
        line.flag("json", json_);
        line.argument("BEFORE", before_, CommandLine::Needed::optional);
        line.argument("AFTER", after_, CommandLine::Needed::optional);
    }

    ExitCode run(Session& session) override {
        RunArchive archive = run_archive(session);
        const report::RunRecord after = archive.find(after_).run;
        const report::RunRecord before =
            before_.empty() ? run_before(archive, after) : archive.find(before_).run;
        print_result(
            session,
            json_ ? report::comparison_json(before, after) : report::comparison_text(before, after)
        );
        return ExitCode::done;
    }

private:
    /// The last one of the same template that was earlier.
    static report::RunRecord run_before(RunArchive& archive, const report::RunRecord& after) {
        const std::vector<RunArchive::Entry> entries = archive.list();
        const report::RunRecord* found = nullptr;
        for (const RunArchive::Entry& entry : entries) {
            if (entry.run.id == after.id) {
                break;
            }
            if (entry.run.template_path == after.template_path) {
                found = &entry.run;
            }
        }
        if (found == nullptr) {
            throw Error(
                ErrorKind::not_found, "no earlier run of " + after.template_path + " is on record"
            )
                .set_hint("kiln report list shows all runs; name the two to compare");
        }
        return *found;
    }

    bool json_ = false;
    std::string before_;
    std::string after_;
};

}  // namespace

std::unique_ptr<Command> make_report_list() {
    return std::make_unique<ReportList>();
}
std::unique_ptr<Command> make_report_show() {
    return std::make_unique<ReportShow>();
}
std::unique_ptr<Command> make_report_compare() {
    return std::make_unique<ReportCompare>();
}

}  // namespace kiln::cli
