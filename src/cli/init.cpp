#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/required_plugins.hpp"

namespace kiln::cli {

namespace {

class Init : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("TEMPLATE", path_, CommandLine::Needed::required);
        line.flag("upgrade", ignored_);
        line.flag("force", ignored_);
    }

    ExitCode run(Session& session) override {
        const std::optional<RequiredPlugins> plugins = read_required_plugins(session, path_);
        if (!plugins) {
            return ExitCode::failed;
        }
        const std::string list = list_required(*plugins);
        print_result(session, list.empty() ? "No plugins requirement found." : list);
        Diagnostics diagnostics;
        plan::report_missing_plugins(plugins->needs, *plugins->blocks, diagnostics);
        return report(session, diagnostics) ? ExitCode::failed : ExitCode::done;
    }

private:
    std::string path_;
    bool ignored_ = false;  ///< flags that say how to install: nothing is
};

}  // namespace

std::unique_ptr<Command> make_init() {
    return std::make_unique<Init>();
}

}  // namespace kiln::cli
