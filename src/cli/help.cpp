#include "cli/commands.hpp"
#include "cli/help_pages.hpp"
#include "cli/messages.hpp"

namespace kiln::cli {

namespace {

class Help : public Command {
public:
    void declare(CommandLine& line) override { line.arguments("COMMAND", words_); }
    ExitCode run(Session& session) override {
        print_result(session, help_page(words_.empty() ? "" : words_.front()));
        return ExitCode::done;
    }

private:
    std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_help() {
    return std::make_unique<Help>();
}

}  // namespace kiln::cli
