#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "node/changes_json.hpp"
#include "node/instance_types.hpp"
#include "node/plan_from_profile.hpp"
#include "node/plan_picture.hpp"

namespace kiln::cli {

namespace {

constexpr const char* kBinaryOnNodes = "/usr/sbin/kiln-node";

class PlanNode : public Command {
public:
    void declare(CommandLine& line) override {
        line.option("type", "TYPE", type_);
        line.option("threads-per-core", "NUMBER", threads_);
        line.option("isolated", "CPUS", isolated_);
        line.option("hugepages-gb", "NUMBER", hugepages_gb_);
        line.option("svg", "FILE", picture_);
        line.flag("json", json_);
        line.flag("list-types", list_types_);
        line.argument("PROFILE", profile_, CommandLine::Needed::optional);
    }

    ExitCode run(Session& session) override {
        if (list_types_) {
            print_result(session, types());
            return ExitCode::done;
        }
        if (profile_.empty() || type_.empty()) {
            throw Error(ErrorKind::usage, "kiln plan-node needs PROFILE and -type")
                .set_hint("see kiln plan-node --help");
        }
        const node::NodeFacts facts = machine();
        Diagnostics diagnostics;
        auto profile = node::load_profile(profile_, session.sources, diagnostics);
        std::optional<node::NodePlan> plan;
        if (profile) {
            node::override_profile(*profile, overrides());
            plan = node::make_node_plan(*profile, facts, kBinaryOnNodes, diagnostics);
        }
        report(session, diagnostics);
        if (!plan) {
            return ExitCode::failed;
        }
        if (!picture_.empty()) {
            session.files.write_file_atomic(picture_, node::draw_plan(*plan, facts));
        }
        print_result(
            session, json_ ? node::print_changes(plan->changes) : node::print_plan(*plan, facts)
        );
        return ExitCode::done;
    }

private:
    node::NodeFacts machine() const {
        const node::InstanceType& type = node::find_instance_type(type_);
        const int threads = threads_ == 0 ? type.threads : threads_;
        if (threads < 1 || threads > type.threads) {
            throw Error(
                ErrorKind::usage,
                type_ + " has 1 to " + std::to_string(type.threads) + " threads a core, not " +
                    std::to_string(threads)
            );
        }
        return node::facts_of_type(type, threads);
    }

    node::ProfileOverrides overrides() const {
        const auto given = [](const std::string& text) {
            return text.empty() ? std::nullopt : std::optional<std::string>(text);
        };
        return {given(isolated_), given(hugepages_gb_)};
    }

    static std::string types() {
        std::string text;
        for (const node::InstanceType& type : node::instance_types()) {
            std::string name(type.name);
            name.resize(16, ' ');
            text += name + std::to_string(type.cores) + " cores of " +
                    std::to_string(type.threads) + ", " + std::to_string(type.numa_nodes) +
                    " NUMA, " + std::to_string(type.memory_gib) + " GiB (" +
                    std::string(type.source) + ")\n";
        }
        return text;
    }

    std::string profile_;
    std::string type_;
    int threads_ = 0;
    std::string isolated_;
    std::string hugepages_gb_;
    std::string picture_;
    bool json_ = false;
    bool list_types_ = false;
};

}  // namespace

std::unique_ptr<Command> make_plan_node() {
    return std::make_unique<PlanNode>();
}

}  // namespace kiln::cli
