#pragma once

#include "base/source.hpp"

#include <exception>
#include <string>
#include <vector>

namespace kiln {

/// What callers may branch on; never on the text of a message.
enum class ErrorKind {
    usage,        ///< wrong flags or arguments: exit code 2
    input,        ///< a template, a variable or a file named by one is wrong
    not_found,    ///< something that was named does not exist
    exists,       ///< something that was to be made is there already
    permission,   ///< not allowed: no root, no access
    no_space,     ///< a disk, a quota or a file system is full
    io,           ///< any other failed read, write or system call
    unsupported,  ///< this host, or kiln, cannot do it
    command,      ///< a program that was run failed
    network,      ///< a remote end could not be reached or answered nonsense
    timeout,
    interrupted,  ///< cancelled by the user: exit code 130 where nothing else is said
};

/// An operation that cannot continue. Rendered in one place, at the command; in between it is
/// caught only to add context, to undo, or to retry by kind.
class Error : public std::exception {
public:
    Error(ErrorKind kind, std::string message, SourceRange range = {});

    ErrorKind kind() const { return kind_; }
    const std::string& message() const { return message_; }
    SourceRange range() const { return range_; }
    const std::string& hint() const { return hint_; }
    /// Innermost first; each completes a line that begins with "while".
    const std::vector<std::string>& context() const { return context_; }

    Error& add_context(std::string while_doing);
    Error& set_hint(std::string hint);

    const char* what() const noexcept override { return message_.c_str(); }

private:
    ErrorKind kind_;
    std::string message_;
    SourceRange range_;
    std::string hint_;
    std::vector<std::string> context_;
};

/// "reading /etc/x: Permission denied"; the kind follows from errno (ENOSPC, EACCES, ENOENT, ...).
Error system_error(const std::string& attempted, int error_number);

/// The whole message with source line, caret, "while" lines and hint, for people. No final newline.
std::string render(const Error& error);

}  // namespace kiln
