#include "cli/aws_door.hpp"

#include <memory>

namespace kiln::cli {

namespace {

struct Opened {
    explicit Opened(Session& session)
        : sessions({clock, session.files, processes, session.environment}) {}

    sys::RealClock clock;
    sys::RealProcessRunner processes;
    exec::AwsSessions sessions;
};

}  // namespace

std::function<exec::AwsSessions&()> aws_door(Session& session) {
    auto opened = std::make_shared<std::unique_ptr<Opened>>();
    return [&session, opened]() -> exec::AwsSessions& {
        if (!*opened) {
            *opened = std::make_unique<Opened>(session);
        }
        return (*opened)->sessions;
    };
}

}  // namespace kiln::cli
