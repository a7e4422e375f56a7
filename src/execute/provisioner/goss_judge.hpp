#pragma once

#include "execute/build_context.hpp"
#include "execute/communicator/communicator.hpp"
#include "goss/script.hpp"
#include "plan/options/goss.hpp"

namespace kiln::exec {

/// Asks a machine for facts; one round trip a batch.
class FactReader {
public:
    /// `environment` is what commands of the tests see; `as_root` goes through sudo.
    FactReader(
        Communicator& communicator,
        std::map<std::string, std::string> environment,
        bool as_root,
        std::string nonce,
        std::stop_token stop
    );

    /// Throws Error of kind command when the machine's shell does not give a whole answer.
    goss::Facts read(const std::vector<goss::FactRequest>& requests);

private:
    void read_batch(const goss::Batch& batch, goss::Facts& facts);

    Communicator& communicator_;
    std::map<std::string, std::string> environment_;
    bool as_root_;
    std::string nonce_;
    std::stop_token stop_;
};

/// kiln's own evaluation of the tests: false when one failed. Reports to the build's output and to
/// report_file.
bool judge_machine(
    BuildContext& context, Communicator& communicator, const plan::GossOptions& options
);

}  // namespace kiln::exec
