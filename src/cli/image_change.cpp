#include "base/error.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_change_options.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"
#include "cli/state.hpp"
#include "cli/template_options.hpp"
#include "cli/world.hpp"
#include "image/change.hpp"
#include "image/gather.hpp"
#include "image/times.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

namespace ec2 = aws::ec2;
using image::OwnImage;

/// What all commands that change images have: which ones, and how their result is printed.
class ImageChanger : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        if (takes_copies()) {
            line.flag("this-only", this_only_);
        }
        line.flag("json", json_);
        declare_own(line);
    }

    ExitCode run(Session& session) final {
        if (words_.empty()) {
            throw Error(ErrorKind::usage, "kiln image " + verb() + " needs an AMI's id or name");
        }
        check(session);
        ImageAccess access(session, access_);
        const std::vector<OwnImage> named = access.find_images(words_);
        const auto steps = change(
            session, access, this_only_ || !takes_copies() ? named : access.with_copies(named)
        );
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        std::string text;
        bool all_done = true;
        for (const image::ChangeStep& step : steps) {
            const std::string what =
                (step.place.id.empty() ? "" : step.place.id + " in ") + step.place.region;
            text += step.problem.empty()
                        ? done_word() + " " + what + "\n"
                        : "not " + done_word() + " " + what + ": " + step.problem + "\n";
            all_done = all_done && step.problem.empty();
            list.push_back(
                {{"region", step.place.region},
                 {"id", text_or_null(step.place.id)},
                 {"problem", text_or_null(step.problem)}}
            );
        }
        print_result(session, json_ ? nlohmann::ordered_json{{"images", list}}.dump(2) : text);
        return all_done && access.is_complete() ? ExitCode::done : ExitCode::failed;
    }

protected:
    virtual void declare_own(CommandLine& line) = 0;
    virtual std::string verb() const = 0;
    virtual std::string done_word() const = 0;
    /// Before anybody is asked: throws Error{usage}.
    virtual void check(const Session& session) = 0;
    virtual std::vector<image::ChangeStep> change(
        Session& session, ImageAccess& access, const std::vector<OwnImage>& images
    ) = 0;

    /// Whether the copies of an image are changed with it.
    virtual bool takes_copies() const { return true; }

private:
    std::vector<std::string> words_;
    ImageAccessOptions access_;
    bool this_only_ = false;
    bool json_ = false;
};

class ImageTag : public ImageChanger {
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

    std::vector<image::ChangeStep> change(
        Session&, ImageAccess& access, const std::vector<OwnImage>& images
    ) override {
        return image::change_images(
            access.aws(),
            images,
            [&](const ec2::Region& region, const ec2::Image& image) {
                std::vector<std::string> things = image.snapshot_ids();
                things.push_back(image.id);
                ec2::create_tags(region, things, tags_, access.stop());
                ec2::delete_tags(region, things, remove_, access.stop());
            }
        );
    }

private:
    std::vector<std::string> set_;
    std::vector<std::string> remove_;
    ec2::Tags tags_;
};

class ImageShare : public ImageChanger {
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

    std::vector<image::ChangeStep> change(
        Session&, ImageAccess& access, const std::vector<OwnImage>& images
    ) override {
        return image::change_images(
            access.aws(),
            images,
            [&](const ec2::Region& region, const ec2::Image& image) {
                if (end_) {
                    ec2::unshare_image(region, image.id, shares_, access.stop());
                    return;
                }
                const bool is_encrypted =
                    std::any_of(image.devices.begin(), image.devices.end(), [](const auto& one) {
                        return one.encrypted;
                    });
                if (public_ && is_encrypted) {
                    throw Error(ErrorKind::input, "an encrypted AMI can not be public");
                }
                ec2::share_image(region, image.id, shares_, access.stop());
                // Whoever copies it reads its snapshots.
                for (const std::string& id :
                     copyable_ ? image.snapshot_ids() : std::vector<std::string>{}) {
                    ec2::share_snapshot(region, id, shares_.users, {}, access.stop());
                }
            }
        );
    }

private:
    std::vector<std::string> accounts_;
    ec2::LaunchPermissions shares_;
    bool public_ = false;
    bool copyable_ = false;
    bool end_ = false;
};

class ImageDeprecate : public ImageChanger {
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

    std::vector<image::ChangeStep> change(
        Session&, ImageAccess& access, const std::vector<OwnImage>& images
    ) override {
        return image::change_images(
            access.aws(),
            images,
            [&](const ec2::Region& region, const ec2::Image& image) {
                if (cancel_) {
                    ec2::undeprecate_image(region, image.id, access.stop());
                } else {
                    ec2::deprecate_image(region, image.id, when_, access.stop());
                }
            }
        );
    }

private:
    ImageEndOptions end_;
    bool cancel_ = false;
    std::string when_;
};

class ImageDisable : public ImageChanger {
protected:
    void declare_own(CommandLine& line) override {
        line.flag("cancel", cancel_);
        line.flag("force", force_);
    }
    std::string verb() const override { return "disable"; }
    std::string done_word() const override { return cancel_ ? "enabled" : "disabled"; }
    void check(const Session&) override {}

    std::vector<image::ChangeStep> change(
        Session&, ImageAccess& access, const std::vector<OwnImage>& images
    ) override {
        std::map<image::Place, std::string> against;
        if (!cancel_ && !force_) {
            against = objections(access, images);
        }
        return image::change_images(
            access.aws(),
            images,
            [&](const ec2::Region& region, const ec2::Image& image) {
                const auto found = against.find({region.name(), image.id});
                if (found != against.end()) {
                    throw Error(ErrorKind::input, found->second + " (-force disables it anyway)");
                }
                if (cancel_) {
                    ec2::enable_image(region, image.id, access.stop());
                } else {
                    ec2::disable_image(region, image.id, access.stop());
                }
            }
        );
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
};

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

std::unique_ptr<Command> make_image_tag() {
    return std::make_unique<ImageTag>();
}
std::unique_ptr<Command> make_image_share() {
    return std::make_unique<ImageShare>();
}
std::unique_ptr<Command> make_image_deprecate() {
    return std::make_unique<ImageDeprecate>();
}
std::unique_ptr<Command> make_image_disable() {
    return std::make_unique<ImageDisable>();
}
std::unique_ptr<Command> make_image_copy() {
    return std::make_unique<ImageCopy>();
}

}  // namespace kiln::cli
