#pragma once

#include "execute/builder.hpp"
#include "plan/options/amazon_ebs.hpp"

#include <memory>

namespace kiln::exec {

/// Builder `amazon-ebs`.
std::unique_ptr<Builder> make_amazon_ebs_builder(plan::AmazonEbsOptions options);

}  // namespace kiln::exec
