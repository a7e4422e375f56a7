#pragma once

#include "net/http.hpp"
#include "plan/make_plan.hpp"
#include "template/value_graph.hpp"

#include <functional>

namespace kiln::exec {

/// Made by the first data source that needs it.
using HttpDoor = std::function<net::HttpTransport&()>;

/// Reads data sources as a build does, one after another. A failure is an error at the data block;
/// wrong options are left to planning, which tells them all. Types that do not run are unknown.
tmpl::DataReader data_reader(plan::Facts facts, plan::RunFacts run, HttpDoor http);

}  // namespace kiln::exec
