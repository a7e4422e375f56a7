#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/help_pages.hpp"
#include "cli/messages.hpp"
#include "cli/version.hpp"
#include "sys/xdg.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace kiln::cli {

namespace {

bool asks_for_help(const std::string& word) {
    return word == "-h" || word == "-help" || word == "--help";
}

/// -machine-readable counts wherever it stands, before the command too.
bool take_machine_readable(std::vector<std::string>& words) {
    const auto is_it = [](const std::string& word) {
        return word == "-machine-readable" || word == "--machine-readable";
    };
    return std::erase_if(words, is_it) > 0;
}

ExitCode run_command(const std::vector<std::string>& words, Session& session) {
    const FoundCommand found = find_command(words);
    const std::vector<std::string> rest(
        words.begin() + static_cast<std::ptrdiff_t>(found.words_used), words.end()
    );
    if (std::any_of(rest.begin(), rest.end(), asks_for_help)) {
        print_result(session, help_page(found.entry->page()));
        return ExitCode::done;
    }
    const std::unique_ptr<Command> command = found.entry->make();
    CommandLine line{std::string(found.entry->name)};
    command->declare(line);
    line.parse(rest);
    return command->run(session);
}

ExitCode run(std::vector<std::string> words, Session& session) {
    session.machine_readable = take_machine_readable(words);
    if (words.empty()) {
        print_message(session, help_page(""));
        return ExitCode::wrong_usage;
    }
    if (asks_for_help(words.front())) {
        print_result(session, help_page(""));
        return ExitCode::done;
    }
    if (words.front() == "-v" || words.front() == "-version" || words.front() == "--version") {
        print_result(session, version_line());
        return ExitCode::done;
    }
    return run_command(words, session);
}

/// Every way out of kiln: an exit code, and the message that goes with it.
ExitCode run_and_report(std::vector<std::string> words) {
    Session session;
    session.environment = sys::process_environment();
    try {
        const ExitCode code = run(std::move(words), session);
        finish_output();
        return code;
    } catch (const Error& error) {
        return report(session, error);
    } catch (const std::exception& error) {
        return report(session, Error(ErrorKind::io, std::string("unexpected: ") + error.what()));
    }
}

}  // namespace

}  // namespace kiln::cli

int main(int argc, char** argv) {
    return static_cast<int>(kiln::cli::run_and_report({argv + 1, argv + argc}));
}
