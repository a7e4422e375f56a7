#include "cli/commands.hpp"
#include "cli/options_pages.hpp"
#include "sys/file_system.hpp"

#include <filesystem>

namespace kiln::cli {

namespace {

class DocsOptions : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("FOLDER", folder_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        for (const auto& [path, text] : options_pages()) {
            const std::filesystem::path target = std::filesystem::path(folder_) / path;
            session.files.make_directories(target.parent_path());
            session.files.write_file_atomic(target, text);
        }
        return ExitCode::done;
    }

private:
    std::string folder_;
};

}  // namespace

std::unique_ptr<Command> make_docs_options() {
    return std::make_unique<DocsOptions>();
}

}  // namespace kiln::cli
