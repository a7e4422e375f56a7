#include "node/run_program.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/process_runner.hpp"

namespace kiln::node {

ActionResult run_node_program(const std::vector<std::string>& argv) {
    sys::RealProcessRunner runner;
    const std::string subject = join(argv, " ");
    try {
        const sys::CapturedRun run = sys::run_and_capture(
            runner, {.argv = argv, .environment = sys::tool_environment()}, {}
        );
        if (run.status.ok()) {
            return {subject, Outcome::changed, "", ""};
        }
        return {subject, Outcome::failed, std::string(trim(run.err)), "run it by hand"};
    } catch (const Error& error) {
        // The program is not installed.
        return {subject, Outcome::failed, error.message(), "run it by hand"};
    }
}

}  // namespace kiln::node
