#pragma once

#include "cli/command_line.hpp"
#include "cli/session.hpp"
#include "report/table.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace kiln::cli {

/// In which form a command that lists things prints them.
struct TableOptions {
    bool json = false;
    bool csv = false;
    bool markdown = false;
    bool wide = false;

    void declare(CommandLine& line);
    /// Error{usage} when two forms are asked for.
    void check() const;
    /// Columns that a table may have; 0: any number.
    std::size_t width(const Session& session) const;
};

/// A table in the form that is asked for, or a document; of thousands of rows only the one is made.
/// `nothing` is said where there is no row and a person reads it.
void print_table(
    const Session& session,
    const TableOptions& options,
    const std::function<report::Table()>& make_table,
    const std::function<nlohmann::ordered_json()>& make_document,
    const std::string& nothing
);

/// "1.20 USD"; "?" for a price that nobody knows.
std::string dollars_text(std::optional<double> dollars);

/// Asks at the terminal. False unless the answer is "yes". Error{usage} where nobody can be asked.
bool confirm(const Session& session, const std::string& question);

/// null for "".
nlohmann::ordered_json text_or_null(const std::string& text);

}  // namespace kiln::cli
