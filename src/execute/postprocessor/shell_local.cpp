#include "execute/postprocessor/shell_local.hpp"

#include "execute/provisioner/local_scripts.hpp"

#include <utility>

namespace kiln::exec {

namespace {

class ShellLocalPostProcessor final : public PostProcessor {
public:
    explicit ShellLocalPostProcessor(plan::ShellLocalOptions options)
        : options_(std::move(options)) {}

    Result process(BuildContext& context, const artifact::Artifact& input) override {
        run_local_scripts(context, options_);
        return {input, true, true};
    }

private:
    plan::ShellLocalOptions options_;
};

}  // namespace

std::unique_ptr<PostProcessor> make_shell_local_post_processor(plan::ShellLocalOptions options) {
    return std::make_unique<ShellLocalPostProcessor>(std::move(options));
}

}  // namespace kiln::exec
