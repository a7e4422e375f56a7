#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/fetched_disk.hpp"
#include "cli/messages.hpp"
#include "cli/result_color.hpp"
#include "cli/stop_on_signals.hpp"
#include "prove/check.hpp"
#include "prove/report.hpp"
#include "sys/clock.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

namespace kiln::cli {

namespace {

std::vector<std::string> comma_separated(const std::vector<std::string>& values) {
    std::vector<std::string> names;
    for (const std::string& value : values) {
        for (const std::string& name : split(value, ',')) {
            if (!trim(name).empty()) {
                names.emplace_back(trim(name));
            }
        }
    }
    return names;
}

class TestImage : public Command {
public:
    void declare(CommandLine& line) override {
        line.option("checks", "NAMES", checks_);
        line.option("skip", "NAMES", skip_);
        line.choice("platform", {"ec2", "kvm", "both"}, platform_);
        line.option("module", "NAME", modules_);
        line.option("max-size", "SIZE", max_size_);
        line.flag("strict", strict_);
        line.flag("json", json_);
        line.flag("tap", tap_);
        line.option("junit", "FILE", junit_);
        line.flag("color", color_);
        access_.declare(line);
        line.argument("IMAGE", image_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        // All that can be wrong with the line is told before an image is fetched or read.
        const std::vector<prove::Check> checks = prove::select_checks(
            prove::all_checks(demands()),
            {.only = comma_separated(checks_), .skip = comma_separated(skip_)}
        );
        if (json_ && tap_) {
            throw Error(ErrorKind::usage, "-json and -tap both say what standard output is")
                .set_hint("-junit FILE goes with either");
        }
        sys::RealProcessRunner processes;
        sys::RealClock clock;
        const auto begin = clock.steady_now();
        const StopOnSignals signals;
        const contents::ReadDoors doors{processes, sys::default_temp_parent(), signals.token()};
        const ReadableImage image(session, access_, image_, signals.token());
        prove::Subject subject{contents::open_image_with_disk(image.path(), doors), doors};
        const std::vector<prove::Result> results = prove::run_checks(checks, subject);
        if (!junit_.empty()) {
            session.files.write_file_atomic(
                junit_,
                prove::results_junit(
                    results,
                    image_,
                    strict_,
                    std::chrono::duration_cast<std::chrono::milliseconds>(
                        clock.steady_now() - begin
                    ),
                    clock.wall_now()
                )
            );
        }
        print_result(session, report_of(session, results));
        return prove::is_good(results, strict_) ? ExitCode::done : ExitCode::failed;
    }

private:
    prove::Demands demands() const {
        prove::Demands demands;
        demands.platform = platform_ == "kvm"    ? prove::Platform::kvm
                           : platform_ == "both" ? prove::Platform::both
                                                 : prove::Platform::ec2;
        demands.modules = comma_separated(modules_);
        if (!max_size_.empty()) {
            demands.max_bytes = parse_size(max_size_);
            if (!demands.max_bytes) {
                throw Error(ErrorKind::usage, "-max-size \"" + max_size_ + "\" is no size")
                    .set_hint("write it as 2GiB, 900M or 1.5G");
            }
        }
        return demands;
    }

    std::string report_of(const Session& session, const std::vector<prove::Result>& results) const {
        if (json_) {
            return prove::results_json(results, image_, strict_);
        }
        return tap_ ? prove::results_tap(results, strict_)
                    : prove::results_text(results, {.color = wants_color(session, color_)});
    }

    std::vector<std::string> checks_;
    std::vector<std::string> skip_;
    std::string platform_ = "ec2";
    std::vector<std::string> modules_;
    std::string max_size_;
    bool strict_ = false;
    bool json_ = false;
    bool tap_ = false;
    std::string junit_;
    std::optional<bool> color_ = {};
    FetchAccess access_;
    std::string image_;
};

}  // namespace

std::unique_ptr<Command> make_test() {
    return std::make_unique<TestImage>();
}

}  // namespace kiln::cli
