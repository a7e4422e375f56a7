#include "report/step_names.hpp"

namespace kiln::report {

const char* to_string(exec::BuildStep::Kind kind) {
    switch (kind) {
        case exec::BuildStep::Kind::start:
            return "start";
        case exec::BuildStep::Kind::provisioner:
            return "provisioner";
        case exec::BuildStep::Kind::capture:
            return "capture";
        case exec::BuildStep::Kind::post_processor:
            return "post-processor";
    }
    return "";
}

const char* to_string(exec::StepEnded::Outcome outcome) {
    switch (outcome) {
        case exec::StepEnded::Outcome::done:
            return "done";
        case exec::StepEnded::Outcome::cached:
            return "cached";
        case exec::StepEnded::Outcome::failed:
            return "failed";
    }
    return "";
}

}  // namespace kiln::report
