#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}  // namespace re2

namespace kiln::goss {

/// Patterns that lines of a text are searched for: "text", "/regexp/", and "!text" or "!/regexp/"
/// that no line may have. "\/text" and "\!text" begin with what would mean something else.
class Patterns {
public:
    /// Gives the reason why one is no pattern; "" when all are. Then they are kept.
    std::string add(const std::string& pattern);

    struct Result {
        std::vector<std::string> found, missing;
        std::optional<std::string> error;
        bool success = false;
    };
    Result search(std::string_view text) const;

private:
    struct Pattern {
        std::string spelled;
        std::string text;                  ///< to be contained, where there is no expression
        std::shared_ptr<re2::RE2> regexp;  ///< null for a text
        bool inverse = false;
    };
    static bool matches(const Pattern& pattern, std::string_view line);

    std::vector<Pattern> patterns_;
};

}  // namespace kiln::goss
