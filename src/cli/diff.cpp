#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/fetched_disk.hpp"
#include "cli/messages.hpp"
#include "cli/result_color.hpp"
#include "cli/stop_on_signals.hpp"
#include "contents/difference.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

namespace kiln::cli {

namespace {

class Diff : public Command {
public:
    void declare(CommandLine& line) override {
        line.flag("json", json_);
        line.flag("files", files_);
        line.flag("exit-code", exit_code_);
        line.flag("color", color_);
        access_.declare(line);
        line.argument("BEFORE", before_, CommandLine::Needed::required);
        line.argument("AFTER", after_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        sys::RealProcessRunner processes;
        const StopOnSignals signals;
        const contents::ReadDoors doors{processes, sys::default_temp_parent(), signals.token()};
        const ReadableImage before(session, access_, before_, signals.token());
        const ReadableImage after(session, access_, after_, signals.token());
        contents::ImageTree before_tree = contents::open_image(before.path(), doors);
        contents::ImageTree after_tree = contents::open_image(after.path(), doors);
        const contents::ImageDifference difference = contents::compare_images(
            before_tree,
            contents::read_contents(before_tree, doors),
            after_tree,
            contents::read_contents(after_tree, doors),
            signals.token()
        );
        if (json_) {
            print_result(session, contents::difference_json(difference, before_, after_));
        } else if (difference.empty()) {
            print_result(session, "No difference.");
        } else {
            print_result(
                session,
                contents::difference_text(
                    difference, {.color = wants_color(session, color_), .all_files = files_}
                )
            );
        }
        return exit_code_ && !difference.empty() ? ExitCode::would_change : ExitCode::done;
    }

private:
    bool json_ = false;
    bool files_ = false;
    bool exit_code_ = false;
    std::optional<bool> color_ = {};
    FetchAccess access_;
    std::string before_;
    std::string after_;
};

}  // namespace

std::unique_ptr<Command> make_diff() {
    return std::make_unique<Diff>();
}

}  // namespace kiln::cli
