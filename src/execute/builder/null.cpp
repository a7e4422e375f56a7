#include "execute/builder/null.hpp"

#include <utility>

namespace kiln::exec {

namespace {

class NoMachine final : public Machine {
public:
    explicit NoMachine(const std::string& communicator) : values_{{"ConnType", communicator}} {}

    Communicator& communicator() override {
        throw Error(
            ErrorKind::input,
            "a provisioner needs a machine to work on, but the build has communicator \"none\""
        );
    }
    const std::map<std::string, std::string>& build_values() const override { return values_; }

private:
    std::map<std::string, std::string> values_;
};

class NullBuilder final : public Builder {
public:
    explicit NullBuilder(plan::NullBuilderOptions options) : options_(std::move(options)) {}

    void check(BuildContext& context) override {
        if (options_.communicator != "none") {
            throw Error(
                ErrorKind::unsupported,
                "builder null: communicator \"" + options_.communicator +
                    "\" is not there yet; \"none\" is",
                context.build.builder.options.range_of("communicator")
            );
        }
    }
    std::unique_ptr<Machine> start(BuildContext& /*context*/) override {
        return std::make_unique<NoMachine>(options_.communicator);
    }
    std::optional<artifact::Artifact> capture(
        BuildContext& context, Machine& /*machine*/
    ) override {
        artifact::Artifact artifact;
        // The ids and the text are Packer's: scripts look for them.
        artifact.builder_id = "fnoeding.null";
        artifact.builder_type = "null";
        artifact.build_name = context.build.name;
        artifact.id = "Null";
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
