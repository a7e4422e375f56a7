#pragma once

#include "cli/session.hpp"
#include "execute/aws/session.hpp"
#include "execute/build_context.hpp"
#include "execute/journal.hpp"
#include "sys/clock.hpp"
#include "sys/process_runner.hpp"

#include <string>

namespace kiln::cli {

/// The doors of a run to the real world, and its entry in the journal. The session must outlive it.
class RunEffects {
public:
    /// Begins the run in the journal; `subject` is what it is of, a template or a disk.
    RunEffects(Session& session, const std::string& subject);

    exec::Effects& effects() { return effects_; }
    /// The run ended in good order.
    void finish() { journal_.finish_run(clock_.wall_now()); }

private:
    sys::RealClock clock_;
    sys::RealProcessRunner processes_;
    exec::Journal journal_;
    exec::AwsSessions aws_;
    exec::Effects effects_;
};

}  // namespace kiln::cli
