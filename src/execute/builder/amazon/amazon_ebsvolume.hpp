#pragma once

#include "execute/builder.hpp"
#include "plan/options/amazon_ebsvolume.hpp"

#include <memory>

namespace kiln::exec {

/// Builder `amazon-ebsvolume`.
std::unique_ptr<Builder> make_amazon_ebsvolume_builder(plan::AmazonEbsvolumeOptions options);

}  // namespace kiln::exec
