#include "execute/builder/null.hpp"

#include "execute/builder/no_machine.hpp"
#include "execute/builder/ssh_machine.hpp"

#include <utility>

namespace kiln::exec {

namespace {

// Packer's, of the machine and of the artifact.
constexpr const char* kId = "Null";

class NullBuilder final : public Builder {
public:
    explicit NullBuilder(plan::NullBuilderOptions options) : options_(std::move(options)) {}

    void check(BuildContext& /*context*/) override {}
    std::unique_ptr<Machine> start(BuildContext& context) override {
        const plan::CommunicatorOptions& options = options_.communicator;
        if (options.communicator == "none") {
            return std::make_unique<NoMachine>(kId);
        }
        const std::string host = options.ssh.ssh_host.value_or("");
        const int port = static_cast<int>(options.ssh.ssh_port);
        return std::make_unique<SshMachine>(
            ssh_target_of(options.ssh, host, port, ssh_user_of(context)),
            ssh_patience_of(options),
            ssh_build_values(options.ssh, host, port, kId),
            context
        );
    }
    std::optional<artifact::Artifact> capture(
        BuildContext& context, Machine& /*machine*/
    ) override {
        artifact::Artifact artifact;
        // The ids and the text are Packer's: scripts look for them.
        artifact.builder_id = "fnoeding.null";
        artifact.builder_type = "null";
        artifact.build_name = context.build.name;
        artifact.id = kId;
        artifact.text = "Did not export anything. This is the null builder";
        return artifact;
    }
    void discard(BuildContext& /*context*/) noexcept override {}

private:
    plan::NullBuilderOptions options_;
};

}  // namespace

std::unique_ptr<Builder> make_null_builder(plan::NullBuilderOptions options) {
    return std::make_unique<NullBuilder>(std::move(options));
}

}  // namespace kiln::exec
