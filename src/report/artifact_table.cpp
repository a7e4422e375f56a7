#include "report/artifact_table.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace kiln::report {

namespace {

using Row = std::array<std::string, 4>;
constexpr std::array<const char*, 4> kColumns = {"build", "type", "region", "id"};

/// "us-east-1:ami-1" of a list of such; an id of another form has no region.
Row row_of(const artifact::Artifact& artifact, const std::string& part) {
    const std::size_t colon = part.find(':');
    const bool has_region =
        colon != std::string::npos && artifact.builder_type.starts_with("amazon-");
    return {
        artifact.build_name,
        artifact.builder_type,
        has_region ? part.substr(0, colon) : "",
        has_region ? part.substr(colon + 1) : part};
}

std::vector<Row> rows_of(const std::vector<artifact::Artifact>& artifacts) {
    std::vector<Row> rows;
    for (const artifact::Artifact& artifact : artifacts) {
        if (!artifact.files.empty()) {
            for (const auto& file : artifact.files) {
                rows.push_back({artifact.build_name, artifact.builder_type, "", file.string()});
            }
            continue;
        }
        for (const std::string& part : split(artifact.id, ',')) {
            rows.push_back(row_of(artifact, part));
        }
    }
    return rows;
}

std::string markdown(const std::vector<Row>& rows) {
    std::array<std::size_t, 4> widths{};
    for (std::size_t column = 0; column < widths.size(); ++column) {
        widths[column] = std::string_view(kColumns[column]).size();
        for (const Row& row : rows) {
            widths[column] = std::max(widths[column], count_code_points(row[column]));
        }
    }
    const auto line = [&](const auto& cells, char fill) {
        std::string text;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            const std::string cell = replace_all(cells[column], "|", "\\|");
            text += "| " + cell;
            text.append(widths[column] - std::min(widths[column], count_code_points(cell)), fill);
            text += ' ';
        }
        return text + "|\n";
    };
    std::string text = line(kColumns, ' ');
    text += line(std::array<const char*, 4>{"-", "-", "-", "-"}, '-');
    for (const Row& row : rows) {
        text += line(row, ' ');
    }
    return text;
}

std::string csv(const std::vector<Row>& rows) {
    // RFC 4180: quoted where it holds what would end it.
    const auto cell = [](const std::string& text) {
        return text.find_first_of(",\"\r\n") == std::string::npos
                   ? text
                   : "\"" + replace_all(text, "\"", "\"\"") + "\"";
    };
    std::string text = "build,type,region,id\n";
    for (const Row& row : rows) {
        text += cell(row[0]) + "," + cell(row[1]) + "," + cell(row[2]) + "," + cell(row[3]) + "\n";
    }
    return text;
}

std::string json(const std::vector<Row>& rows) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Row& row : rows) {
        nlohmann::ordered_json record;
        for (std::size_t column = 0; column < kColumns.size(); ++column) {
            record[kColumns[column]] = row[column];
        }
        list.push_back(std::move(record));
    }
    return list.dump(2) + "\n";
}

}  // namespace

std::optional<TableForm> table_form(std::string_view word) {
    if (word == "md") {
        return TableForm::markdown;
    }
    if (word == "json") {
        return TableForm::json;
    }
    return word == "csv" ? std::optional(TableForm::csv) : std::nullopt;
}

std::string artifact_table(const std::vector<artifact::Artifact>& artifacts, TableForm form) {
    const std::vector<Row> rows = rows_of(artifacts);
    switch (form) {
        case TableForm::markdown:
            return markdown(rows);
        case TableForm::json:
            return json(rows);
        case TableForm::csv:
            return csv(rows);
    }
    return {};
}

}  // namespace kiln::report
