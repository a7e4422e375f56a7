#include "template/value_graph.hpp"

#include "base/strings.hpp"
#include "hcl/references.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace kiln::tmpl {

namespace {

// A local, or a data source.
struct Node {
    std::string root;   ///< "local" or "data"
    std::string name;   ///< "a", or "http.b" for data.http.b
    SourceRange range;  ///< of its declaration
    std::vector<hcl::Reference> references;
    std::function<hcl::Value(const hcl::Scope&, Diagnostics&)> evaluate;

    std::set<std::size_t> uses = {};
    std::vector<std::size_t> users = {};
    std::size_t waits_for = 0;
    bool broken = false;  ///< has a mistake, or uses one that has
    bool done = false;
    hcl::Value value = hcl::Value::unknown();

    std::string written() const { return root + "." + name; }
};

// data.TYPE.NAME of all of them.
hcl::Value data_object(const std::vector<const Node*>& nodes) {
    std::map<std::string, hcl::Members> by_type;
    for (const Node* node : nodes) {
        const std::size_t dot = node->name.find('.');
        by_type[node->name.substr(0, dot)].emplace(node->name.substr(dot + 1), node->value);
    }
    hcl::Members types;
    for (auto& [type, names] : by_type) {
        types.emplace(type, hcl::Value::object(std::move(names)));
    }
    return hcl::Value::object(std::move(types));
}

hcl::Value locals_object(const std::vector<const Node*>& nodes) {
    hcl::Members members;
    for (const Node* node : nodes) {
        members.emplace(node->name, node->value);
    }
    return hcl::Value::object(std::move(members));
}

// Kahn's algorithm: a value is evaluated when all that it refers to have been. What is left when
// nothing is ready any more holds at least one cycle. No recursion, so that a long chain of locals
// needs no deep stack.
class ValueGraph {
public:
    ValueGraph(const hcl::Scope& scope, Diagnostics& diagnostics)
        : scope_(scope), diagnostics_(diagnostics) {}

    void add(const LocalBlock& block) {
        const hcl::Expression& expression = *block.expression;
        add(
            {"local",
             block.name,
             block.range,
             hcl::references(expression),
             [&expression](const hcl::Scope& scope, Diagnostics& diagnostics) {
                 return hcl::evaluate(expression, scope, diagnostics);
             }}
        );
    }

    void add(const DataBlock& block, const DataReader& read) {
        add(
            {"data",
             block.type + "." + block.name,
             block.range,
             hcl::references(block.body),
             [&block, &read](const hcl::Scope& scope, Diagnostics& diagnostics) {
                 return read ? read(block, scope, diagnostics) : hcl::Value::unknown();
             }}
        );
    }

    void run() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            connect(i);
        }
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
    }

    /// Of the node that was added as the i-th.
    const Node& node(std::size_t i) const { return nodes_[i]; }

    std::vector<const Node*> of_root(const char* root) const {
        std::vector<const Node*> found;
        for (const Node& node : nodes_) {
            if (node.root == root) {
                found.push_back(&node);
            }
        }
        return found;
    }

private:
    void add(Node node) {
        index_.emplace(node.written(), nodes_.size());
        nodes_.push_back(std::move(node));
    }

    void connect(std::size_t i) {
        for (const hcl::Reference& reference : nodes_[i].references) {
            const std::vector<std::string>& path = reference.path;
            if (reference.root == "local" && !path.empty()) {
                connect(i, reference, "local." + path[0]);
            } else if (reference.root == "data" && path.size() >= 2) {
                connect(i, reference, "data." + path[0] + "." + path[1]);
            } else if (reference.root == "data") {
                use_every_data(i);
            }
        }
    }

    void connect(std::size_t i, const hcl::Reference& reference, const std::string& written) {
        const auto found = index_.find(written);
        if (found == index_.end()) {
            report_missing(reference, written);
            nodes_[i].broken = true;
        } else {
            use(i, found->second);
        }
    }

    void use(std::size_t i, std::size_t used) {
        if (nodes_[i].uses.insert(used).second) {
            nodes_[used].users.push_back(i);
            ++nodes_[i].waits_for;
        }
    }

    void use_every_data(std::size_t i) {
        for (std::size_t used = 0; used < nodes_.size(); ++used) {
            if (nodes_[used].root == "data") {
                use(i, used);
            }
        }
    }

    void report_missing(const hcl::Reference& reference, const std::string& written) {
        const std::string root = reference.root;
        const std::string name = written.substr(root.size() + 1);
        std::vector<std::string> names;
        for (const Node* node : of_root(root.c_str())) {
            names.push_back(node->name);
        }
        diagnostics_.error(
            reference.range,
            "there is no " + std::string(root == "local" ? "local" : "data source") + " \"" + name +
                "\"",
            did_you_mean_hint(name, names)
        );
    }

    // The expression sees those only that it refers to: with the whole objects, n locals would cost
    // n squared.
    hcl::Scope scope_of(const Node& node) const {
        std::vector<const Node*> locals;
        std::vector<const Node*> data;
        for (const std::size_t used : node.uses) {
            (nodes_[used].root == "local" ? locals : data).push_back(&nodes_[used]);
        }
        hcl::Scope scope = hcl::Scope::inside(scope_);
        scope.set("local", locals_object(locals));
        if (!data.empty()) {
            scope.set("data", data_object(data));
        }
        return scope;
    }

    void evaluate(std::size_t i) {
        Node& node = nodes_[i];
        node.done = true;
        if (node.broken) {
            return;
        }
        const std::size_t errors = diagnostics_.error_count();
        hcl::Value value = node.evaluate(scope_of(node), diagnostics_);
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

    // Follows, from the first one that could not be evaluated, one that it waits for after another:
    // that must come back to one it has seen.
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
        // Told from the one that stands first in the template, so that it reads the same always.
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        std::string chain;
        bool only_locals = true;
        for (const std::size_t i : cycle) {
            chain += nodes_[i].written() + " -> ";
            only_locals = only_locals && nodes_[i].root == "local";
        }
        const Node& first = nodes_[cycle.front()];
        diagnostics_.error(
            first.range,
            std::string(only_locals ? "locals" : "locals and data sources") +
                " depend on one another in a circle: " + chain + first.written()
        );
    }

    const hcl::Scope& scope_;
    Diagnostics& diagnostics_;
    std::vector<Node> nodes_;
    std::map<std::string, std::size_t, std::less<>> index_;  ///< by what is written in a template
};

}  // namespace

std::vector<Local> evaluate_values(
    const std::vector<LocalBlock>& locals,
    const std::vector<DataBlock>& data,
    const DataReader& read,
    hcl::Scope& scope,
    Diagnostics& diagnostics
) {
    ValueGraph graph(scope, diagnostics);
    for (const LocalBlock& block : locals) {
        graph.add(block);
    }
    for (const DataBlock& block : data) {
        graph.add(block, read);
    }
    graph.run();
    if (!data.empty()) {
        scope.set("data", data_object(graph.of_root("data")));
    }
    scope.set("local", locals_object(graph.of_root("local")));

    std::vector<Local> values;
    for (std::size_t i = 0; i < locals.size(); ++i) {
        const Node& node = graph.node(i);
        values.push_back(
            {node.name, node.range, locals[i].sensitive, node.value, node.broken || !node.done}
        );
    }
    std::sort(values.begin(), values.end(), [](const Local& a, const Local& b) {
        return a.name < b.name;
    });
    return values;
}

}  // namespace kiln::tmpl
