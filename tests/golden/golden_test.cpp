// Runs every folder of tests/golden/cases: loads the template in it, plans it, and compares the
// printed plan and the diagnostics with the file `expected` in the folder. A file `arguments` has
// one argument a line: "-var name=value", "-var-file FILE", "-only PATTERN", "-except PATTERN",
// "json" (print the plan as JSON), "inspect" (print the inspection), NAME=VALUE (environment).

#include "base/error.hpp"
#include "base/strings.hpp"
#include "plan/cannot_run.hpp"
#include "plan/inspect.hpp"
#include "plan/make_plan.hpp"
#include "plan/print_plan.hpp"
#include "template/load.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace kiln {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw Error(ErrorKind::not_found, "reading " + path.string() + ": no such file");
    }
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

hcl::FileKind file_kind(const fs::path& path) {
    const fs::file_status status = fs::status(path);
    if (!fs::exists(status)) {
        return hcl::FileKind::missing;
    }
    return fs::is_directory(status) ? hcl::FileKind::directory : hcl::FileKind::regular;
}

struct Arguments {
    tmpl::LoadRequest request{".", {}, {}};
    tmpl::Selection selection;
    std::map<std::string, std::string> environment;
    bool json = false;
    bool inspect = false;
};

Arguments read_arguments(const fs::path& folder) {
    Arguments arguments;
    arguments.request.warn_on_undeclared = true;
    const fs::path file = folder / "arguments";
    for (const std::string& line : split(fs::exists(file) ? read_file(file) : "", '\n')) {
        const std::size_t space = line.find(' ');
        const std::string name = line.substr(0, space);
        const std::string value = space == std::string::npos ? "" : line.substr(space + 1);
        if (name == "-var") {
            arguments.request.variables.push_back(value);
        } else if (name == "-var-file") {
            arguments.request.variable_files.push_back(value);
        } else if (name == "-only") {
            arguments.selection.only.push_back(value);
        } else if (name == "-except") {
            arguments.selection.except.push_back(value);
        } else if (name == "json") {
            arguments.json = true;
        } else if (name == "inspect") {
            arguments.inspect = true;
        } else if (const std::size_t equals = line.find('='); equals != std::string::npos) {
            arguments.environment[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    return arguments;
}

// A world that is the same on every machine, but for the files of the case.
hcl::FunctionEnvironment world_of(const Arguments& arguments) {
    hcl::FunctionEnvironment world;
    world.working_directory = "/srv";
    world.home_directory = "/root";
    world.start_time = std::chrono::system_clock::time_point(std::chrono::seconds(1784887872));
    world.now = [start = world.start_time] { return start; };
    world.random_bytes = [](std::size_t count) { return std::string(count, '\1'); };
    world.environment_variable = [&](const std::string& name) -> std::optional<std::string> {
        const auto found = arguments.environment.find(name);
        return found == arguments.environment.end() ? std::nullopt : std::optional(found->second);
    };
    world.read_file = [](const std::string& path) { return read_file(path); };
    world.file_kind = [](const std::string& path) { return file_kind(path); };
    world.list_directory = [](const std::string& path) {
        std::vector<hcl::DirectoryEntry> entries;
        for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
            entries.push_back({entry.path().filename().string(), file_kind(entry.path())});
        }
        return entries;
    };
    return world;
}

std::string run_case(const fs::path& folder) {
    fs::current_path(folder);
    const Arguments arguments = read_arguments(folder);
    SourceMap sources;
    Diagnostics diagnostics;
    const hcl::FunctionEnvironment world = world_of(arguments);
    const auto loaded = tmpl::load_template(arguments.request, world, sources, diagnostics);
    plan::BuildPlan plan;
    if (loaded->understood) {
        plan::Facts facts;
        facts.file_kind = [](const std::string& path) { return file_kind(path); };
        facts.read_file = [](const std::string& path) { return std::optional(read_file(path)); };
        const plan::RunFacts run{world.start_time, [] { return std::string("uuid"); }, "/srv"};
        plan = plan::make_plan(loaded, arguments.selection, facts, run, diagnostics);
    }
    std::string out;
    if (arguments.inspect) {
        out = join(plan::print_inspection(*loaded), "");
    } else if (!diagnostics.has_errors()) {
        out = arguments.json ? plan::print_plan_json(plan) : plan::print_plan(plan);
        out += plan::list_what_cannot_run(plan);
    }
    if (!diagnostics.empty()) {
        out += (out.empty() ? "" : "---\n") + render(diagnostics) + "\n";
    }
    return out;
}

class GoldenCase : public ::testing::Test {
public:
    explicit GoldenCase(fs::path folder) : folder_(std::move(folder)) {}

    void TestBody() override {
        const std::string got = run_case(folder_);
        const fs::path expected = folder_ / "expected";
        if (std::getenv("KILN_UPDATE_GOLDEN") != nullptr) {
            std::ofstream(expected, std::ios::binary) << got;
            return;
        }
        EXPECT_EQ(got, read_file(expected)) << "KILN_UPDATE_GOLDEN=1 rewrites " << expected;
    }

private:
    fs::path folder_;
};

void register_cases(const fs::path& cases) {
    std::vector<fs::path> folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(cases)) {
        folders.push_back(fs::absolute(entry.path()));
    }
    std::sort(folders.begin(), folders.end());
    for (const fs::path& folder : folders) {
        ::testing::RegisterTest(
            "plan",
            folder.filename().c_str(),
            nullptr,
            nullptr,
            __FILE__,
            __LINE__,
            [folder]() -> ::testing::Test* { return new GoldenCase(folder); }
        );
    }
}

}  // namespace
}  // namespace kiln

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    kiln::register_cases(KILN_GOLDEN_CASES);
    return RUN_ALL_TESTS();
}
