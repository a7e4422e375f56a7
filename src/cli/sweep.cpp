#include "execute/sweep.hpp"

#include "cli/aws_door.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

const char* name_of(exec::SweepOutcome outcome) {
    switch (outcome) {
        case exec::SweepOutcome::would_remove:
            return "would_remove";
        case exec::SweepOutcome::removed:
            return "removed";
        case exec::SweepOutcome::already_gone:
            return "already_gone";
        case exec::SweepOutcome::failed:
            return "failed";
    }
    return "";
}

std::string swept_text(const std::vector<exec::SweptResource>& swept) {
    std::string text;
    for (const exec::SweptResource& one : swept) {
        text += describe(one) + "\n";
    }
    return swept.empty() ? "Nothing to sweep.\n" : text;
}

std::string swept_json(const std::vector<exec::SweptResource>& swept) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const exec::SweptResource& one : swept) {
        nlohmann::ordered_json record = {
            {"kind", to_string(one.resource.kind)},
            {"name", one.resource.name},
            {"template", one.resource.template_path},
            {"outcome", name_of(one.outcome)},
        };
        if (!one.parts.empty()) {
            record["parts"] = one.parts;
        }
        record["problem"] =
            one.problem.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(one.problem);
        list.push_back(std::move(record));
    }
    return nlohmann::ordered_json{{"resources", list}}.dump(2) + "\n";
}

class Sweep : public Command {
public:
    void declare(CommandLine& line) override {
        line.flag("dry-run", dry_run_);
        line.option("region", "NAME", regions_);
        line.option("run", "ID", mark_);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        if (!mark_.empty() && regions_.empty()) {
            throw Error(ErrorKind::usage, "-run names a run of EC2, so a -region has to be named")
                .set_hint("kiln sweep -region us-east-1 -run ID");
        }
        const auto aws = aws_door(session);
        std::vector<exec::SweptResource> swept;
        if (regions_.empty()) {
            swept = sweep_journal(session, aws());
        }
        for (const std::string& region : regions_) {
            for (exec::SweptResource& one :
                 exec::sweep_region(aws(), {region, mark_, session.start}, dry_run_)) {
                swept.push_back(std::move(one));
            }
        }
        print_result(session, json_ ? swept_json(swept) : swept_text(swept));
        const bool all_gone = std::none_of(swept.begin(), swept.end(), [](const auto& one) {
            return one.outcome == exec::SweepOutcome::failed;
        });
        return all_gone ? ExitCode::done : ExitCode::failed;
    }

private:
    /// Where no build has ever run there is no journal, and none is made.
    std::vector<exec::SweptResource> sweep_journal(Session& session, exec::AwsSessions& aws) const {
        const std::filesystem::path database = journal_path(session);
        if (!session.files.status(database)) {
            return {};
        }
        exec::Journal journal(database);
        return exec::sweep(journal, session.files, &aws, dry_run_);
    }

    std::vector<std::string> regions_;
    std::string mark_;
    bool dry_run_ = false;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_sweep() {
    return std::make_unique<Sweep>();
}

}  // namespace kiln::cli
