#pragma once

#include "cli/command.hpp"
#include "cli/image_access.hpp"
#include "image/change.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::cli {

/// What all commands that change images have: which ones, and how their result is printed.
class ImageChanger : public Command {
public:
    void declare(CommandLine& line) override;
    ExitCode run(Session& session) final;

protected:
    virtual void declare_own(CommandLine& line) = 0;
    virtual std::string verb() const = 0;
    virtual std::string done_word() const = 0;
    /// Before anybody is asked: throws Error{usage}.
    virtual void check(const Session& session) = 0;
    virtual std::vector<image::ChangeStep> change(
        Session& session, ImageAccess& access, const std::vector<image::OwnImage>& images
    ) = 0;

    /// Whether the copies of an image are changed with it.
    virtual bool takes_copies() const { return true; }

private:
    std::vector<std::string> words_;
    ImageAccessOptions access_;
    bool this_only_ = false;
    bool json_ = false;
};

/// One that does the same to each image.
class EachImageChanger : public ImageChanger {
protected:
    /// Before the first of them is changed.
    virtual void prepare(ImageAccess&, const std::vector<image::OwnImage>&) {}
    /// By several threads, each with a region of its own. What it throws is that image's problem.
    virtual void change_one(
        const aws::ec2::Region& region, const aws::ec2::Image& image, const std::stop_token& stop
    ) const = 0;

private:
    std::vector<image::ChangeStep> change(
        Session& session, ImageAccess& access, const std::vector<image::OwnImage>& images
    ) final;
};

}  // namespace kiln::cli
