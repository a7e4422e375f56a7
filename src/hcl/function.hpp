#pragma once

#include "base/diagnostics.hpp"
#include "hcl/value.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kiln::hcl {

/// Why a call gave no value.
struct FunctionFailure {
    std::string message;                  ///< one line, lower case, no full stop
    std::optional<std::size_t> argument;  ///< index of the argument to blame, from 0
    /// When not empty these are the mistakes to report, as they are, instead of `message`: they
    /// stand in an argument that was evaluated lazily, or in a file that the function read.
    Diagnostics diagnostics = {};
};

using CallResult = std::variant<Value, FunctionFailure>;

/// How much of an argument may be unknown before the function is not called at all and the result
/// is unknown.
enum class Unknowns {
    none,    ///< it and everything in it must be known
    inside,  ///< it must be known, its elements need not be
    any,     ///< the function looks itself
};

struct Parameter {
    std::string name;
    Type type = Type::dynamic();  ///< arguments are converted to it
    bool allow_null = false;
    Unknowns unknowns = Unknowns::none;
};

/// An argument that has not been evaluated; the evaluator implements it.
class LazyArgument {
public:
    virtual ~LazyArgument() = default;
    /// The value, or nothing with the reasons appended.
    virtual std::optional<Value> evaluate(Diagnostics& diagnostics) const = 0;
    /// The argument read as a type expression, or nothing with the reasons appended.
    virtual std::optional<Type> as_type(Diagnostics& diagnostics) const = 0;
    virtual SourceRange range() const = 0;
};

using LazyArguments = std::vector<const LazyArgument*>;

/// A function of the language: either eager (its arguments are values, converted and checked
/// before the call) or lazy (`try`, `can`, `convert`).
struct Function {
    using Eager = std::function<CallResult(const std::vector<Value>& arguments)>;
    using Lazy = std::function<CallResult(const LazyArguments& arguments)>;

    std::string name;
    std::vector<Parameter> parameters;
    std::optional<Parameter> variadic;  ///< zero or more further arguments
    Type result = Type::dynamic();      ///< of the unknown result for unknown arguments
    Eager eager;
    Lazy lazy;  ///< set instead of `eager`

    bool is_lazy() const { return static_cast<bool>(lazy); }
    const Parameter* parameter(std::size_t index) const;  ///< null when there are fewer
    /// "format(format, args...)": for messages.
    std::string signature() const;
};

/// Why a function cannot be called with that many arguments; nothing when it can.
std::optional<std::string> check_argument_count(const Function& function, std::size_t count);

/// Calls an eager function: counts, converts, refuses nulls, passes unknowns through.
CallResult call(const Function& function, std::vector<Value> arguments);
/// Calls a lazy function: counts, then leaves the rest to it.
CallResult call(const Function& function, const LazyArguments& arguments);

/// Functions by name. Copies share the functions.
class FunctionTable {
public:
    void add(Function function);  ///< replaces one of the same name
    void remove(std::string_view name);
    const Function* find(std::string_view name) const;
    std::vector<std::string> names() const;  ///< sorted

private:
    std::map<std::string, std::shared_ptr<const Function>, std::less<>> functions_;
};

}  // namespace kiln::hcl
