#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::tmpl {

/// Reads the arguments of one of Packer's own blocks. An argument that is absent, null or wrong
/// (which is reported) is nothing.
class ArgumentReader {
public:
    ArgumentReader(const hcl::Body& body, const hcl::Scope& scope, Diagnostics& diagnostics)
        : body_(body), scope_(scope), diagnostics_(diagnostics) {}

    std::optional<std::string> string(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<std::chrono::nanoseconds> duration(std::string_view name) const;
    std::optional<std::vector<std::string>> strings(std::string_view name) const;
    /// Any value, converted to `type`; wholly known.
    std::optional<hcl::Value> value(std::string_view name, const hcl::Type& type) const;
    /// Of the argument's expression; no range when it is absent.
    SourceRange range(std::string_view name) const;

private:
    const hcl::Body& body_;
    const hcl::Scope& scope_;
    Diagnostics& diagnostics_;
};

}  // namespace kiln::tmpl
