#pragma once

#include "execute/builder.hpp"
#include "plan/options/amazon_ebssurrogate.hpp"

#include <memory>

namespace kiln::exec {

/// Builder `amazon-ebssurrogate`.
std::unique_ptr<Builder> make_amazon_ebssurrogate_builder(plan::AmazonEbssurrogateOptions options);

}  // namespace kiln::exec
