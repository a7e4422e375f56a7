#include "plan/inspect.hpp"

#include "base/strings.hpp"
#include "hcl/print.hpp"
#include "plan/print_plan.hpp"

#include <fmt/format.h>

namespace kiln::plan {

namespace {

// A string literal of Go, as %q writes it.
std::string go_quote(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += static_cast<unsigned char>(c) < 0x20U || c == 0x7F
                           ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                           : std::string(1, c);
        }
    }
    return out + "\"";
}

class Inspection {
public:
    explicit Inspection(const tmpl::Template& source) : source_(source) {}

    std::string run() {
        out_ = "Packer Inspect: HCL2 mode\n\n> input-variables:\n\n";
        for (const tmpl::Variable& variable : source_.variables) {
            value("var." + variable.name, variable.value, variable.sensitive);
        }
        out_ += "\n> local-variables:\n\n";
        for (const tmpl::Local& local : source_.locals) {
            value("local." + local.name, local.value, local.sensitive);
        }
        out_ += "\n> builds:\n\n";
        for (std::size_t i = 0; i < source_.builds.size(); ++i) {
            build(source_.builds[i], i);
        }
        return std::move(out_);
    }

private:
    void value(const std::string& name, const hcl::Value& value, bool sensitive) {
        const std::string text =
            sensitive ? "<sensitive>" : mask_secrets(hcl::print_console(value), source_.secrets);
        out_ += name + ": " + go_quote(text) + "\n";
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

}  // namespace

std::string print_inspection(const tmpl::Template& source) {
    return Inspection(source).run();
}

}  // namespace kiln::plan
