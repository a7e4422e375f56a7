#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/packer_name.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "report/color.hpp"
#include "sys/xdg.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <unistd.h>
#include <vector>

namespace kiln::cli {

namespace {

/// -machine-readable counts wherever it stands, before the command too.
bool take_machine_readable(std::vector<std::string>& words) {
    const auto is_it = [](const std::string& word) {
        return word == "-machine-readable" || word == "--machine-readable";
    };
    return std::erase_if(words, is_it) > 0;
}

bool wants_color(const Session& session) {
    report::ColorWishes wishes;
    wishes.packer_no_color = session.environment.contains("PACKER_NO_COLOR");
    wishes.no_color = !session.variable("NO_COLOR").empty() || session.variable("TERM") == "dumb";
    wishes.is_terminal = is_terminal(session.as_packer ? STDOUT_FILENO : STDERR_FILENO);
    return report::use_color(wishes);
}

ExitCode run_command(const std::vector<std::string>& words, Session& session) {
    const FoundCommand found = find_command(words);
    const std::vector<std::string> rest(
        words.begin() + static_cast<std::ptrdiff_t>(found.words_used), words.end()
    );
    if (std::any_of(rest.begin(), rest.end(), asks_for_help)) {
        print_result(session, page_for(session, found.entry->page()));
        return ExitCode::done;
    }
    const std::unique_ptr<Command> command = found.entry->make();
    CommandLine line{std::string(found.entry->name)};
    command->declare(line);
    try {
        line.parse(rest);
    } catch (const Error& error) {
        if (!session.as_packer) {
            throw;
        }
        const ExitCode code = report(session, error);
        print_message(session, page_for(session, found.entry->page()));
        return code;
    }
    return command->run(session);
}

ExitCode run(std::vector<std::string> words, Session& session) {
    session.machine_readable = take_machine_readable(words);
    if (words.empty()) {
        print_message(session, page_for(session, ""));
        return session.as_packer ? ExitCode::no_such_command : ExitCode::wrong_usage;
    }
    if (asks_for_help(words.front())) {
        print_result(session, page_for(session, ""));
        return ExitCode::done;
    }
    if (words.front() == "-v" || words.front() == "-version" || words.front() == "--version") {
        print_result(session, version_line(session));
        return ExitCode::done;
    }
    if (session.as_packer && !is_command(words)) {
        print_message(session, page_for(session, ""));
        return ExitCode::no_such_command;
    }
    return run_command(words, session);
}

/// Every way out of kiln: an exit code, and the message that goes with it.
ExitCode run_and_report(const std::string& called, std::vector<std::string> words) {
    Session session;
    session.environment = sys::process_environment();
    session.as_packer = is_packer(called);
    session.color = wants_color(session);
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
    return static_cast<int>(
        kiln::cli::run_and_report(argc > 0 ? argv[0] : "", {argv + (argc > 0 ? 1 : 0), argv + argc})
    );
}
