#pragma once

#include "base/diagnostics.hpp"
#include "lint/rule.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace kiln::lint {

struct Finding {
    const Rule* rule = nullptr;
    Diagnostic diagnostic;
};

/// Takes what the rules find, each place once for each rule: what two builds share is looked at
/// twice.
class Findings {
public:
    /// What is added from here on was found by `rule`.
    void begin(const Rule& rule) { rule_ = &rule; }
    void add(SourceRange at, std::string summary, std::string hint = {});
    /// A text that must not be shown, although the line that a finding points at holds it.
    void add_secret(std::string_view text) { secrets_.emplace(text); }

    const std::vector<Finding>& list() const { return list_; }
    std::vector<std::string> secrets() const { return {secrets_.begin(), secrets_.end()}; }

private:
    const Rule* rule_ = nullptr;
    std::vector<Finding> list_;
    std::set<std::tuple<const Rule*, const SourceFile*, std::uint32_t, std::uint32_t>> seen_;
    std::set<std::string> secrets_;
};

}  // namespace kiln::lint
