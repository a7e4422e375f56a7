#include "cli/version.hpp"

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "template/packer_version.hpp"

namespace kiln::cli {

std::string version_line(const Session& session) {
    const std::string packer(tmpl::kPackerVersion);
    return session.as_packer
               ? "Packer v" + packer
               : "kiln " KILN_VERSION " (reads templates as Packer " + packer + " does)";
}

namespace {

class Version : public Command {
public:
    void declare(CommandLine&) override {}

    ExitCode run(Session& session) override {
        const std::string packer(tmpl::kPackerVersion);
        print_record(session, {"version", session.as_packer ? packer : KILN_VERSION});
        print_record(session, {"version-prelease", ""});  // spelled so by Packer
        print_record(session, {"version-commit", ""});
        if (!session.as_packer) {
            print_record(session, {"packer-version", packer});
        }
        print_result(session, version_line(session));
        return ExitCode::done;
    }
};

}  // namespace

std::unique_ptr<Command> make_version() {
    return std::make_unique<Version>();
}

}  // namespace kiln::cli
