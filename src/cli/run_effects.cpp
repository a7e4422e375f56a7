#include "cli/run_effects.hpp"

#include "cli/state.hpp"
#include "sys/process_identity.hpp"
#include "sys/temp_directory.hpp"
#include "sys/xdg.hpp"

namespace kiln::cli {

RunEffects::RunEffects(Session& session, const std::string& subject)
    : journal_(journal_path(session)),
      aws_({clock_, session.files, processes_, session.environment}),
      effects_{
          .clock = clock_,
          .files = session.files,
          .processes = processes_,
          .journal = journal_,
          .cache_directory = sys::kiln_directories(session.environment).cache,
          .temp_directory = sys::default_temp_parent(),
          .environment = session.environment,
          .aws = &aws_,
      } {
    journal_.begin_run({sys::identify_self(), subject, session.start});
}

}  // namespace kiln::cli
