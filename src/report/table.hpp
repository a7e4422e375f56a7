#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kiln::report {

struct TableColumn {
    std::string title;
    bool is_number = false;  ///< stands on the right
    /// Where the width does not suffice, the column of the highest number goes first; those of 0
    /// stay.
    int expendable = 0;
};

/// Records as people read them. Every row has a cell for each column.
struct Table {
    std::vector<TableColumn> columns;
    std::vector<std::vector<std::string>> rows;
};

/// Aligned, with its titles in capitals, in `width` columns of the terminal where leaving out
/// columns achieves that; 0: as wide as it is. "" without a row.
std::string text_table(const Table& table, std::size_t width);
/// Of GitHub's flavour.
std::string markdown_table(const Table& table);
/// RFC 4180, with "\n" between the lines. A cell that a spreadsheet would take for a formula begins
/// with an apostrophe.
std::string csv_table(const Table& table);
/// A <table> of HTML.
std::string html_table(const Table& table);

}  // namespace kiln::report
