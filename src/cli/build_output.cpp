#include "cli/build_output.hpp"

#include "base/error.hpp"
#include "cli/terminal.hpp"
#include "report/color.hpp"
#include "report/human_output.hpp"
#include "report/json_lines.hpp"
#include "report/log_file.hpp"
#include "report/machine_readable.hpp"
#include "report/masking.hpp"
#include "report/tee.hpp"
#include "sys/clock.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <unistd.h>
#include <utility>

namespace kiln::cli {

namespace {

// Seconds are what the live lines count in.
constexpr std::chrono::seconds kTick{1};

std::int64_t size_of_file(const std::string& path) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path, missing);
    return missing ? 0 : static_cast<std::int64_t>(size);
}

using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

report::Output output_to(std::FILE* stream) {
    return {
        [stream](std::string_view text) {
            std::fwrite(text.data(), 1, text.size(), stream);
            std::fflush(stream);
        },
        [] { return std::chrono::system_clock::now(); },
    };
}

report::HumanOptions human_options(const Session& session, const OutputWishes& wishes) {
    const bool on_terminal = is_terminal(STDOUT_FILENO);
    report::ColorWishes colors;
    colors.flag = wishes.color;
    colors.packer_no_color = session.environment.contains("PACKER_NO_COLOR");
    colors.no_color = !session.variable("NO_COLOR").empty();
    colors.is_terminal = on_terminal;

    report::HumanOptions options;
    options.color = report::use_color(colors);
    options.timestamps = wishes.timestamps;
    if (on_terminal && session.variable("CI").empty()) {
        options.live_columns = terminal_columns;
    }
    return options;
}

/// Where PACKER_LOG (or KILN_LOG) and PACKER_LOG_PATH (KILN_LOG_PATH) want the log; null: nowhere.
Stream open_log(const Session& session) {
    const auto either = [&session](const std::string& name) {
        const std::string ours = session.variable("KILN_" + name);
        return ours.empty() ? session.variable("PACKER_" + name) : ours;
    };
    const std::string wanted = either("LOG");
    const std::string path = either("LOG_PATH");
    if (wanted.empty() || wanted == "0") {
        return {nullptr, nullptr};
    }
    if (path.empty()) {
        return {stderr, [](std::FILE*) { return 0; }};
    }
    Stream file(std::fopen(path.c_str(), "ae"), std::fclose);
    if (!file) {
        throw system_error("opening the log " + path, errno);
    }
    return file;
}

}  // namespace

struct BuildOutput::Listeners {
    Stream log_stream{nullptr, nullptr};
    std::unique_ptr<report::HumanOutput> human;
    std::unique_ptr<report::MachineReadable> machine;
    std::unique_ptr<report::JsonLines> json;
    std::unique_ptr<report::LogFile> log;
    std::unique_ptr<report::RunRecorder> recorder;
    std::unique_ptr<report::Tee> all;
    std::unique_ptr<report::Masking> masking;
    bool is_live = false;
    std::jthread ticker;  ///< last: it ends before what it paints
};

BuildOutput::BuildOutput(
    const Session& session,
    const OutputWishes& wishes,
    const std::vector<std::string>& secrets,
    report::RunRecorder::About about,
    report::StepTimes usual
)
    : listeners_(std::make_unique<Listeners>()) {
    Listeners& made = *listeners_;
    std::vector<exec::EventSink*> sinks;
    if (session.machine_readable) {
        made.machine = std::make_unique<report::MachineReadable>(output_to(stdout));
        sinks.push_back(made.machine.get());
    } else if (session.json) {
        made.json = std::make_unique<report::JsonLines>(output_to(stdout));
        sinks.push_back(made.json.get());
    } else {
        report::HumanOptions options = human_options(session, wishes);
        options.usual = std::move(usual);
        made.is_live = static_cast<bool>(options.live_columns);
        made.human = std::make_unique<report::HumanOutput>(output_to(stdout), std::move(options));
        sinks.push_back(made.human.get());
    }
    made.recorder = std::make_unique<report::RunRecorder>(
        std::move(about), [] { return std::chrono::system_clock::now(); }, size_of_file
    );
    sinks.push_back(made.recorder.get());
    made.log_stream = open_log(session);
    if (made.log_stream) {
        made.log = std::make_unique<report::LogFile>(output_to(made.log_stream.get()));
        sinks.push_back(made.log.get());
    }
    made.all = std::make_unique<report::Tee>(std::move(sinks));
    made.masking = std::make_unique<report::Masking>(*made.all, secrets);
    if (made.is_live) {
        made.ticker = std::jthread([human = made.human.get()](const std::stop_token& stop) {
            sys::RealClock clock;
            while (clock.sleep_for(kTick, stop)) {
                human->tick();
            }
        });
    }
}

BuildOutput::~BuildOutput() = default;

exec::EventSink& BuildOutput::events() {
    return *listeners_->masking;
}

void BuildOutput::clear_live() {
    if (listeners_->human) {
        listeners_->human->clear_live();
    }
}

bool BuildOutput::is_live() const {
    return listeners_->is_live;
}

report::RunRecord BuildOutput::record() const {
    return listeners_->recorder->record();
}

}  // namespace kiln::cli
