#pragma once

#include "execute/builder.hpp"
#include "plan/options/file_builder.hpp"

namespace kiln::exec {

/// The artifact is a file: a text, or a copy of another. For trying out post-processors.
std::unique_ptr<Builder> make_file_builder(plan::FileBuilderOptions options);

}  // namespace kiln::exec
