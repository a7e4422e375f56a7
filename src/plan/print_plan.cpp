#include "plan/print_plan.hpp"

#include "base/duration.hpp"
#include "base/sensitive.hpp"
#include "hcl/json.hpp"
#include "hcl/print.hpp"
#include "plan/option_value.hpp"
#include "template/secrets.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::plan {

namespace {

// Secrets are looked for in what the template says: values and names. The plan's own words, its
// numbers and times come from nobody's secret.

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
        return std::move(out_);
    }

private:
    std::string label_of(const std::string& type, const std::string& name) const {
        return name.empty() ? type : type + " \"" + mask_whole_secrets(name, plan_.secrets) + "\"";
    }

    void print(const Build& build) {
        line(0, "build " + mask_whole_secrets(build.name, plan_.secrets));
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
                print_value(
                    option, tmpl::mask_in_value(option_value(option, object), plan_.secrets), depth
                );
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
            line(depth, option.name + " = " + std::string(kSensitive));
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

Json duration_or_null(std::chrono::nanoseconds duration) {
    return duration.count() == 0 ? Json() : Json(format_go_duration(duration));
}

class PlanRecords {
public:
    explicit PlanRecords(const std::vector<std::string>& secrets) : secrets_(secrets) {}

    Json record(const Build& build) const {
        Json provisioners = Json::array();
        for (const ProvisionerStep& step : build.provisioners) {
            provisioners.push_back(record(step));
        }
        Json chains = Json::array();
        for (const PostProcessorChain& chain : build.post_processors) {
            Json steps = Json::array();
            for (const PostProcessorStep& step : chain) {
                steps.push_back(record(step));
            }
            chains.push_back(std::move(steps));
        }
        return {
            {"name", text(build.name)},
            {"build_name", text_or_null(build.block_name)},
            {"source_name", text(build.source_name)},
            {"builder", {{"type", build.builder.type}, {"options", record(build.builder.options)}}},
            {"provisioners", std::move(provisioners)},
            {"error_cleanup_provisioner",
             build.error_cleanup_provisioner ? record(*build.error_cleanup_provisioner) : Json()},
            {"post_processors", std::move(chains)}};
    }

private:
    std::string text(const std::string& written) const {
        return mask_whole_secrets(written, secrets_);
    }

    Json text_or_null(const std::string& written) const {
        return written.empty() ? Json() : Json(text(written));
    }

    Json record(const ProvisionerStep& step) const {
        return {
            {"type", step.component.type},
            {"name", text_or_null(step.name)},
            {"pause_before", duration_or_null(step.pause_before)},
            {"timeout", duration_or_null(step.timeout)},
            {"max_retries", step.max_retries},
            {"continue_on_error", step.continue_on_error},
            {"options", record(step.component.options)}};
    }

    Json record(const PostProcessorStep& step) const {
        return {
            {"type", step.component.type},
            {"name", text_or_null(step.name)},
            {"keep_input_artifact",
             step.keep_input_artifact ? Json(*step.keep_input_artifact) : Json()},
            {"options", record(step.component.options)}};
    }

    Json record(const DecodedOptions& options) const {
        return options.has_table() ? record(options, options.table(), options.object(), "")
                                   : Json::object();
    }

    // What the template sets of one struct; `path` is where it stands in the options.
    Json record(
        const DecodedOptions& options,
        const OptionTable& table,
        const void* object,
        const std::string& path
    ) const {
        Json out = Json::object();
        for (const OptionSpec& option : table.options()) {
            if (!options.is_set(path + option.name)) {
                continue;
            }
            Json& value = out[option.name];
            if (option.secret) {
                value = kSensitive;
            } else if (!option.is_block()) {
                value = Json::parse(
                    hcl::to_json(tmpl::mask_in_value(option_value(option, object), secrets_))
                );
            } else {
                value = Json::array();
                for (std::size_t i = 0; i < option.count(object); ++i) {
                    const std::string at = path + option.name + "[" + std::to_string(i) + "].";
                    value.push_back(record(options, option.nested(), option.element(object, i), at)
                    );
                }
            }
        }
        return out;
    }

    const std::vector<std::string>& secrets_;
};

}  // namespace

std::string print_plan(const BuildPlan& plan) {
    return PlanPrinter(plan).run();
}

std::string print_plan_json(const BuildPlan& plan) {
    Json builds = Json::array();
    for (const Build& build : plan.builds) {
        builds.push_back(PlanRecords(plan.secrets).record(build));
    }
    const Json root = {{"base_directory", plan.base_directory}, {"builds", std::move(builds)}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace kiln::plan
