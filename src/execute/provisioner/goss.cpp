#include "execute/provisioner/goss.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "execute/provisioner/goss_judge.hpp"
#include "execute/provisioner/goss_program.hpp"
#include "execute/provisioner/local_tree.hpp"

#include <utility>

namespace kiln::exec {

namespace {

class GossProvisioner final : public Provisioner {
public:
    explicit GossProvisioner(plan::GossOptions options) : options_(std::move(options)) {}

    // Tests that have passed need not run again on the same machine; a report that is to be read
    // or written has to be made in every build.
    bool shapes_machine() const override {
        return !options_.inspect && !options_.report_file &&
               (!options_.uses_program() || options_.skip_download);
    }
    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& machine) override;

private:
    plan::GossOptions options_;
};

std::vector<StepInput> GossProvisioner::inputs(const BuildContext& context) const {
    Digest digest;
    for (const std::map<std::string, std::string>& map :
         {options_.vars_inline, options_.vars_env}) {
        for (const auto& [name, value] : map) {
            digest.field(name).field(value);
        }
        digest.field("").field("");
    }
    for (const auto& text :
         {options_.goss_file,
          options_.version,
          options_.arch,
          options_.url,
          options_.download_path,
          options_.remote_path,
          options_.format,
          options_.format_options}) {
        digest.field(text.value_or(""));
    }
    digest.field(options_.remote_folder).field(options_.use_sudo ? "sudo" : "");
    digest.field(options_.skip_install ? "skip_install" : "");
    std::vector<StepInput> inputs = {{"options", digest.finish_hex()}};
    std::vector<std::string> paths = options_.tests;
    if (options_.vars_file) {
        paths.push_back(*options_.vars_file);
    }
    for (const std::string& path : paths) {
        for (StepInput& input : local_tree_inputs(context, path)) {
            inputs.push_back(std::move(input));
        }
    }
    return inputs;
}

void GossProvisioner::run(BuildContext& context, Machine& machine) {
    context.say("Running goss tests...");
    Communicator& communicator = machine.communicator();
    const bool passed = options_.uses_program() ? run_goss_program(context, communicator, options_)
                                                : judge_machine(context, communicator, options_);
    if (passed) {
        context.say("Goss validate ran successfully");
    } else if (options_.inspect) {
        context.say("Goss validate failed; inspect mode is on, so the build goes on");
    } else {
        throw Error(ErrorKind::command, "goss non-zero exit status");
    }
}

}  // namespace

std::unique_ptr<Provisioner> make_goss_provisioner(plan::GossOptions options) {
    return std::make_unique<GossProvisioner>(std::move(options));
}

}  // namespace kiln::exec
