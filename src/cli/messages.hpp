#pragma once

#include "base/diagnostics.hpp"
#include "base/error.hpp"
#include "cli/exit_code.hpp"
#include "cli/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::cli {

/// The one place where commands write: results to standard output, messages to standard error; with
/// -machine-readable, and when kiln is called "packer", both to standard output. -machine-readable
/// makes `ui` lines of them, -json makes records of mistakes.

/// A line, or several; a final newline is added when it is missing.
void print_result(const Session& session, std::string_view text);
void print_message(const Session& session, std::string_view text);

/// A line of -machine-readable other than the `ui` ones: its type and data. Nothing without
/// -machine-readable, or when it is empty.
void print_record(const Session& session, const std::vector<std::string>& fields);

/// Mistakes in a template, all of them. Tells whether any is an error.
bool report(const Session& session, const Diagnostics& diagnostics);
/// What stopped the command, as the exit code it becomes.
ExitCode report(const Session& session, const Error& error);

/// Flushes standard output. Throws Error when some of it could not be written.
void finish_output();

}  // namespace kiln::cli
