#include "aws/ec2/images.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_change_options.hpp"
#include "cli/image_changer.hpp"

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;

class ImageTag : public EachImageChanger {
protected:
    void declare_own(CommandLine& line) override {
        line.option("set", "KEY=VALUE", set_);
        line.option("remove", "KEY", remove_);
    }
    std::string verb() const override { return "tag"; }
    std::string done_word() const override { return "tagged"; }

    void check(const Session&) override {
        tags_ = tags_to_set(set_);
        for (const std::string& key : remove_) {
            refuse_tag(key, "");
        }
        if (set_.empty() && remove_.empty()) {
            throw Error(ErrorKind::usage, "kiln image tag needs -set or -remove");
        }
    }

    void change_one(const ec2::Region& region, const ec2::Image& image, const std::stop_token& stop)
        const override {
        std::vector<std::string> things = image.snapshot_ids();
        things.push_back(image.id);
        ec2::create_tags(region, things, tags_, stop);
        ec2::delete_tags(region, things, remove_, stop);
    }

private:
    std::vector<std::string> set_;
    std::vector<std::string> remove_;
    ec2::Tags tags_;
};

}  // namespace

std::unique_ptr<Command> make_image_tag() {
    return std::make_unique<ImageTag>();
}

}  // namespace kiln::cli
