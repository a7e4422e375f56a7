#pragma once

#include "execute/builder.hpp"
#include "plan/options/null_builder.hpp"

namespace kiln::exec {

/// Makes nothing: provisioners run against no machine (communicator "none").
std::unique_ptr<Builder> make_null_builder(plan::NullBuilderOptions options);

}  // namespace kiln::exec
