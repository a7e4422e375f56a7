#pragma once

#include "artifact/artifact.hpp"
#include "execute/build_context.hpp"

#include <optional>

namespace kiln::exec {

class PostProcessor {
public:
    virtual ~PostProcessor() = default;

    struct Result {
        std::optional<artifact::Artifact> artifact;  ///< nothing ends the chain
        bool keep_input_by_default = false;
        bool force_keep_input = false;  ///< with keep_input_by_default: a user's false is ignored
    };
    /// What can be known before anything is made. The options may hold placeholders for build.*.
    /// Throws Error.
    virtual void check(const BuildContext& /*context*/) const {}
    virtual Result process(BuildContext& context, const artifact::Artifact& input) = 0;
};

}  // namespace kiln::exec
