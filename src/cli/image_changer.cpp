#include "cli/image_changer.hpp"

#include "base/error.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"

#include <nlohmann/json.hpp>

namespace kiln::cli {

void ImageChanger::declare(CommandLine& line) {
    line.arguments("IMAGE", words_);
    access_.declare(line);
    if (takes_copies()) {
        line.flag("this-only", this_only_);
    }
    line.flag("json", json_);
    declare_own(line);
}

ExitCode ImageChanger::run(Session& session) {
    if (words_.empty()) {
        throw Error(ErrorKind::usage, "kiln image " + verb() + " needs an AMI's id or name");
    }
    check(session);
    ImageAccess access(session, access_);
    const std::vector<image::OwnImage> named = access.find_images(words_);
    const auto steps =
        change(session, access, this_only_ || !takes_copies() ? named : access.with_copies(named));
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

std::vector<image::ChangeStep> EachImageChanger::change(
    Session&, ImageAccess& access, const std::vector<image::OwnImage>& images
) {
    prepare(access, images);
    return image::change_images(
        access.aws(),
        images,
        [&](const aws::ec2::Region& region, const aws::ec2::Image& image) {
            change_one(region, image, access.stop());
        }
    );
}

}  // namespace kiln::cli
