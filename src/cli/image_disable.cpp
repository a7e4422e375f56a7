#include "aws/ec2/images.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/image_changer.hpp"
#include "image/gather.hpp"

#include <map>

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;
using image::OwnImage;

class ImageDisable : public EachImageChanger {
protected:
    void declare_own(CommandLine& line) override {
        line.flag("cancel", cancel_);
        line.flag("force", force_);
    }
    std::string verb() const override { return "disable"; }
    std::string done_word() const override { return cancel_ ? "enabled" : "disabled"; }
    void check(const Session&) override {}

    void prepare(ImageAccess& access, const std::vector<OwnImage>& images) override {
        if (!cancel_ && !force_) {
            against_ = objections(access, images);
        }
    }
    void change_one(const ec2::Region& region, const ec2::Image& image, const std::stop_token& stop)
        const override {
        const auto found = against_.find({region.name(), image.id});
        if (found != against_.end()) {
            throw Error(ErrorKind::input, found->second + " (-force disables it anyway)");
        }
        if (cancel_) {
            ec2::enable_image(region, image.id, stop);
        } else {
            ec2::disable_image(region, image.id, stop);
        }
    }

private:
    /// A disabled AMI can not be launched, and whom it was shared with has lost it for good.
    static std::map<image::Place, std::string> objections(
        ImageAccess& access, const std::vector<OwnImage>& images
    ) {
        const auto plan = image::plan_removal(
            image::gather_removal_facts(
                access.aws(), access.inventory(), images, {}, access.stop()
            ),
            {}
        );
        std::map<image::Place, std::string> found;
        for (const image::ImageFate& fate : plan.fates) {
            std::vector<std::string> reasons;
            for (const image::ImageUse& use : fate.uses) {
                // An instance that runs goes on.
                if (use.kind != "instance") {
                    reasons.push_back("used by " + use.kind + " " + use.name);
                }
            }
            for (const std::string& against : fate.against) {
                if (against.starts_with("shared with") || against.starts_with("perhaps")) {
                    reasons.push_back(against);
                }
            }
            if (!reasons.empty()) {
                found[image::place_of(fate.own)] = join(reasons, "; ");
            }
        }
        return found;
    }

    bool cancel_ = false;
    bool force_ = false;
    std::map<image::Place, std::string> against_;
};

}  // namespace

std::unique_ptr<Command> make_image_disable() {
    return std::make_unique<ImageDisable>();
}

}  // namespace kiln::cli
