#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/evaluate.hpp"
#include "template/text/failure.hpp"
#include "template/text/functions.hpp"
#include "template/text/parser.hpp"
#include "template/text/values.hpp"
#include "template/text_template.hpp"

#include <utility>

namespace kiln::tmpl {

namespace text {
namespace {

// No option needs as much, but ranges within ranges and texts put together multiply. With a bound
// on all text that is copied and all actions taken, a short template can not take the memory or an
// hour.
constexpr std::size_t kMaxActions = 100'000;

enum class Flow { on, break_loop, continue_loop };

class Executor {
public:
    Executor(std::string_view source, const TextContext& context)
        : source_(source), context_(context) {}

    std::string run(const Nodes& nodes) {
        dot_ = TextValue(context_.data);
        variables_.emplace_back("", dot_);
        walk(nodes);
        return std::move(out_);
    }

private:
    Flow walk(const Nodes& nodes) {
        for (const Node& node : nodes) {
            const Flow flow =
                std::visit([this](const auto& kind) { return perform(kind); }, node.kind);
            if (flow != Flow::on) {
                return flow;
            }
        }
        return Flow::on;
    }

    // Variables declared within end with the block.
    Flow walk_block(const Nodes& nodes) {
        const std::size_t variables = variables_.size();
        const Flow flow = walk(nodes);
        variables_.resize(variables);
        return flow;
    }

    Flow perform(const TextNode& node) {
        append(node.text, 0);
        return Flow::on;
    }

    Flow perform(const PrintNode& node) {
        const TextValue value = evaluate(node.pipeline);
        if (node.pipeline.variables.empty()) {
            append(to_text(value), node.pipeline.offset);
        }
        return Flow::on;
    }

    Flow perform(const IfNode& node) {
        const std::size_t variables = variables_.size();
        const Flow flow =
            walk_block(is_true(evaluate(node.condition)) ? node.then : node.otherwise);
        variables_.resize(variables);
        return flow;
    }

    Flow perform(const WithNode& node) {
        const std::size_t variables = variables_.size();
        const TextValue value = evaluate(node.value);
        const TextValue outer = dot_;
        Flow flow = Flow::on;
        if (is_true(value)) {
            dot_ = value;
            flow = walk_block(node.body);
            dot_ = outer;
        } else {
            flow = walk_block(node.otherwise);
        }
        variables_.resize(variables);
        return flow;
    }

    Flow perform(const RangeNode& node) {
        const std::size_t variables = variables_.size();
        const TextValue outer = dot_;
        const TextValue collection = evaluate(node.collection, true);
        Flow flow = Flow::on;
        bool empty = true;
        const auto once = [&](const TextValue& key, const TextValue& value) {
            empty = false;
            const std::size_t inner = variables_.size();
            bind_loop_variables(node.collection, key, value);
            dot_ = value;
            const Flow inside = walk_block(node.body);
            variables_.resize(inner);
            return inside != Flow::break_loop;
        };
        if (const TextList* list = as_list(collection)) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                if (!once(static_cast<std::int64_t>(i), (*list)[i])) {
                    break;
                }
            }
        } else if (const TextMap* map = as_map(collection)) {
            for (const auto& [key, value] : *map) {
                if (!once(key, value)) {
                    break;
                }
            }
        } else if (!is_absent(collection)) {
            fail_at(
                node.collection.offset,
                std::string("range can not go over a value of type ") + type_name(collection)
            );
        }
        dot_ = outer;
        if (empty) {
            flow = walk_block(node.otherwise);
        }
        variables_.resize(variables);
        return flow;
    }

    Flow perform(const BreakNode& /*node*/) { return Flow::break_loop; }
    Flow perform(const ContinueNode& /*node*/) { return Flow::continue_loop; }

    void bind_loop_variables(
        const Pipeline& pipeline, const TextValue& key, const TextValue& value
    ) {
        const std::vector<std::string>& names = pipeline.variables;
        const auto set = [&](const std::string& name, const TextValue& to) {
            if (pipeline.declares) {
                variables_.emplace_back(name, to);
            } else {
                assign(name, to);
            }
        };
        if (names.size() == 2) {
            set(names[0], key);
        }
        if (!names.empty()) {
            set(names.back(), value);
        }
    }

    void assign(const std::string& name, const TextValue& value) {
        for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
            if (variable->first == name) {
                variable->second = value;
                return;
            }
        }
    }

    TextValue evaluate(const Pipeline& pipeline, bool loop_variables = false) {
        if (++actions_ > kMaxActions) {
            fail_at(
                pipeline.offset, "this takes more than " + std::to_string(kMaxActions) + " actions"
            );
        }
        TextValue value;
        for (std::size_t i = 0; i < pipeline.commands.size(); ++i) {
            value = evaluate(pipeline.commands[i], i == 0 ? nullptr : &value);
        }
        if (!loop_variables) {
            for (const std::string& name : pipeline.variables) {
                if (pipeline.declares) {
                    variables_.emplace_back(name, value);
                } else {
                    assign(name, value);
                }
            }
        }
        return value;
    }

    TextValue evaluate(const Command& command, const TextValue* piped) {
        const Operand& first = command.operands.front();
        const auto* function = std::get_if<NameOfFunction>(&first.base);
        if (function == nullptr) {
            return evaluate(first);
        }
        return counted(take_fields(evaluate(*function, command, piped), first), first.offset);
    }

    TextValue evaluate(
        const NameOfFunction& function, const Command& command, const TextValue* piped
    ) {
        if (function.name == "and" || function.name == "or") {
            return logical(function.name == "or", command, piped);
        }
        Arguments arguments;
        for (std::size_t i = 1; i < command.operands.size(); ++i) {
            arguments.push_back(evaluate(command.operands[i]));
        }
        if (piped != nullptr) {
            arguments.push_back(*piped);
        }
        return call_at(command.operands.front().offset, function.name, arguments);
    }

    // The argument that decides, or the last one; those behind it are not evaluated.
    TextValue logical(bool wanted, const Command& command, const TextValue* piped) {
        TextValue value;
        const std::size_t own = command.operands.size();
        if (own == 1 && piped == nullptr) {
            fail_at(command.operands.front().offset, "and and or need an argument");
        }
        for (std::size_t i = 1; i < own; ++i) {
            value = evaluate(command.operands[i]);
            if (is_true(value) == wanted) {
                return value;
            }
        }
        return piped == nullptr ? value : *piped;
    }

    TextValue evaluate(const Operand& operand) {
        struct Visitor {
            Executor& self;
            const Operand& operand;
            TextValue operator()(const Literal& literal) const { return literal.value; }
            TextValue operator()(const Dot&) const { return self.dot_; }
            TextValue operator()(const NameOfVariable& variable) const {
                return self.variable(variable.name);
            }
            TextValue operator()(const NameOfFunction& function) const {
                return self.call_at(operand.offset, function.name, {});
            }
            TextValue operator()(const Grouped& group) const {
                return self.evaluate(*group.pipeline);
            }
        };
        const TextValue base = std::visit(Visitor{*this, operand}, operand.base);
        return counted(take_fields(base, operand), operand.offset);
    }

    TextValue variable(const std::string& name) const {
        for (auto found = variables_.rbegin(); found != variables_.rend(); ++found) {
            if (found->first == name) {
                return found->second;
            }
        }
        return {};
    }

    TextValue take_fields(TextValue value, const Operand& operand) {
        for (std::size_t i = 0; i < operand.fields.size(); ++i) {
            const std::string& name = operand.fields[i];
            const TextMap* map = as_map(value);
            if (is_absent(value) && !context_.strict_fields) {
                return value;
            }
            if (map == nullptr) {
                fail_at(
                    operand.offset,
                    std::string("no field \"") + name + "\" in a value of type " + type_name(value)
                );
            }
            const auto found = map->find(name);
            if (found == map->end()) {
                if (context_.strict_fields) {
                    fail_at(
                        operand.offset,
                        "there is no field \"." + name + "\"",
                        field_hint(name, *map)
                    );
                }
                value = TextValue();
            } else {
                // `value` owns the map that the field lives in.
                TextValue field = found->second;
                value = std::move(field);
            }
        }
        return value;
    }

    static std::string field_hint(const std::string& name, const TextMap& map) {
        std::vector<std::string> names;
        for (const auto& [key, value] : map) {
            names.push_back(key);
        }
        return did_you_mean_hint(name, names);
    }

    TextValue call_at(std::size_t offset, const std::string& name, const Arguments& arguments) {
        try {
            return call(name, arguments, context_);
        } catch (const CallFailure& failure) {
            fail_at(offset, "calling " + name + ": " + failure.message);
        }
    }

    TextValue counted(TextValue value, std::size_t offset) {
        if (const std::string* text = as_string(value)) {
            count_text(*text, offset);
        }
        return value;
    }

    void count_text(const std::string& text, std::size_t offset) {
        text_bytes_ += text.size();
        if (text_bytes_ > hcl::kMaxTextBytes) {
            fail_at(offset, "more than 64 MiB of text is made here");
        }
    }

    void append(const std::string& text, std::size_t offset) {
        count_text(text, offset);
        out_ += text;
    }

    [[noreturn]] void fail_at(std::size_t offset, const std::string& message, std::string hint = {})
        const {
        fail(source_, offset, message, std::move(hint));
    }

    std::string_view source_;
    const TextContext& context_;
    TextValue dot_;
    std::vector<std::pair<std::string, TextValue>> variables_;
    std::string out_;
    std::size_t actions_ = 0;
    std::size_t text_bytes_ = 0;
};

}  // namespace
}  // namespace text

TextContext TextContext::with_data(TextMap fields) const {
    TextContext context = *this;
    context.data = std::move(fields);
    return context;
}

std::string render(std::string_view text, const TextContext& context) {
    if (text.find("{{") == std::string_view::npos) {
        return std::string(text);
    }
    return text::Executor(text, context)
        .run(text::parse(
            text, context.functions != nullptr ? *context.functions : text::packer_functions()
        ));
}

std::string render_until_stable(std::string_view text, const TextContext& context) {
    constexpr int kMaxRounds = 10;
    std::string current(text);
    for (int round = 0; round < kMaxRounds; ++round) {
        std::string next = render(current, context);
        if (next == current) {
            return next;
        }
        current = std::move(next);
    }
    throw Error(ErrorKind::input, "a text template keeps producing new text templates");
}

}  // namespace kiln::tmpl
