#include "execute/provisioner/shell_local.hpp"

#include "base/digest.hpp"
#include "execute/provisioner/local_scripts.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec {

namespace {

class ShellLocalProvisioner final : public Provisioner {
public:
    explicit ShellLocalProvisioner(plan::ShellLocalOptions options)
        : options_(std::move(options)) {}

    bool shapes_machine() const override { return false; }
    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& /*machine*/) override {
        run_local_scripts(context, options_);
    }

private:
    plan::ShellLocalOptions options_;
};

std::vector<StepInput> ShellLocalProvisioner::inputs(const BuildContext& context) const {
    std::vector<std::string> files = options_.scripts;
    if (options_.script) {
        files.insert(files.begin(), *options_.script);
    }
    std::vector<StepInput> inputs;
    for (const std::string& file : files) {
        inputs.push_back({file, sha256_hex(context.effects.files.read_file(file))});
    }
    return inputs;
}

}  // namespace

std::unique_ptr<Provisioner> make_shell_local_provisioner(plan::ShellLocalOptions options) {
    return std::make_unique<ShellLocalProvisioner>(std::move(options));
}

}  // namespace kiln::exec
