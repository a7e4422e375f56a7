#include "cli/diagnostic_json.hpp"

#include "base/diagnostic_text.hpp"
#include "base/strings.hpp"

#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(to_valid_utf8(text));
}

Json place(const SourceFile& file, std::uint32_t offset) {
    const SourceFile::Position at = file.position(offset);
    return {{"line", at.line}, {"column", at.column}, {"byte", offset}};
}

Json range_record(SourceRange range) {
    if (!range) {
        return Json();
    }
    const SourceExcerpt shown = excerpt(range);
    return {
        {"file", to_valid_utf8(range.file->name())},
        {"begin", place(*range.file, range.begin)},
        {"end", place(*range.file, range.end)},
        {"source_line", to_valid_utf8(shown.text)},
        {"source_line_byte", shown.offset},
    };
}

Json record(const Diagnostic& diagnostic) {
    Json context = Json::array();
    for (const std::string& line : diagnostic.context) {
        context.push_back(to_valid_utf8(line));
    }
    return {
        {"severity", name_of(diagnostic.severity)},
        {"summary", to_valid_utf8(diagnostic.summary)},
        {"hint", text_or_null(diagnostic.hint)},
        {"context", std::move(context)},
        {"range", range_record(diagnostic.subject)},
    };
}

}  // namespace

std::string diagnostic_json(const Diagnostic& diagnostic) {
    return record(diagnostic).dump();
}

std::string verdict_json(const Diagnostics& diagnostics) {
    Json list = Json::array();
    for (const Diagnostic& diagnostic : diagnostics.list()) {
        list.push_back(record(diagnostic));
    }
    const Json verdict = {
        {"valid", !diagnostics.has_errors()},
        {"error_count", diagnostics.error_count()},
        {"warning_count", diagnostics.list().size() - diagnostics.error_count()},
        {"diagnostics", std::move(list)},
    };
    return verdict.dump(2);
}

}  // namespace kiln::cli
