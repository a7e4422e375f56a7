#pragma once

#include "base/diagnostics.hpp"
#include "goss/spec.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kiln::goss {

/// Which tests are to be run, in terms of files of the engineer's machine.
struct Sources {
    std::vector<std::string> tests;        ///< files and folders
    std::optional<std::string> goss_file;  ///< below one of them: "goss/goss.yaml"; "goss.yaml"
    std::optional<std::string> vars_file;
    std::map<std::string, std::string> vars_inline;  ///< win over those of the file
};

/// Reads of the engineer's machine.
struct LocalFiles {
    std::function<std::optional<std::string>(const std::string& path)> read;
    /// Names in a folder; none when it is no folder.
    std::function<std::vector<std::string>(const std::string& path)> list;
};

/// What is known of the machine that the tests are about, for {{ .Env }}, getEnv and readFile.
struct MachineView {
    std::optional<std::map<std::string, std::string>> environment;
    std::map<std::string, std::optional<std::string>> files;  ///< nothing: can not be read
};

struct Loaded {
    /// Nothing when there were mistakes, or when more must be known of the machine first.
    std::optional<Spec> spec;
    bool needs_environment = false;
    std::set<std::string> needs_files;
    std::vector<std::string> read;  ///< local files that were read, in order
};

/// Reads the file of tests and what it includes; renders each as a text template first. Reports
/// mistakes with their places; a file that is a template is shown as it is when rendered.
/// `sources` keeps the texts and outlives the diagnostics and the result.
Loaded load_spec(
    const Sources& what,
    const LocalFiles& files,
    const MachineView& machine,
    SourceMap& sources,
    Diagnostics& diagnostics
);

/// The local file or folder that stands for a path below the folder that the tests would be
/// uploaded to; nothing when no test brings it.
std::optional<std::string> local_path_of(const Sources& what, const std::string& remote);

}  // namespace kiln::goss
