#include "cli/run_archive.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <fmt/chrono.h>

namespace kiln::cli {

namespace {

constexpr std::size_t kKept = 100;
// Steps of a build that runs from the cache for days are told from the runs before.
constexpr std::size_t kLookedThrough = 20;
constexpr unsigned kOwnFolder = 0700;
constexpr unsigned kOwnFile = 0600;
constexpr const char* kRecord = "run.json";
constexpr const char* kPage = "report.html";

std::string folder_name(const report::RunRecord& run) {
    constexpr std::size_t kDigits = 8;
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(run.start.time_since_epoch()).count();
    return fmt::format(
        "{:%Y%m%dT%H%M%S}.{:03}Z-{}",
        fmt::gmtime(std::chrono::system_clock::to_time_t(run.start)),
        milliseconds % 1000,
        run.id.substr(0, kDigits)
    );
}

}  // namespace

std::filesystem::path RunArchive::keep(const report::RunRecord& run, const std::string& page) {
    const std::filesystem::path folder = directory_ / folder_name(run);
    files_.make_directories(directory_, kOwnFolder);
    files_.make_directories(folder, kOwnFolder);
    files_.write_file_atomic(folder / kPage, page, kOwnFile);
    // Last: a folder without it is no run.
    files_.write_file_atomic(folder / kRecord, to_json(run), kOwnFile);
    remove_oldest();
    return folder / kPage;
}

void RunArchive::remove_oldest() {
    const std::vector<std::string> all = names();
    for (std::size_t i = 0; i + kKept < all.size(); ++i) {
        files_.remove_tree(directory_ / all[i]);
    }
}

std::vector<std::string> RunArchive::names() {
    std::vector<std::string> found;
    if (files_.status(directory_)) {
        for (const sys::DirectoryEntry& entry : files_.list_directory(directory_)) {
            found.push_back(entry.name);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

report::RunRecord RunArchive::read(const std::string& name) {
    return report::read_run_record(files_.read_file(directory_ / name / kRecord));
}

std::vector<RunArchive::Entry> RunArchive::list() {
    std::vector<Entry> entries;
    for (const std::string& name : names()) {
        try {
            entries.push_back({name, read(name)});
        } catch (const Error&) {
            // Half written by a kiln that was killed, or by another version.
        }
    }
    return entries;
}

RunArchive::Entry RunArchive::find(const std::string& name) {
    std::vector<Entry> entries = list();
    if (entries.empty()) {
        throw Error(ErrorKind::not_found, "no run is on record yet")
            .set_hint("kiln build makes a report of each run");
    }
    if (name.empty()) {
        return entries.back();
    }
    std::erase_if(entries, [&](const Entry& entry) {
        return !entry.name.starts_with(name) && !entry.run.id.starts_with(name);
    });
    if (entries.empty()) {
        throw Error(ErrorKind::not_found, "no run on record begins with \"" + name + "\"")
            .set_hint("kiln report list shows them");
    }
    if (entries.size() > 1) {
        throw Error(
            ErrorKind::input,
            std::to_string(entries.size()) + " runs begin with \"" + name + "\", the newest is " +
                entries.back().name
        );
    }
    return entries.front();
}

std::filesystem::path RunArchive::page_of(const Entry& entry) const {
    return directory_ / entry.name / kPage;
}

report::StepTimes RunArchive::usual_times(const std::string& template_path) noexcept {
    report::StepTimes times;
    try {
        std::vector<std::string> recent = names();
        if (recent.size() > kLookedThrough) {
            recent.erase(recent.begin(), recent.end() - kLookedThrough);
        }
        for (const std::string& name : recent) {
            add_times(name, template_path, times);
        }
    } catch (const std::exception&) {
        // Then there are no estimates.
    }
    return times;
}

void RunArchive::add_times(
    const std::string& name, const std::string& template_path, report::StepTimes& times
) {
    try {
        const report::RunRecord run = read(name);
        if (run.template_path != template_path) {
            return;
        }
        for (const report::BuildRecord& build : run.builds) {
            for (const report::StepRecord& step : build.steps) {
                if (step.outcome == exec::StepEnded::Outcome::done) {
                    times.add(build.name, step.step, step.duration);
                }
            }
        }
    } catch (const Error&) {
        // As in list().
    }
}

}  // namespace kiln::cli
