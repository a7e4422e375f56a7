#include "cli/image_output.hpp"

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/terminal.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace kiln::cli {

void TableOptions::declare(CommandLine& line) {
    line.flag("json", json);
    line.flag("csv", csv);
    line.flag("md", markdown);
    line.flag("wide", wide);
}

void TableOptions::check() const {
    if (static_cast<int>(json) + static_cast<int>(csv) + static_cast<int>(markdown) > 1) {
        throw Error(ErrorKind::usage, "-json, -csv and -md exclude each other");
    }
}

std::size_t TableOptions::width(const Session& session) const {
    if (wide) {
        return 0;
    }
    const int named = std::atoi(session.variable("COLUMNS").c_str());
    if (named > 0) {
        return static_cast<std::size_t>(named);
    }
    return is_terminal(STDOUT_FILENO) ? terminal_columns() : 0;
}

void print_table(
    const Session& session,
    const TableOptions& options,
    const std::function<report::Table()>& make_table,
    const std::function<nlohmann::ordered_json()>& make_document,
    const std::string& nothing
) {
    if (options.json) {
        print_result(
            session, make_document().dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
        );
        return;
    }
    const report::Table table = make_table();
    if (options.csv) {
        print_result(session, report::csv_table(table));
    } else if (options.markdown) {
        print_result(session, report::markdown_table(table));
    } else if (table.rows.empty()) {
        print_result(session, nothing);
    } else {
        print_result(session, report::text_table(table, options.width(session)));
    }
}

std::string dollars_text(std::optional<double> dollars) {
    return dollars ? fmt::format("{:.2f} USD", *dollars) : "?";
}

bool confirm(const Session& session, const std::string& question) {
    if (!is_terminal(STDIN_FILENO)) {
        throw Error(ErrorKind::usage, "nobody can be asked here whether that is meant")
            .set_hint("-yes does it without a question, -dry-run only shows it");
    }
    finish_output();
    print_message(session, question + " Only \"yes\" does it:");
    std::string answer;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) {
        answer += static_cast<char>(c);
    }
    return answer == "yes";
}

nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

}  // namespace kiln::cli
