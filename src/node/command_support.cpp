#include "node/command_support.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/apply.hpp"
#include "node/changes_json.hpp"
#include "node/durable_write.hpp"
#include "node/plan_from_profile.hpp"
#include "node/tuning_request.hpp"
#include "sys/clock.hpp"
#include "sys/file_lock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

namespace kiln::node {

namespace {

const std::string kPlanPath = "/etc/kiln-node/plan.json";
const std::string kProfilePath = "/etc/kiln-node/profile.yaml";
const std::string kLockPath = "/run/kiln-node/lock";
// As long as a node with many devices takes at its boot, where each of them has a unit.
constexpr std::chrono::seconds kWaitForOthers{60};
constexpr std::chrono::milliseconds kLookAgain{20};

sys::FileLock lock_node(const NodeTree& tree) {
    sys::RealClock clock;
    const auto end = clock.steady_now() + kWaitForOthers;
    for (bool is_said = false;; clock.sleep_for(kLookAgain, {})) {
        if (auto lock =
                sys::FileLock::try_acquire(tree.at(kLockPath), sys::FileLock::Kind::exclusive)) {
            return std::move(*lock);
        }
        if (clock.steady_now() > end) {
            throw Error(ErrorKind::exists, "another kiln-node changes this node now")
                .set_hint("see what it does: systemctl list-jobs; ps -C kiln-node");
        }
        if (!is_said) {
            std::fputs("kiln-node: waits for another one that changes this node\n", stderr);
            is_said = true;
        }
    }
}

}  // namespace

NodeTree tree_from(Arguments& arguments) {
    const auto root = arguments.value("--root");
    if (arguments.flag("--image")) {
        return NodeTree::of_image();
    }
    return root ? NodeTree(std::filesystem::absolute(*root).lexically_normal()) : NodeTree();
}

PlannedChanges load_changes(const std::optional<std::string>& plan_file, const NodeTree& tree) {
    if (plan_file && plan_file->ends_with(".yaml")) {
        return plan_from_profile(*plan_file, tree, {}, own_binary(tree)).plan.changes;
    }
    if (plan_file) {
        const auto text = NodeTree().read(std::filesystem::absolute(*plan_file));
        if (!text) {
            throw Error(ErrorKind::not_found, "can not read the plan " + *plan_file);
        }
        return parse_changes(*text, *plan_file);
    }
    if (const auto text = tree.read(kPlanPath)) {
        return parse_changes(*text, kPlanPath);
    }
    if (tree.exists(kProfilePath)) {
        return plan_from_profile(tree.at(kProfilePath), tree, {}, own_binary(tree)).plan.changes;
    }
    const auto values = read_request(tree);
    if (!values) {
        throw Error(
            ErrorKind::not_found,
            "there is no plan: neither " + kPlanPath + ", " + kProfilePath + " nor " +
                kRequestPath + " is there"
        )
            .set_hint("name one with --plan, or run kiln-node bootstrap");
    }
    const ParsedRequest parsed = parse_request(*values);
    if (!parsed.mistakes.empty()) {
        throw Error(ErrorKind::input, kRequestPath + ": " + join(parsed.mistakes, "; "));
    }
    return request_changes(parsed.request, tree, own_binary(tree));
}

std::string own_binary(const NodeTree& tree) {
    std::error_code problem;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", problem);
    return problem || tree.root() != "/" ? "/usr/sbin/kiln-node" : path.string();
}

void with_lock(const NodeTree& tree, const std::function<void(const NodeHands&)>& work) {
    make_folders(tree, "/run/kiln-node");
    const sys::FileLock lock = lock_node(tree);
    ChangeRecord record(tree);
    sys::RealClock clock;
    const NodeHands hands{tree, record, clock};
    sweep_leftovers(hands);
    work(hands);
}

void print_out(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_results(const ActionResults& results, bool json) {
    if (json) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const ActionResult& result : results) {
            list.push_back(
                {{"subject", result.subject},
                 {"outcome", name_of(result.outcome)},
                 {"detail", to_valid_utf8(result.detail)},
                 {"remedy", result.remedy}}
            );
        }
        const nlohmann::ordered_json document = {
            {"ok", !any_failed(results)}, {"results", std::move(list)}};
        print_out(document.dump(2) + "\n");
        return;
    }
    std::size_t unchanged = 0;
    std::string text;
    for (const ActionResult& result : results) {
        const bool is_quiet = result.outcome == Outcome::not_here && result.remedy.empty();
        if (result.outcome == Outcome::unchanged || is_quiet) {
            ++unchanged;
            continue;
        }
        text += (result.outcome == Outcome::not_here ? "warning: " : "") + name_of(result.outcome) +
                "  " + result.subject + (result.detail.empty() ? "" : "  " + result.detail) + "\n" +
                (result.remedy.empty() ? "" : "      " + result.remedy + "\n");
    }
    print_out(text + std::to_string(unchanged) + " as they should be already\n");
}

}  // namespace kiln::node
