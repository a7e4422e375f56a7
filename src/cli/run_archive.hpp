#pragma once

#include "report/run_record.hpp"
#include "report/step_times.hpp"
#include "sys/file_system.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::cli {

/// The reports of past runs: a folder for each, named by its time and the first digits of its UUID,
/// with `run.json` and the page `report.html`. Only the user may read them: output tells a lot.
class RunArchive {
public:
    /// `directory` is made when the first run is kept.
    RunArchive(sys::FileSystem& files, std::filesystem::path directory)
        : files_(files), directory_(std::move(directory)) {}

    struct Entry {
        std::string name;  ///< "20261127T014233.041Z-1f0c7a52"
        report::RunRecord run;
    };

    /// Writes the run down and removes the oldest of too many. Returns the page's path.
    std::filesystem::path keep(const report::RunRecord& run, const std::string& page);
    /// Oldest first. A folder that can not be read is left out.
    std::vector<Entry> list();
    /// "" means the newest. Error{not_found} for none, Error{input} when several begin so.
    Entry find(const std::string& name);
    std::filesystem::path page_of(const Entry& entry) const;

    /// What the steps of the template's builds took when each last ran and was not cached; nothing
    /// when that can not be had.
    report::StepTimes usual_times(const std::string& template_path) noexcept;

private:
    void remove_oldest();
    std::vector<std::string> names();
    report::RunRecord read(const std::string& name);
    void add_times(
        const std::string& name, const std::string& template_path, report::StepTimes& times
    );

    sys::FileSystem& files_;
    std::filesystem::path directory_;
};

}  // namespace kiln::cli
