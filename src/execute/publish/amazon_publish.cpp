#include "execute/publish/amazon_publish.hpp"

#include "base/error.hpp"
#include "execute/builder/amazon/amazon_builder.hpp"
#include "execute/publish/publisher.hpp"
#include "plan/check.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace kiln::exec {

namespace {

// The form that is the least work first. A disk of builder qemu has no extension.
constexpr std::array<std::string_view, 7> kDiskExtensions = {
    "", ".raw", ".img", ".qcow2", ".vmdk", ".vhd", ".vhdx"};

std::ptrdiff_t rank_of(const std::filesystem::path& file) {
    const auto* const found =
        std::find(kDiskExtensions.begin(), kDiskExtensions.end(), file.extension().string());
    return found - kDiskExtensions.begin();
}

class AmazonPublishPostProcessor final : public PostProcessor {
public:
    explicit AmazonPublishPostProcessor(plan::AmazonPublishOptions options)
        : options_(std::move(options)) {}

    /// Before anything is made: a name that is taken is better known hours earlier.
    void check(const BuildContext& context) const override {
        if (plan::is_unknown(options_.ami.ami_name)) {
            return;
        }
        BuildContext own = context;
        Publisher(own, options_).check_account();
    }

    Result process(BuildContext& context, const artifact::Artifact& input) override {
        std::vector<std::filesystem::path> disks(options_.disks.begin(), options_.disks.end());
        if (disks.empty()) {
            disks = disks_among(input.files);
        }
        if (disks.empty()) {
            throw Error(
                ErrorKind::input, "amazon-publish: the artifact has no disk image among its files"
            )
                .set_hint("name them: disks = [\"images/node.raw\"]");
        }
        Publisher publisher(context, options_);
        publisher.check_disks(disks);
        const Publisher::Published made = publisher.run();
        artifact::Artifact artifact =
            ami_artifact(context, "kiln.post-processor.amazon-publish", made.images);
        artifact.builder_type = input.builder_type;
        artifact.build_name = input.build_name;
        return {artifact, true, false};
    }

private:
    plan::AmazonPublishOptions options_;
};

}  // namespace

std::vector<std::filesystem::path> disks_among(const std::vector<std::filesystem::path>& files) {
    std::vector<std::filesystem::path> disks;
    for (const std::filesystem::path& file : files) {
        if (rank_of(file) == static_cast<std::ptrdiff_t>(kDiskExtensions.size())) {
            continue;
        }
        const auto same = std::find_if(disks.begin(), disks.end(), [&](const auto& other) {
            return std::filesystem::path(other).replace_extension() ==
                   std::filesystem::path(file).replace_extension();
        });
        if (same == disks.end()) {
            disks.push_back(file);
        } else if (rank_of(file) < rank_of(*same)) {
            *same = file;
        }
    }
    return disks;
}

std::unique_ptr<PostProcessor> make_amazon_publish_post_processor(plan::AmazonPublishOptions options
) {
    return std::make_unique<AmazonPublishPostProcessor>(std::move(options));
}

}  // namespace kiln::exec
