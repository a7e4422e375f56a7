#pragma once

#include "cli/session.hpp"
#include "execute/aws/session.hpp"

#include <functional>

namespace kiln::cli {

/// AWS for what reads a template, and for what clears up: opened by the first that asks, so that
/// who asks nothing reads no configuration. The session must outlive it.
std::function<exec::AwsSessions&()> aws_door(Session& session);

}  // namespace kiln::cli
