#include "base/strings.hpp"
#include "base/units.hpp"
#include "node/node_plan.hpp"

#include <algorithm>

namespace kiln::node {

namespace {

struct ArgumentReason {
    const char* key;
    const char* reason;
};
constexpr ArgumentReason kReasons[] = {
    {"isolcpus", "the scheduler balances nothing onto these"},
    {"nohz_full", "no tick while one thread runs alone"},
    {"rcu_nocbs", "RCU callbacks run elsewhere"},
    {"irqaffinity", "interrupts go to housekeeping CPUs by default"},
    {"nohz", "no tick on idle CPUs"},
    {"skew_tick", "ticks of different CPUs do not meet"},
    {"tsc", "the clock source is not doubted, and not watched"},
    {"nosoftlockup", "a thread that polls for ever is no lockup"},
    {"intel_pstate", "the clock frequency is left alone"},
    {"rcupdate.rcu_normal_after_boot", "no hurried grace periods, which interrupt every CPU"},
    {"tuned.non_isolcpus", "read by TuneD's hook in the initramfs"},
    {"default_hugepagesz", "the size that mounts and counts mean"},
    {"hugepagesz", "the size that the next count is of"},
    {"hugepages", "taken while memory is still whole"},
    {"intel_iommu", "devices reach only memory that is theirs"},
    {"iommu", "the kernel's own devices are not slowed"},
};

/// What an action changes and why, in two columns.
struct Row {
    std::string what;
    std::string why;
};

struct RowOf {
    Row operator()(const WriteFile& a) const { return {a.path, a.reason}; }
    Row operator()(const SetAssignment& a) const {
        return {a.path + ": " + a.name + "=" + a.value, a.reason};
    }
    Row operator()(const MakeLink& a) const { return {a.path + " -> " + a.target, a.reason}; }
    Row operator()(const SetKernelValue& a) const {
        const char* sign = a.rule == SetKernelValue::Rule::at_least ? " >= " : " = ";
        return {a.path + sign + a.value, a.reason};
    }
    Row operator()(const SetHugepages& a) const {
        return {
            "node " + std::to_string(a.node) + ": " + std::to_string(a.count) + " pages of " +
                page_size_name(a.size_kib),
            a.reason};
    }
    Row operator()(const MoveInterrupts& a) const {
        return {"interrupts to CPUs " + a.housekeeping, a.reason};
    }
    Row operator()(const MoveWorkqueues& a) const {
        return {"unbound workqueues to CPUs " + a.housekeeping, a.reason};
    }
    Row operator()(const LoadModule& a) const {
        return {
            "module " + a.name + (a.options.empty() ? "" : " ") + join(a.options, " ") +
                (a.optional ? ", where it is there" : ""),
            a.reason};
    }
    Row operator()(const BindDevice& a) const { return {a.address + " to " + a.driver, a.reason}; }
};

bool is_file(const NodeAction& action) {
    return std::holds_alternative<WriteFile>(action) ||
           std::holds_alternative<SetAssignment>(action) ||
           std::holds_alternative<MakeLink>(action);
}

std::string table(const std::vector<Row>& rows) {
    constexpr std::size_t widest = 56;
    std::size_t width = 0;
    for (const Row& row : rows) {
        width = std::max(width, std::min(row.what.size(), widest));
    }
    std::string text;
    for (const Row& row : rows) {
        const std::size_t fill = row.what.size() < width ? width - row.what.size() : 0;
        text += "  " + row.what + std::string(fill, ' ') + (row.why.empty() ? "" : "  " + row.why) +
                "\n";
    }
    return text;
}

std::string section(const std::string& title, const std::vector<Row>& rows) {
    return rows.empty() ? "" : "\n" + title + "\n" + table(rows);
}

}  // namespace

std::string kernel_argument_reason(const std::string& word) {
    const std::string key = kernel_argument_key(word);
    for (const ArgumentReason& one : kReasons) {
        if (key == one.key) {
            return one.reason;
        }
    }
    return "the profile asks for it";
}

std::string print_plan(const NodePlan& plan, const NodeFacts& facts) {
    const std::string machine = facts.instance.type.empty() ? "this machine" : facts.instance.type;
    std::string text = "Profile " + plan.profile + " on " + machine + ": " +
                       std::to_string(facts.present.size()) + " CPUs, " +
                       std::to_string(facts.nodes.size()) + " NUMA node" +
                       (facts.nodes.size() == 1 ? "" : "s") + "\n";
    text += section(
        "CPUs",
        {{"isolated      " + print_cpu_list(plan.isolated), ""},
         {"housekeeping  " + print_cpu_list(plan.housekeeping), ""}}
    );
    std::vector<Row> pages;
    for (const PlannedPages& one : plan.pages) {
        pages.push_back(
            {"node " + std::to_string(one.node) + "  " + std::to_string(one.count) + " pages of " +
                 page_size_name(one.size_kib),
             "of " + std::to_string(one.room) + " that fit"}
        );
    }
    text += section("Hugepages", pages);
    std::vector<Row> words;
    for (const std::string& word : plan.changes.kernel.set) {
        words.push_back({word, kernel_argument_reason(word)});
    }
    text += section("Kernel arguments, in force after a reboot", words);
    std::vector<Row> files;
    std::vector<Row> at_once;
    for (const NodeAction& action : plan.changes.actions) {
        if (!std::holds_alternative<SetHugepages>(action)) {
            (is_file(action) ? files : at_once).push_back(std::visit(RowOf{}, action));
        }
    }
    text += section("Files", files);
    text += section("In force at once", at_once);
    return text + "\n" +
           (plan.needs_reboot ? "A reboot is needed: the running command line is another.\n"
                              : "No reboot is needed.\n") +
           "Plan " + plan.changes.hash + "\n";
}

}  // namespace kiln::node
