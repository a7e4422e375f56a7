#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/image_access.hpp"
#include "cli/image_output.hpp"
#include "cli/messages.hpp"
#include "image/perform_removal.hpp"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using nlohmann::ordered_json;

class ImageRestore : public Command {
public:
    void declare(CommandLine& line) override {
        line.arguments("IMAGE", words_);
        access_.declare(line);
        line.flag("json", json_);
    }

    ExitCode run(Session& session) override {
        if (words_.empty()) {
            throw Error(ErrorKind::usage, "kiln image restore needs an AMI's id or name");
        }
        ImageAccess access(session, access_);
        std::map<image::Place, std::vector<std::string>> remembered;
        for (const image::ImageRecord& record : access.records().all(access.account())) {
            remembered[{record.region, record.id}] = record.snapshots;
        }
        const auto restored = image::restore_images(
            access.aws(), access.regions(), words_, remembered, access.stop()
        );
        std::string text;
        ordered_json list = ordered_json::array();
        bool is_whole = true;
        for (const image::Restored& one : restored) {
            const std::string what = one.place.id + " in " + one.place.region;
            is_whole = is_whole && one.problem.empty();
            text += one.problem.empty() ? fmt::format(
                                              "AMI {} is there again, and {} of its snapshots\n",
                                              what,
                                              one.snapshots.size()
                                          )
                                        : "AMI " + what + " is not: " + one.problem + "\n";
            list.push_back(
                {{"region", one.place.region},
                 {"id", one.place.id},
                 {"snapshots", one.snapshots},
                 {"problem", text_or_null(one.problem)}}
            );
        }
        print_result(session, json_ ? ordered_json{{"restored", list}}.dump(2) : text);
        return is_whole ? ExitCode::done : ExitCode::failed;
    }

private:
    std::vector<std::string> words_;
    ImageAccessOptions access_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_image_restore() {
    return std::make_unique<ImageRestore>();
}

}  // namespace kiln::cli
