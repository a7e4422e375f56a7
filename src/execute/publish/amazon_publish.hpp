#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/amazon_publish.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace kiln::exec {

std::unique_ptr<PostProcessor> make_amazon_publish_post_processor(plan::AmazonPublishOptions);

/// The disk images among an artifact's files, each disk once: of "node.raw" and "node.qcow2" the
/// first, as it is sent as it lies. In the artifact's order.
std::vector<std::filesystem::path> disks_among(const std::vector<std::filesystem::path>& files);

}  // namespace kiln::exec
