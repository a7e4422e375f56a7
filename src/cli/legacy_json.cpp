#include "cli/legacy_json.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace kiln::cli {

nlohmann::ordered_json read_legacy_json(Session& session, const std::string& path) {
    std::string text = path == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {})
                                   : session.files.read_file(path);
    const SourceFile& file =
        session.sources.add(path == "-" ? "<standard input>" : path, std::move(text));
    try {
        nlohmann::ordered_json root = nlohmann::ordered_json::parse(file.text());
        if (!root.is_object()) {
            throw Error(ErrorKind::input, "a legacy template is a JSON object", {&file, 0, 1});
        }
        return root;
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t at = std::min(error.byte == 0 ? 0 : error.byte - 1, file.text().size());
        const auto begin = static_cast<std::uint32_t>(at);
        throw Error(ErrorKind::input, "this is no JSON", {&file, begin, begin + 1})
            .set_hint(
                path.ends_with(".hcl") ? "HCL2 templates have nothing to fix or upgrade"
                                       : "JSON has no comments and no trailing commas"
            );
    }
}

}  // namespace kiln::cli
