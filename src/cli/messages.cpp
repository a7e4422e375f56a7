#include "cli/messages.hpp"

#include "base/diagnostic_text.hpp"
#include "base/strings.hpp"
#include "cli/diagnostic_json.hpp"
#include "report/machine_readable.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

namespace kiln::cli {

namespace {

void write_line(std::FILE* stream, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    if (!text.ends_with('\n')) {
        std::fputc('\n', stream);
    }
}

/// Packer writes everything to standard output, and scripts read its errors there.
std::FILE* message_stream(const Session& session) {
    return session.as_packer ? stdout : stderr;
}

void print(
    const Session& session, report::Line::Channel channel, std::FILE* stream, std::string_view text
) {
    if (!session.machine_readable) {
        write_line(stream, text);
        return;
    }
    text.remove_suffix(text.ends_with('\n') ? 1 : 0);
    const std::vector<std::string> fields = report::ui_fields(channel, std::string(text));
    write_line(stdout, report::machine_line(std::chrono::system_clock::now(), "", fields));
}

ExitCode exit_code_of(const Session& session, const Error& error) {
    if (error.kind() == ErrorKind::usage) {
        return session.as_packer ? ExitCode::failed : ExitCode::wrong_usage;
    }
    return error.kind() == ErrorKind::interrupted ? ExitCode::interrupted : ExitCode::failed;
}

Coloring coloring(const Session& session) {
    return session.color && !session.machine_readable ? Coloring::ansi : Coloring::plain;
}

}  // namespace

void print_result(const Session& session, std::string_view text) {
    print(session, report::Line::Channel::say, stdout, text);
}

void print_message(const Session& session, std::string_view text) {
    print(session, report::Line::Channel::say, message_stream(session), text);
}

void print_record(const Session& session, const std::vector<std::string>& fields) {
    if (session.machine_readable && !fields.empty()) {
        write_line(stdout, report::machine_line(std::chrono::system_clock::now(), "", fields));
    }
}

bool report(const Session& session, const Diagnostics& diagnostics) {
    if (session.json) {
        for (const Diagnostic& diagnostic : diagnostics.list()) {
            write_line(stderr, diagnostic_json(diagnostic));
        }
    } else if (!diagnostics.empty()) {
        std::fflush(stdout);
        print(
            session,
            report::Line::Channel::error,
            message_stream(session),
            render(diagnostics, coloring(session))
        );
    }
    return diagnostics.has_errors();
}

ExitCode report(const Session& session, const Error& error) {
    Diagnostics diagnostics;
    diagnostics.add(as_diagnostic(error));
    report(session, diagnostics);
    return exit_code_of(session, error);
}

void finish_output() {
    if (std::fflush(stdout) != 0 && errno != EPIPE) {
        throw system_error("writing to standard output", errno);
    }
}

}  // namespace kiln::cli
