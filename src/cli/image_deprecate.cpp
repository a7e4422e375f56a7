#include "aws/ec2/images.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_change_options.hpp"
#include "cli/image_changer.hpp"

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;

class ImageDeprecate : public EachImageChanger {
protected:
    void declare_own(CommandLine& line) override {
        end_.declare(line);
        line.flag("cancel", cancel_);
    }
    std::string verb() const override { return "deprecate"; }
    std::string done_word() const override {
        return cancel_ ? "no longer deprecated" : "deprecated from " + when_ + " on";
    }

    void check(const Session& session) override {
        if (static_cast<int>(!end_.at.empty()) + static_cast<int>(!end_.in.empty()) +
                static_cast<int>(cancel_) !=
            1) {
            throw Error(ErrorKind::usage, "kiln image deprecate needs one of -at, -in and -cancel");
        }
        when_ = end_.time(session);
    }

    void change_one(const ec2::Region& region, const ec2::Image& image, const std::stop_token& stop)
        const override {
        if (cancel_) {
            ec2::undeprecate_image(region, image.id, stop);
        } else {
            ec2::deprecate_image(region, image.id, when_, stop);
        }
    }

private:
    ImageEndOptions end_;
    bool cancel_ = false;
    std::string when_;
};

}  // namespace

std::unique_ptr<Command> make_image_deprecate() {
    return std::make_unique<ImageDeprecate>();
}

}  // namespace kiln::cli
