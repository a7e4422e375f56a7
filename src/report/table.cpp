#include "report/table.hpp"

#include "base/strings.hpp"
#include "report/timeline.hpp"

#include <algorithm>

namespace kiln::report {

namespace {

constexpr std::size_t kGap = 2;

/// Cells that come from tags and names: no line of them may look like another line of the table.
std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(),
        text.end(),
        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; },
        ' '
    );
    return to_valid_utf8(text);
}

std::vector<std::size_t> widths_of(const Table& table) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        std::size_t width = count_code_points(table.columns[i].title);
        for (const auto& row : table.rows) {
            width = std::max(width, count_code_points(row[i]));
        }
        widths.push_back(width);
    }
    return widths;
}

/// Indexes of the columns that fit.
std::vector<std::size_t> shown_columns(
    const Table& table, const std::vector<std::size_t>& widths, std::size_t width
) {
    std::vector<std::size_t> shown;
    std::size_t total = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        shown.push_back(i);
        total += widths[i] + (i > 0 ? kGap : 0);
    }
    while (width > 0 && total > width) {
        const auto worst =
            std::max_element(shown.begin(), shown.end(), [&](std::size_t a, std::size_t b) {
                return table.columns[a].expendable < table.columns[b].expendable;
            });
        if (worst == shown.end() || table.columns[*worst].expendable == 0) {
            break;
        }
        total -= widths[*worst] + kGap;
        shown.erase(worst);
    }
    return shown;
}

std::string filled(const std::string& text, std::size_t width, bool on_the_right) {
    const std::string blanks(width - std::min(width, count_code_points(text)), ' ');
    return on_the_right ? blanks + text : text + blanks;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

Table on_one_line_each(Table table) {
    for (auto& row : table.rows) {
        for (std::string& cell : row) {
            cell = on_one_line(std::move(cell));
        }
    }
    return table;
}

std::string csv_cell(const std::string& text) {
    const bool is_formula =
        !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
    const std::string cell = (is_formula ? "'" : "") + text;
    return cell.find_first_of(",\"\r\n") == std::string::npos
               ? cell
               : "\"" + replace_all(cell, "\"", "\"\"") + "\"";
}

}  // namespace

std::string text_table(const Table& given, std::size_t width) {
    if (given.rows.empty()) {
        return "";
    }
    const Table table = on_one_line_each(given);
    const std::vector<std::size_t> widths = widths_of(table);
    const std::vector<std::size_t> shown = shown_columns(table, widths, width);
    std::string text;
    const auto add_line = [&](const auto& cell_of) {
        std::string line;
        for (const std::size_t i : shown) {
            line += line.empty() ? "" : std::string(kGap, ' ');
            line += filled(cell_of(i), widths[i], table.columns[i].is_number);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    };
    add_line([&](std::size_t i) { return upper(table.columns[i].title); });
    for (const auto& row : table.rows) {
        add_line([&](std::size_t i) { return row[i]; });
    }
    return text;
}

std::string markdown_table(const Table& given) {
    Table table = on_one_line_each(given);
    for (auto& row : table.rows) {
        for (std::string& cell : row) {
            cell = replace_all(replace_all(std::move(cell), "\\", "\\\\"), "|", "\\|");
        }
    }
    const std::vector<std::size_t> widths = widths_of(table);
    std::string text;
    const auto add_line = [&](const auto& cell_of) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            text += "| " + filled(cell_of(i), widths[i], table.columns[i].is_number) + " ";
        }
        text += "|\n";
    };
    add_line([&](std::size_t i) { return table.columns[i].title; });
    for (std::size_t i = 0; i < widths.size(); ++i) {
        text += "| " + std::string(std::max<std::size_t>(widths[i], 2) - 1, '-') +
                (table.columns[i].is_number ? ": " : "- ");
    }
    text += "|\n";
    for (const auto& row : table.rows) {
        add_line([&](std::size_t i) { return row[i]; });
    }
    return text;
}

std::string csv_table(const Table& table) {
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        text += (i > 0 ? "," : "") + csv_cell(table.columns[i].title);
    }
    text += "\n";
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += (i > 0 ? "," : "") + csv_cell(row[i]);
        }
        text += "\n";
    }
    return text;
}

std::string html_table(const Table& table) {
    const auto number = [&](std::size_t i) {
        return table.columns[i].is_number ? " class=\"number\"" : "";
    };
    std::string text = "<div class=\"scroll\"><table>\n<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        text +=
            std::string("<th") + number(i) + ">" + html_escaped(table.columns[i].title) + "</th>";
    }
    text += "</tr>\n";
    for (const auto& row : table.rows) {
        text += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += std::string("<td") + number(i) + ">" + html_escaped(row[i]) + "</td>";
        }
        text += "</tr>\n";
    }
    return text + "</table></div>\n";
}

}  // namespace kiln::report
