#include "aws/ec2/images.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_changer.hpp"
#include "cli/template_options.hpp"

#include <algorithm>

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;

class ImageShare : public EachImageChanger {
protected:
    void declare_own(CommandLine& line) override {
        line.option("to", "ACCOUNT,...", accounts_);
        line.option("org", "ARN", shares_.organization_arns);
        line.option("ou", "ARN", shares_.organizational_unit_arns);
        line.flag("public", public_);
        line.flag("copyable", copyable_);
        line.flag("end", end_);
    }
    std::string verb() const override { return "share"; }
    std::string done_word() const override { return end_ ? "no longer shared" : "shared"; }

    void check(const Session&) override {
        shares_.users = split_each(accounts_);
        for (const std::string& account : shares_.users) {
            constexpr std::size_t kDigits = 12;
            if (account.size() != kDigits ||
                account.find_first_not_of("0123456789") != std::string::npos) {
                throw Error(
                    ErrorKind::usage, "-to: \"" + account + "\" is no account: they have 12 digits"
                );
            }
        }
        if (public_) {
            shares_.groups = {"all"};
        }
        if (shares_.empty()) {
            throw Error(ErrorKind::usage, "kiln image share needs -to, -org, -ou or -public");
        }
        if (copyable_ && end_) {
            throw Error(ErrorKind::usage, "-copyable is for sharing; -end ends both");
        }
    }

    void change_one(const ec2::Region& region, const ec2::Image& image, const std::stop_token& stop)
        const override {
        if (end_) {
            ec2::unshare_image(region, image.id, shares_, stop);
            return;
        }
        const bool is_encrypted =
            std::any_of(image.devices.begin(), image.devices.end(), [](const auto& one) {
                return one.encrypted;
            });
        if (public_ && is_encrypted) {
            throw Error(ErrorKind::input, "an encrypted AMI can not be public");
        }
        ec2::share_image(region, image.id, shares_, stop);
        // Whoever copies it reads its snapshots.
        for (const std::string& id :
             copyable_ ? image.snapshot_ids() : std::vector<std::string>{}) {
            ec2::share_snapshot(region, id, shares_.users, {}, stop);
        }
    }

private:
    std::vector<std::string> accounts_;
    ec2::LaunchPermissions shares_;
    bool public_ = false;
    bool copyable_ = false;
    bool end_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_share() {
    return std::make_unique<ImageShare>();
}

}  // namespace kiln::cli
