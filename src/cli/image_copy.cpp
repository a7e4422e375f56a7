#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_changer.hpp"
#include "cli/state.hpp"
#include "cli/template_options.hpp"
#include "cli/world.hpp"
#include "execute/journal.hpp"
#include "image/gather.hpp"
#include "sys/process_identity.hpp"

#include <algorithm>
#include <chrono>

namespace kiln::cli {

namespace {

using image::OwnImage;

class ImageCopy : public ImageChanger {
protected:
    void declare_own(CommandLine& line) override {
        line.option("to", "REGION,...", to_);
        line.option("name", "NAME", wish_.name);
        line.flag("encrypt", wish_.encrypt);
        line.option("kms-key", "ID", wish_.kms_key);
    }
    std::string verb() const override { return "copy"; }
    std::string done_word() const override { return "copied to"; }
    bool takes_copies() const override { return false; }

    void check(const Session&) override {
        wish_.regions = split_each(to_);
        std::sort(wish_.regions.begin(), wish_.regions.end());
        wish_.regions.erase(
            std::unique(wish_.regions.begin(), wish_.regions.end()), wish_.regions.end()
        );
        if (wish_.regions.empty()) {
            throw Error(ErrorKind::usage, "kiln image copy needs -to REGION,...");
        }
        wish_.encrypt = wish_.encrypt || !wish_.kms_key.empty();
    }

    std::vector<image::ChangeStep> change(
        Session& session, ImageAccess& access, const std::vector<OwnImage>& images
    ) override {
        if (images.size() != 1) {
            throw Error(
                ErrorKind::usage,
                "kiln image copy copies one AMI, and these words name " +
                    std::to_string(images.size())
            )
                .set_hint("name it by its id");
        }
        image::regions_to_look_at(access.aws(), wish_.regions, access.stop());
        wish_.mark = make_uuid();
        wish_.client_token = wish_.mark;
        exec::Journal journal(journal_path(session));
        journal.begin_run({sys::identify_self(), "kiln image copy", session.start});
        const auto steps = image::copy_image_to(
            access.aws(),
            journal,
            access.account(),
            access.profile(),
            access.inventory(),
            images.front(),
            wish_,
            access.stop()
        );
        journal.finish_run(std::chrono::system_clock::now());
        return steps;
    }

private:
    std::vector<std::string> to_;
    image::CopyWish wish_;
};

}  // namespace

std::unique_ptr<Command> make_image_copy() {
    return std::make_unique<ImageCopy>();
}

}  // namespace kiln::cli
