#include "template/value_graph.hpp"

#include "base/strings.hpp"
#include "hcl/references.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace kiln::tmpl {

namespace {

// A local, or a data source.
struct Node {
    const LocalBlock* local = nullptr;
    const DataBlock* data = nullptr;

    std::set<std::size_t> uses = {};
    std::vector<std::size_t> users = {};
    std::size_t waits_for = 0;
    bool broken = false;  ///< has a mistake, or uses one that has
    bool done = false;
    hcl::Value value = hcl::Value::unknown();

    /// "a" for local.a, "http.b" for data.http.b.
    std::string name() const {
        return local != nullptr ? local->name : data->type + "." + data->name;
    }
    std::string written() const { return (local != nullptr ? "local." : "data.") + name(); }
    SourceRange range() const { return local != nullptr ? local->range : data->range; }
    std::vector<hcl::Reference> references() const {
        return local != nullptr ? hcl::references(*local->expression) : hcl::references(data->body);
    }
};

// data.TYPE.NAME of all of them.
hcl::Value data_object(const std::vector<const Node*>& nodes) {
    std::map<std::string, hcl::Members> by_type;
    for (const Node* node : nodes) {
        by_type[node->data->type].emplace(node->data->name, node->value);
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
        members.emplace(node->local->name, node->value);
    }
    return hcl::Value::object(std::move(members));
}

// Kahn's algorithm: a value is evaluated when all that it refers to have been. What is left when
// nothing is ready any more holds at least one cycle. No recursion, so that a long chain of locals
// needs no deep stack.
class ValueGraph {
public:
    ValueGraph(
        const std::vector<LocalBlock>& locals,
        const std::vector<DataBlock>& data,
        const DataReader& read,
        const hcl::Scope& scope,
        Diagnostics& diagnostics
    )
        : read_(read), scope_(scope), diagnostics_(diagnostics) {
        nodes_.reserve(locals.size() + data.size());
        for (const LocalBlock& block : locals) {
            locals_.emplace(block.name, nodes_.size());
            nodes_.push_back({&block, nullptr});
        }
        for (const DataBlock& block : data) {
            data_.emplace(block.type + "." + block.name, nodes_.size());
            nodes_.push_back({nullptr, &block});
        }
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

    /// In the order of their blocks.
    std::vector<const Node*> locals() const {
        return nodes_if([](const Node& node) { return node.local != nullptr; });
    }
    std::vector<const Node*> data() const {
        return nodes_if([](const Node& node) { return node.data != nullptr; });
    }

private:
    using Index = std::map<std::string, std::size_t, std::less<>>;

    std::vector<const Node*> nodes_if(bool (*wanted)(const Node&)) const {
        std::vector<const Node*> found;
        for (const Node& node : nodes_) {
            if (wanted(node)) {
                found.push_back(&node);
            }
        }
        return found;
    }

    void connect(std::size_t i) {
        for (const hcl::Reference& reference : nodes_[i].references()) {
            const std::vector<std::string>& path = reference.path;
            if (reference.root == "local" && !path.empty()) {
                connect(i, reference, locals_, path[0]);
            } else if (reference.root == "data" && path.size() >= 2) {
                connect(i, reference, data_, path[0] + "." + path[1]);
            } else if (reference.root == "data") {
                for (const auto& [name, used] : data_) {
                    use(i, used);
                }
            }
        }
    }

    void connect(
        std::size_t i, const hcl::Reference& reference, const Index& index, const std::string& name
    ) {
        const auto found = index.find(name);
        if (found == index.end()) {
            report_missing(reference, index, name);
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

    void report_missing(
        const hcl::Reference& reference, const Index& index, const std::string& name
    ) {
        std::vector<std::string> names;
        for (const auto& [known, at] : index) {
            names.push_back(known);
        }
        const std::string what = &index == &locals_ ? "local" : "data source";
        diagnostics_.error(
            reference.range,
            "there is no " + what + " \"" + name + "\"",
            did_you_mean_hint(name, names)
        );
    }

    // The expression sees those only that it refers to: with the whole objects, n locals would cost
    // n squared.
    hcl::Scope scope_of(const Node& node) const {
        std::vector<const Node*> locals;
        std::vector<const Node*> data;
        for (const std::size_t used : node.uses) {
            (nodes_[used].local != nullptr ? locals : data).push_back(&nodes_[used]);
        }
        hcl::Scope scope = hcl::Scope::inside(scope_);
        scope.set("local", locals_object(locals));
        if (!data.empty()) {
            scope.set("data", data_object(data));
        }
        return scope;
    }

    hcl::Value value_of(const Node& node, const hcl::Scope& scope) {
        if (node.local != nullptr) {
            return hcl::evaluate(*node.local->expression, scope, diagnostics_);
        }
        return read_ ? read_(*node.data, scope, diagnostics_) : hcl::Value::unknown();
    }

    void evaluate(std::size_t i) {
        Node& node = nodes_[i];
        node.done = true;
        if (node.broken) {
            return;
        }
        const std::size_t errors = diagnostics_.error_count();
        hcl::Value value = value_of(node, scope_of(node));
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
            only_locals = only_locals && nodes_[i].local != nullptr;
        }
        const Node& first = nodes_[cycle.front()];
        diagnostics_.error(
            first.range(),
            std::string(only_locals ? "locals" : "locals and data sources") +
                " depend on one another in a circle: " + chain + first.written()
        );
    }

    const DataReader& read_;
    const hcl::Scope& scope_;
    Diagnostics& diagnostics_;
    std::vector<Node> nodes_;
    Index locals_;  ///< by name
    Index data_;    ///< by TYPE.NAME
};

}  // namespace

std::vector<Local> evaluate_values(
    const std::vector<LocalBlock>& locals,
    const std::vector<DataBlock>& data,
    const DataReader& read,
    hcl::Scope& scope,
    Diagnostics& diagnostics
) {
    std::vector<Local> values;
    {
        ValueGraph graph(locals, data, read, scope, diagnostics);
        graph.run();
        if (!data.empty()) {
            scope.set("data", data_object(graph.data()));
        }
        for (const Node* node : graph.locals()) {
            const LocalBlock& block = *node->local;
            values.push_back(
                {block.name, block.range, block.sensitive, node->value, node->broken || !node->done}
            );
        }
    }
    std::sort(values.begin(), values.end(), [](const Local& a, const Local& b) {
        return a.name < b.name;
    });
    hcl::Members members;
    for (const Local& local : values) {
        members.emplace_hint(members.end(), local.name, local.value);
    }
    scope.set("local", hcl::Value::object(std::move(members)));
    return values;
}

}  // namespace kiln::tmpl
