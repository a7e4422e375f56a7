#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/packer_name.hpp"

namespace kiln::cli {

namespace {

class Help : public Command {
public:
    void declare(CommandLine& line) override { line.arguments("COMMAND", words_); }
    ExitCode run(Session& session) override {
        print_result(session, page_for(session, words_.empty() ? "" : words_.front()));
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
