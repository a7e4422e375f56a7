#include "cli/version.hpp"

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "template/template.hpp"

namespace kiln::cli {

std::string version_line() {
    return "kiln " KILN_VERSION " (reads templates as Packer " + std::string(tmpl::kPackerVersion) +
           " does)";
}

namespace {

class Version : public Command {
public:
    void declare(CommandLine&) override {}
    ExitCode run(Session& session) override {
        print_result(session, version_line());
        return ExitCode::done;
    }
};

}  // namespace

std::unique_ptr<Command> make_version() {
    return std::make_unique<Version>();
}

}  // namespace kiln::cli
