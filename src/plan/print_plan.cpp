#include "plan/print_plan.hpp"

#include "base/duration.hpp"
#include "base/strings.hpp"
#include "hcl/json.hpp"
#include "hcl/print.hpp"
#include "plan/option_value.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::plan {

namespace {

constexpr const char* kMask = "<sensitive>";

// Every string inside with its secrets replaced: in a printed value escapes could hide them.
hcl::Value masked(const hcl::Value& value, const std::vector<std::string>& secrets) {
    if (value.has(hcl::TypeKind::string)) {
        return hcl::Value::string(mask_secrets(value.as_string(), secrets));
    }
    if (value.has(hcl::TypeKind::tuple) || value.has(hcl::TypeKind::list)) {
        hcl::Elements elements;
        for (const hcl::Value& element : value.elements()) {
            elements.push_back(masked(element, secrets));
        }
        return hcl::Value::tuple(std::move(elements));
    }
    if (value.has(hcl::TypeKind::object)) {
        hcl::Members members;
        for (const auto& [name, member] : value.members()) {
            members.emplace(mask_secrets(name, secrets), masked(member, secrets));
        }
        return hcl::Value::object(std::move(members));
    }
    return value;
}

std::string label_of(const std::string& type, const std::string& name) {
    return name.empty() ? type : type + " \"" + name + "\"";
}

class PlanPrinter {
public:
    explicit PlanPrinter(const BuildPlan& plan) : plan_(plan) {}

    std::string run() {
        for (const Build& build : plan_.builds) {
            out_ += out_.empty() ? "" : "\n";
            print(build);
        }
        if (plan_.builds.empty()) {
            out_ = "No builds.\n";
        }
        return mask_secrets(std::move(out_), plan_.secrets);
    }

private:
    void print(const Build& build) {
        line(0, "build " + build.name);
        line(1, "builder " + build.builder.type);
        print(build.builder.options, 2);
        int number = 0;
        for (const ProvisionerStep& step : build.provisioners) {
            print(step, "step " + std::to_string(++number) + ": ");
        }
        if (build.error_cleanup_provisioner) {
            print(*build.error_cleanup_provisioner, "on error: ");
        }
        number = 0;
        for (const PostProcessorChain& chain : build.post_processors) {
            print(chain, ++number);
        }
    }

    void print(const ProvisionerStep& step, const std::string& prefix) {
        line(1, prefix + label_of(step.component.type, step.name));
        if (step.pause_before.count() != 0) {
            line(2, "pause_before = \"" + format_go_duration(step.pause_before) + "\"");
        }
        if (step.timeout.count() != 0) {
            line(2, "timeout = \"" + format_go_duration(step.timeout) + "\"");
        }
        if (step.max_retries != 0) {
            line(2, "max_retries = " + std::to_string(step.max_retries));
        }
        if (step.continue_on_error) {
            line(2, "continue_on_error = true");
        }
        print(step.component.options, 2);
    }

    void print(const PostProcessorChain& chain, int number) {
        for (std::size_t i = 0; i < chain.size(); ++i) {
            const PostProcessorStep& step = chain[i];
            const std::string position = chain.size() == 1 ? "" : "." + std::to_string(i + 1);
            line(
                1,
                "post-processing " + std::to_string(number) + position + ": " +
                    label_of(step.component.type, step.name)
            );
            if (step.keep_input_artifact) {
                line(
                    2,
                    std::string("keep_input_artifact = ") +
                        (*step.keep_input_artifact ? "true" : "false")
                );
            }
            print(step.component.options, 2);
        }
    }

    void print(const DecodedOptions& options, int depth) {
        if (options.has_table()) {
            print(options, options.table(), options.object(), "", depth);
        }
    }

    // What the template sets of one struct; `path` is where it stands in the options.
    void print(
        const DecodedOptions& options,
        const OptionTable& table,
        const void* object,
        const std::string& path,
        int depth
    ) {
        for (const OptionSpec& option : table.options()) {
            if (!options.is_set(path + option.name)) {
                continue;
            }
            if (!option.is_block()) {
                print_value(option, masked(option_value(option, object), plan_.secrets), depth);
                continue;
            }
            for (std::size_t i = 0; i < option.count(object); ++i) {
                line(depth, option.name);
                const std::string at = path + option.name + "[" + std::to_string(i) + "].";
                print(options, option.nested(), option.element(object, i), at, depth + 1);
            }
        }
    }

    // A list is easier to read with one element a line.
    void print_value(const OptionSpec& option, const hcl::Value& value, int depth) {
        if (option.secret) {
            line(depth, option.name + " = " + kMask);
        } else if (is_sequence(value) && value.size() > 1) {
            line(depth, option.name + " =");
            for (const hcl::Value& element : value.elements()) {
                line(depth + 1, "- " + hcl::print_compact(element));
            }
        } else {
            line(depth, option.name + " = " + hcl::print_compact(value));
        }
    }

    static bool is_sequence(const hcl::Value& value) {
        return value.has(hcl::TypeKind::tuple) || value.has(hcl::TypeKind::list);
    }

    void line(int depth, const std::string& text) {
        out_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
    }

    const BuildPlan& plan_;
    std::string out_;
};

// Keys in the order given here, so that a plan reads from name to post-processors.
using Json = nlohmann::ordered_json;

Json as_json(
    const DecodedOptions& options,
    const OptionTable& table,
    const void* object,
    const std::string& path
) {
    Json out = Json::object();
    for (const OptionSpec& option : table.options()) {
        if (!options.is_set(path + option.name)) {
            continue;
        }
        Json& value = out[option.name];
        if (option.secret) {
            value = kMask;
        } else if (!option.is_block()) {
            value = Json::parse(hcl::to_json(option_value(option, object)));
        } else {
            value = Json::array();
            for (std::size_t i = 0; i < option.count(object); ++i) {
                const std::string at = path + option.name + "[" + std::to_string(i) + "].";
                value.push_back(as_json(options, option.nested(), option.element(object, i), at));
            }
        }
    }
    return out;
}

Json as_json(const DecodedOptions& options) {
    return options.has_table() ? as_json(options, options.table(), options.object(), "")
                               : Json::object();
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json duration_or_null(std::chrono::nanoseconds duration) {
    return duration.count() == 0 ? Json() : Json(format_go_duration(duration));
}

Json as_json(const ProvisionerStep& step) {
    return {
        {"type", step.component.type},
        {"name", text_or_null(step.name)},
        {"pause_before", duration_or_null(step.pause_before)},
        {"timeout", duration_or_null(step.timeout)},
        {"max_retries", step.max_retries},
        {"continue_on_error", step.continue_on_error},
        {"options", as_json(step.component.options)}};
}

Json as_json(const PostProcessorStep& step) {
    return {
        {"type", step.component.type},
        {"name", text_or_null(step.name)},
        {"keep_input_artifact",
         step.keep_input_artifact ? Json(*step.keep_input_artifact) : Json()},
        {"options", as_json(step.component.options)}};
}

Json as_json(const Build& build) {
    Json provisioners = Json::array();
    for (const ProvisionerStep& step : build.provisioners) {
        provisioners.push_back(as_json(step));
    }
    Json chains = Json::array();
    for (const PostProcessorChain& chain : build.post_processors) {
        Json steps = Json::array();
        for (const PostProcessorStep& step : chain) {
            steps.push_back(as_json(step));
        }
        chains.push_back(std::move(steps));
    }
    return {
        {"name", build.name},
        {"build_name", text_or_null(build.block_name)},
        {"source_name", build.source_name},
        {"builder", {{"type", build.builder.type}, {"options", as_json(build.builder.options)}}},
        {"provisioners", std::move(provisioners)},
        {"error_cleanup_provisioner",
         build.error_cleanup_provisioner ? as_json(*build.error_cleanup_provisioner) : Json()},
        {"post_processors", std::move(chains)}};
}

// In every string, so that escapes can not hide a secret.
void mask(Json& value, const std::vector<std::string>& secrets) {
    if (value.is_string()) {
        value = mask_secrets(value.get<std::string>(), secrets);
    } else if (value.is_structured()) {
        for (Json& member : value) {
            mask(member, secrets);
        }
    }
}

}  // namespace

std::string print_plan(const BuildPlan& plan) {
    return PlanPrinter(plan).run();
}

std::string print_plan_json(const BuildPlan& plan) {
    Json builds = Json::array();
    for (const Build& build : plan.builds) {
        builds.push_back(as_json(build));
    }
    Json root = {{"base_directory", plan.base_directory}, {"builds", std::move(builds)}};
    mask(root, plan.secrets);
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string mask_secrets(std::string text, const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
        if (text.find(secret) != std::string::npos) {
            text = replace_all(std::move(text), secret, kMask);
        }
    }
    return text;
}

}  // namespace kiln::plan
