#pragma once

#include "artifact/artifact.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::report {

enum class TableForm { markdown, json, csv };

/// "md", "json" or "csv".
std::optional<TableForm> table_form(std::string_view word);

/// What builds have left, a row each: build, type, region, id. An artifact of several regions has
/// several rows, one of files a row for each file; region is empty where there is none.
std::string artifact_table(const std::vector<artifact::Artifact>& artifacts, TableForm form);

}  // namespace kiln::report
