#include "execute/provisioner/shell_local.hpp"

#include "execute/provisioner/local_scripts.hpp"

#include <utility>

namespace kiln::exec {

namespace {

class ShellLocalProvisioner final : public Provisioner {
public:
    explicit ShellLocalProvisioner(plan::ShellLocalOptions options)
        : options_(std::move(options)) {}

    bool shapes_machine() const override { return false; }
    std::vector<StepInput> inputs(const BuildContext& /*context*/) const override { return {}; }
    void run(BuildContext& context, Machine& /*machine*/) override {
        run_local_scripts(context, options_);
    }

private:
    plan::ShellLocalOptions options_;
};

}  // namespace

std::unique_ptr<Provisioner> make_shell_local_provisioner(plan::ShellLocalOptions options) {
    return std::make_unique<ShellLocalProvisioner>(std::move(options));
}

}  // namespace kiln::exec
