#pragma once

#include "execute/aws/session.hpp"
#include "net/http.hpp"
#include "plan/make_plan.hpp"
#include "template/value_graph.hpp"

#include <functional>

namespace kiln::exec {

/// What data sources ask, each made by the first that needs it.
struct DataDoors {
    std::function<net::HttpTransport&()> http;
    std::function<AwsSessions&()> aws;
};

/// Reads data sources as a build does, one after another. A failure is an error at the data block;
/// wrong options are left to planning, which tells them all. Types that do not run are unknown.
tmpl::DataReader data_reader(plan::Facts facts, plan::RunFacts run, DataDoors doors);

}  // namespace kiln::exec
