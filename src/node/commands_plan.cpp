#include "base/error.hpp"
#include "node/capture.hpp"
#include "node/changes_json.hpp"
#include "node/command_support.hpp"
#include "node/commands.hpp"
#include "node/gather_facts.hpp"
#include "node/instance_metadata.hpp"
#include "node/plan_from_profile.hpp"
#include "node/plan_picture.hpp"
#include "sys/file_system.hpp"

namespace kiln::node {

namespace {

/// A picture is for looking at, wherever the person is: not within --root.
void put_picture(const MachinePlan& planned, const std::string& file) {
    sys::RealFileSystem().write_file_atomic(file, draw_plan(planned.plan, planned.facts));
}

}  // namespace

ExitCode run_facts(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const bool json = arguments.flag("--json");
    const auto capture = arguments.value("--capture");
    const auto imds = arguments.value("--imds");
    arguments.finish();
    NodeFacts facts = gather_facts(tree);
    if (imds || (tree.is_live() && !facts.instance.id.empty())) {
        add_instance_metadata(imds.value_or(kMetadataEndpoint), facts);
    }
    if (capture) {
        sys::RealFileSystem().write_file_atomic(*capture, capture_tree(tree, facts), 0600);
    }
    if (json || !capture) {
        print_out(json ? print_facts_json(facts) : print_facts(facts));
    }
    return ExitCode::done;
}

ExitCode run_plan(Arguments arguments) {
    const NodeTree tree = tree_from(arguments);
    const auto file = arguments.value("--plan");
    const bool json = arguments.flag("--json");
    ProfileOverrides overrides = ProfileOverrides::from_environment();
    if (auto isolated = arguments.value("--isolated")) {
        overrides.isolated = isolated;
    }
    if (auto pages = arguments.value("--hugepages-gb")) {
        overrides.hugepages_gb = pages;
    }
    const auto picture = arguments.value("--svg");
    const std::vector<std::string> words = arguments.finish(0, 1);
    if (words.empty()) {
        if (picture) {
            throw Error(ErrorKind::usage, "--svg needs a profile");
        }
        print_out(print_changes(load_changes(file, tree)));
        return ExitCode::done;
    }
    if (file) {
        throw Error(ErrorKind::usage, "a profile makes a plan; --plan names one that was made");
    }
    const MachinePlan planned = plan_from_profile(words[0], tree, overrides, own_binary(tree));
    if (picture) {
        put_picture(planned, *picture);
    }
    print_out(json ? print_changes(planned.plan.changes) : print_plan(planned.plan, planned.facts));
    return ExitCode::done;
}

}  // namespace kiln::node
