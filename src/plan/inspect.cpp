#include "plan/inspect.hpp"

#include "base/sensitive.hpp"
#include "hcl/json.hpp"
#include "hcl/print.hpp"
#include "template/secrets.hpp"

#include <nlohmann/json.hpp>

namespace kiln::plan {

namespace {

class Inspection {
public:
    explicit Inspection(const tmpl::Template& source) : source_(source) {}

    std::string values() {
        out_ = "> input-variables:\n\n";
        for (const tmpl::Variable& variable : source_.variables) {
            value("var." + variable.name, variable.value, variable.sensitive);
        }
        out_ += "\n> local-variables:\n\n";
        for (const tmpl::Local& local : source_.locals) {
            if (!local.failed) {
                value("local." + local.name, local.value, local.sensitive);
            }
        }
        return std::move(out_);
    }

    std::string builds() {
        out_ = "> builds:\n\n";
        for (std::size_t i = 0; i < source_.builds.size(); ++i) {
            build(source_.builds[i], i);
        }
        // Descriptions and names may hold a secret too; Packer looks at every line as well.
        return mask_secrets(std::move(out_), source_.secrets);
    }

private:
    void value(const std::string& name, const hcl::Value& value, bool sensitive) {
        const std::string printed =
            hcl::print_console(sensitive ? tmpl::hide_secrets(value) : value);
        // Before it is quoted: an escaped secret would not be found any more.
        const std::string text = mask_secrets(printed, source_.secrets);
        out_ += name + ": " + hcl::quote_go(text) + "\n";
    }

    void build(const tmpl::BuildBlock& block, std::size_t index) {
        const std::string name =
            block.name.empty() ? "<unnamed build " + std::to_string(index) + ">" : block.name;
        out_ += "  > " + name + ":\n";
        if (!block.description.empty()) {
            out_ += "\n  > Description: " + block.description + "\n";
        }
        out_ += "\n    sources:\n";
        for (const tmpl::SourceUse& use : block.sources) {
            out_ += "\n      " + use.source->type + "." + use.source->name + "\n";
        }
        if (block.sources.empty()) {
            out_ += "\n      <no source>\n";
        }
        out_ += "\n    provisioners:\n\n";
        for (const tmpl::ProvisionerBlock& step : block.provisioners) {
            out_ += "      " + label(step.type, step.arguments.name) + "\n";
        }
        if (block.provisioners.empty()) {
            out_ += "      <no provisioner>\n";
        }
        post_processors(block);
    }

    void post_processors(const tmpl::BuildBlock& block) {
        out_ += "\n    post-processors:\n\n";
        for (std::size_t i = 0; i < block.post_processors.size(); ++i) {
            out_ += "      " + std::to_string(i) + ":\n";
            for (const tmpl::PostProcessorBlock& step : block.post_processors[i]) {
                out_ += "        " + label(step.type, step.arguments.name) + "\n";
            }
            out_ += "\n";
        }
        if (block.post_processors.empty()) {
            out_ += "      <no post-processor>\n\n";
        }
    }

    static std::string label(const std::string& type, const std::string& name) {
        return name.empty() ? type : type + "." + name;
    }

    const tmpl::Template& source_;
    std::string out_;
};

using Json = nlohmann::ordered_json;

class InspectionRecords {
public:
    explicit InspectionRecords(const tmpl::Template& source) : source_(source) {}

    Json run() const {
        Json builds = Json::array();
        for (const tmpl::BuildBlock& block : source_.builds) {
            builds.push_back(build(block));
        }
        return {
            {"description", source_.description.empty() ? Json() : Json(text(source_.description))},
            {"variables", values(source_.variables)},
            {"locals", values(source_.locals)},
            {"builds", std::move(builds)},
        };
    }

private:
    std::string text(const std::string& written) const {
        return mask_whole_secrets(written, source_.secrets);
    }

    template <class Named>
    Json values(const std::vector<Named>& all) const {
        Json list = Json::array();
        for (const Named& entry : all) {
            const bool is_shown = !entry.sensitive && entry.value.is_wholly_known();
            list.push_back({
                {"name", entry.name},
                {"value", is_shown ? value(entry.value) : Json()},
                {"sensitive", entry.sensitive},
            });
        }
        return list;
    }

    Json value(const hcl::Value& shown) const {
        return Json::parse(hcl::to_json(tmpl::mask_in_value(shown, source_.secrets)));
    }

    Json build(const tmpl::BuildBlock& block) const {
        Json sources = Json::array();
        for (const tmpl::SourceUse& use : block.sources) {
            sources.push_back(text(use.type_and_alias()));
        }
        Json provisioners = Json::array();
        for (const tmpl::ProvisionerBlock& step : block.provisioners) {
            provisioners.push_back(record(step));
        }
        Json chains = Json::array();
        for (const auto& steps : block.post_processors) {
            Json chain = Json::array();
            for (const tmpl::PostProcessorBlock& step : steps) {
                chain.push_back(record(step));
            }
            chains.push_back(std::move(chain));
        }
        return {
            {"name", text(block.name)},
            {"description", text(block.description)},
            {"sources", std::move(sources)},
            {"provisioners", std::move(provisioners)},
            {"post_processors", std::move(chains)},
        };
    }

    template <class Step>
    Json record(const Step& step) const {
        return {{"type", step.type}, {"name", text(step.arguments.name)}};
    }

    const tmpl::Template& source_;
};

}  // namespace

std::string print_inspection_json(const tmpl::Template& source) {
    return InspectionRecords(source).run().dump(2, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

std::string print_values(const tmpl::Template& source) {
    return Inspection(source).values();
}

std::vector<std::string> print_inspection(const tmpl::Template& source) {
    return {
        "Packer Inspect: HCL2 mode\n\n",
        mask_secrets(print_values(source) + "\n", source.secrets),
        Inspection(source).builds(),
    };
}

}  // namespace kiln::plan
