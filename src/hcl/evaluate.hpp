#pragma once

#include "base/diagnostics.hpp"
#include "hcl/function.hpp"
#include "hcl/syntax.hpp"
#include "hcl/value.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::hcl {

/// What an expression can see: names (`var`, `local`, `path`, ... each an object) and functions.
/// A scope inside another sees that one's names too. Neither the parent nor the functions are
/// owned; both must outlive the scope.
class Scope {
public:
    /// Null: no function can be called.
    explicit Scope(const FunctionTable* functions = nullptr) : functions_(functions) {}
    static Scope inside(const Scope& parent);

    void set(std::string name, Value value);         ///< replaces one of the same name here
    const Value* find(std::string_view name) const;  ///< here, then in the parents; or null
    std::vector<std::string> names() const;          ///< of all levels, sorted
    const FunctionTable* functions() const { return functions_; }

private:
    const Scope* parent_ = nullptr;
    const FunctionTable* functions_;
    std::map<std::string, Value, std::less<>> names_;
};

/// How many results the for-expressions of one evaluation may have in all.
constexpr std::size_t kMaxForResults = 250'000;
/// Bytes. How long a text, or any other value when it is written out, may become.
constexpr std::size_t kMaxTextBytes = 64UL * 1024 * 1024;
/// How deeply the value of an expression may nest, whatever locals and functions it came through.
constexpr std::size_t kMaxValueDepth = 250;

/// The value of an expression. Mistakes are appended to `diagnostics`; the parts they stand in are
/// unknown, so count the errors before and after to learn whether there were any.
Value evaluate(const Expression& expression, const Scope& scope, Diagnostics& diagnostics);

/// The same, converted to `type`; what does not convert is a mistake at the whole expression.
Value evaluate_as(
    const Expression& expression, const Type& type, const Scope& scope, Diagnostics& diagnostics
);

}  // namespace kiln::hcl
