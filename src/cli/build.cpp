#include "cli/build_output.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "cli/run_effects.hpp"
#include "cli/run_inputs.hpp"
#include "cli/state.hpp"
#include "cli/stop_on_signals.hpp"
#include "cli/terminal_prompter.hpp"
#include "cli/world.hpp"
#include "execute/engine.hpp"
#include "plan/cannot_run.hpp"
#include "report/artifact_table.hpp"
#include "report/html_report.hpp"

namespace kiln::cli {

namespace {

exec::OnError on_error_of(const std::string& word) {
    if (word == "abort") {
        return exec::OnError::abort;
    }
    if (word == "ask") {
        return exec::OnError::ask;
    }
    return word == "run-cleanup-provisioner" ? exec::OnError::run_cleanup_provisioner
                                             : exec::OnError::cleanup;
}

class Build : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line);
        line.flag("force", options_.force);
        line.flag("no-cache", no_cache_);
        line.choice("on-error", {"cleanup", "abort", "ask", "run-cleanup-provisioner"}, on_error_);
        line.option("parallel-builds", "N", options_.parallel_builds);
        line.flag("debug", options_.debug);
        line.choice("artifacts", {"md", "json", "csv"}, artifacts_);
        line.option("artifacts-file", "FILE", artifacts_file_);
        line.option("report", "FILE", report_file_);
        line.flag("no-report", no_report_);
        line.flag("json", json_);
        line.flag("color", wishes_.color);
        line.flag("timestamp-ui", wishes_.timestamps);
        line.flag("warn-on-undeclared-var", warn_on_undeclared_var_);
        line.flag("use-sequential-evaluation", ignored_);
        line.flag("ignore-prerelease-plugins", ignored_);
        line.flag("skip-enforcement", ignored_);
    }

    ExitCode run(Session& session) override {
        session.json = json_;
        if (!artifacts_file_.empty() && artifacts_.empty()) {
            throw Error(
                ErrorKind::usage, "-artifacts-file needs a form: -artifacts md, json or csv"
            );
        }
        const auto undeclared =
            warn_on_undeclared_var_ ? UndeclaredNames::warn : UndeclaredNames::ignore;
        const std::optional<Planned> planned =
            load_and_plan(session, template_, undeclared, DataSources::read);
        if (!planned || !can_run(session, planned->plan)) {
            return ExitCode::failed;
        }
        return execute(session, *planned);
    }

private:
    static bool can_run(Session& session, const plan::BuildPlan& plan) {
        Diagnostics diagnostics;
        if (plan.builds.empty()) {
            diagnostics.error({}, "No builds to run");
        }
        plan::refuse_what_cannot_run(plan, diagnostics);
        return !report(session, diagnostics);
    }

    ExitCode execute(Session& session, const Planned& planned) {
        const plan::BuildPlan& plan = planned.plan;
        options_.run_uuid = make_uuid();
        const std::string path = template_place();
        RunArchive archive = run_archive(session);
        BuildOutput output(
            session,
            wishes_,
            plan.secrets,
            {options_.run_uuid, path, KILN_VERSION},
            archive.usual_times(path)
        );
        TerminalPrompter prompter([&output] { output.clear_live(); });
        options_.use_cache = !no_cache_;
        options_.inputs =
            std::make_shared<const exec::RunInputs>(run_inputs(session, planned, template_.path));
        options_.on_error = on_error_of(on_error_);
        const bool for_programs = session.machine_readable || session.json;
        options_.prompter = for_programs ? nullptr : &prompter;

        RunEffects doors(session, template_.path);
        StopOnSignals signals;
        const exec::RunResult result = exec::execute(
            plan,
            exec::standard_components(),
            options_,
            doors.effects(),
            output.events(),
            signals.token()
        );
        doors.finish();
        keep_report(session, archive, output);
        print_artifacts(session, result);
        return result.ok() ? ExitCode::done : ExitCode::failed;
    }

    /// One name for a template, however it was spelled.
    std::string template_place() const {
        const auto path = std::filesystem::absolute(template_.path).lexically_normal();
        return path.has_filename() ? path : path.parent_path();
    }

    /// What went wrong with a report does not make the build go wrong.
    void keep_report(Session& session, RunArchive& archive, const BuildOutput& output) const {
        if (no_report_) {
            return;
        }
        try {
            const report::RunRecord run = output.record();
            const std::string page = report::html_report(run);
            const std::filesystem::path kept = archive.keep(run, page);
            if (!report_file_.empty()) {
                constexpr unsigned kMode = 0644;
                session.files.write_file_atomic(report_file_, page, kMode);
            }
            if (output.is_live()) {
                print_result(
                    session, "\nReport: " + (report_file_.empty() ? kept.string() : report_file_)
                );
            }
        } catch (const Error& error) {
            print_message(session, "Warning: no report of this run: " + error.message());
        }
    }

    /// Behind the output of the run, as the last thing on standard output, or in a file.
    void print_artifacts(Session& session, const exec::RunResult& result) const {
        const std::optional<report::TableForm> form = report::table_form(artifacts_);
        if (!form) {
            return;
        }
        std::vector<artifact::Artifact> made;
        for (const exec::BuildOutcome& build : result.builds) {
            made.insert(made.end(), build.artifacts.begin(), build.artifacts.end());
        }
        const std::string table = report::artifact_table(made, *form);
        if (artifacts_file_.empty()) {
            print_result(session, table);
        } else {
            constexpr unsigned kMode = 0644;
            session.files.write_file_atomic(artifacts_file_, table, kMode);
        }
    }

    TemplateOptions template_;
    OutputWishes wishes_;
    exec::RunOptions options_;
    std::string on_error_ = "cleanup";
    std::string artifacts_;
    std::string artifacts_file_;
    std::string report_file_;
    bool no_report_ = false;
    bool no_cache_ = false;
    bool json_ = false;
    bool warn_on_undeclared_var_ = false;
    bool ignored_ = false;  ///< flags of Packer that have nothing to switch here
};

}  // namespace

std::unique_ptr<Command> make_build() {
    return std::make_unique<Build>();
}

}  // namespace kiln::cli
