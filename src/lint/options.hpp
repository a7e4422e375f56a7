#pragma once

#include "base/source.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::lint {

/// A value of an option, as text.
struct Text {
    std::string text;
    SourceRange range;
    const hcl::Expression* expression = nullptr;  ///< what it was evaluated from
};

/// What the expressions of a component see, and how their text templates are rendered.
struct OptionContext {
    hcl::Scope scope;
    std::function<std::string(const std::string& text)> render;
};

/// The options of a block as its template gives them, whether or not kiln has a table of them: a
/// rule may speak of a builder that kiln does not run. What is null, unknown or of another type
/// than asked for counts as left out.
class Options {
public:
    Options(std::vector<hcl::Body> bodies, std::shared_ptr<const OptionContext> context)
        : bodies_(std::move(bodies)), context_(std::move(context)) {}

    /// Given in the template, and not as null. An unknown value counts.
    bool has(std::string_view name) const;
    /// Of its expression; no range when it is left out.
    SourceRange range(std::string_view name) const;
    /// Null when it is left out.
    const hcl::Expression* expression(std::string_view name) const;

    std::optional<Text> text(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    /// Elements of a list that are known; of one text those between its commas.
    std::vector<Text> texts(std::string_view name) const;
    /// Members of a map whose values are known.
    std::vector<std::pair<std::string, Text>> entries(std::string_view name) const;
    /// Nested blocks, in whichever form they are written.
    std::vector<Options> blocks(std::string_view name) const;
    /// Where the first body begins: for what is missing in it.
    SourceRange place() const;

    const std::vector<hcl::Body>& bodies() const { return bodies_; }

private:
    std::optional<Text> text_of(const hcl::Expression& expression) const;
    hcl::Value value_of(const hcl::Expression& expression) const;

    std::vector<hcl::Body> bodies_;
    std::shared_ptr<const OptionContext> context_;
};

}  // namespace kiln::lint
