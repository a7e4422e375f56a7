#include "template/locals.hpp"

#include "base/strings.hpp"
#include "hcl/references.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace kiln::tmpl {

namespace {

// Kahn's algorithm: a local is evaluated when all that it refers to have been. What is left when
// nothing is ready any more holds at least one cycle. No recursion, so that a long chain of locals
// needs no deep stack.
class LocalGraph {
public:
    LocalGraph(
        const std::vector<LocalBlock>& blocks, const hcl::Scope& scope, Diagnostics& diagnostics
    )
        : blocks_(blocks), scope_(scope), diagnostics_(diagnostics), nodes_(blocks.size()) {
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            index_.emplace(blocks_[i].name, i);
        }
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            connect(i);
        }
    }

    std::vector<Local> run() {
        std::deque<std::size_t> ready;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (nodes_[i].waits_for == 0) {
                ready.push_back(i);
            }
        }
        while (!ready.empty()) {
            const std::size_t i = ready.front();
            ready.pop_front();
            evaluate(i);
            for (const std::size_t user : nodes_[i].users) {
                if (--nodes_[user].waits_for == 0) {
                    ready.push_back(user);
                }
            }
        }
        report_cycles();
        return collect();
    }

private:
    struct Node {
        std::set<std::size_t> uses;
        std::vector<std::size_t> users;
        std::size_t waits_for = 0;
        bool broken = false;  ///< has a mistake, or uses a local that has
        bool done = false;
        hcl::Value value = hcl::Value::unknown();
    };

    void connect(std::size_t i) {
        for (const hcl::Reference& reference : hcl::references(*blocks_[i].expression)) {
            if (reference.root != "local" || reference.path.empty()) {
                continue;
            }
            const auto found = index_.find(reference.path.front());
            if (found == index_.end()) {
                report_missing(reference);
                nodes_[i].broken = true;
            } else if (nodes_[i].uses.insert(found->second).second) {
                nodes_[found->second].users.push_back(i);
                ++nodes_[i].waits_for;
            }
        }
    }

    void report_missing(const hcl::Reference& reference) {
        std::vector<std::string> names;
        for (const auto& [name, at] : index_) {
            names.push_back(name);
        }
        const std::string& name = reference.path.front();
        diagnostics_.error(
            reference.range, "there is no local \"" + name + "\"", did_you_mean_hint(name, names)
        );
    }

    // The expression sees those locals only that it refers to: with the whole object, n locals
    // would cost n squared.
    void evaluate(std::size_t i) {
        Node& node = nodes_[i];
        node.done = true;
        if (node.broken) {
            return;
        }
        hcl::Members seen;
        for (const std::size_t used : node.uses) {
            seen.emplace(blocks_[used].name, nodes_[used].value);
        }
        hcl::Scope scope = hcl::Scope::inside(scope_);
        scope.set("local", hcl::Value::object(std::move(seen)));
        const std::size_t errors = diagnostics_.error_count();
        hcl::Value value = hcl::evaluate(*blocks_[i].expression, scope, diagnostics_);
        const bool uses_broken =
            std::any_of(node.uses.begin(), node.uses.end(), [this](std::size_t used) {
                return nodes_[used].broken;
            });
        // A conditional may well leave the broken one out.
        node.broken =
            diagnostics_.error_count() > errors || (uses_broken && !value.is_wholly_known());
        if (!node.broken) {
            node.value = std::move(value);
        }
    }

    // Follows, from the first local that could not be evaluated, one local that it waits for after
    // another: that must come back to one it has seen.
    void report_cycles() {
        std::set<std::size_t> reported;
        for (std::size_t start = 0; start < nodes_.size(); ++start) {
            if (nodes_[start].done || reported.contains(start)) {
                continue;
            }
            std::vector<std::size_t> path;
            std::set<std::size_t> on_path;
            std::size_t at = start;
            while (std::find(path.begin(), path.end(), at) == path.end() && !reported.contains(at)
            ) {
                path.push_back(at);
                at = next_in_cycle(at);
            }
            const bool fresh = !reported.contains(at);
            reported.insert(path.begin(), path.end());
            if (fresh) {
                report_cycle(std::vector(std::find(path.begin(), path.end(), at), path.end()));
            }
        }
    }

    std::size_t next_in_cycle(std::size_t i) const {
        const std::set<std::size_t>& uses = nodes_[i].uses;
        return *std::find_if(uses.begin(), uses.end(), [this](std::size_t used) {
            return !nodes_[used].done;
        });
    }

    void report_cycle(std::vector<std::size_t> cycle) {
        // Told from the local that stands first in the template, so that it reads the same always.
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        std::string chain;
        for (const std::size_t i : cycle) {
            chain += "local." + blocks_[i].name + " -> ";
        }
        diagnostics_.error(
            blocks_[cycle.front()].range,
            "locals depend on one another in a circle: " + chain + "local." +
                blocks_[cycle.front()].name
        );
    }

    std::vector<Local> collect() {
        std::vector<Local> locals;
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            const LocalBlock& block = blocks_[i];
            const Node& node = nodes_[i];
            locals.push_back(
                {block.name, block.range, block.sensitive, node.value, node.broken || !node.done}
            );
        }
        std::sort(locals.begin(), locals.end(), [](const Local& a, const Local& b) {
            return a.name < b.name;
        });
        return locals;
    }

    const std::vector<LocalBlock>& blocks_;
    const hcl::Scope& scope_;
    Diagnostics& diagnostics_;
    std::vector<Node> nodes_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace

std::vector<Local> evaluate_locals(
    const std::vector<LocalBlock>& blocks, const hcl::Scope& scope, Diagnostics& diagnostics
) {
    return LocalGraph(blocks, scope, diagnostics).run();
}

hcl::Value locals_object(const std::vector<Local>& locals) {
    hcl::Members members;
    for (const Local& local : locals) {
        members.emplace(local.name, local.value);
    }
    return hcl::Value::object(std::move(members));
}

}  // namespace kiln::tmpl
